package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.scheduler.publish.ManifestPublisher;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What stands in manifests: every allocation of the node whose end has not been committed, one on a lost node too, for the node
 * may return; and those that ended last, so that their output can be read. To leave is the agent's permission to forget, and the
 * order to end what runs all the same.
 */
final class Rows implements ManifestPublisher.Source {
    private static final Comparator<Allocation> LAST_ENDED_FIRST =
            Comparator.comparing(Allocation::finishedAtMillis).reversed().thenComparing(Allocation::id);

    private final ClusterState state;

    Rows(ClusterState state) {
        this.state = state;
    }

    @Override
    public List<ManifestRow> rows(String nodeId) {
        List<Allocation> all = state.onNode(nodeId);
        Stream<Allocation> live = all.stream().filter(a -> !a.state().terminal());
        Stream<Allocation> ended = all.stream()
                .filter(a -> a.state().terminal())
                .sorted(LAST_ENDED_FIRST)
                .limit(CoreLimits.ENDED_KEPT_ON_NODE);
        return Stream.concat(live, ended)
                .sorted(Comparator.comparing(Allocation::id))
                .map(Rows::row)
                .toList();
    }

    private static ManifestRow row(Allocation a) {
        return new ManifestRow(
                a.id(),
                a.job(),
                a.jobVersion(),
                a.group(),
                a.index(),
                a.specHash(),
                a.state().terminal() ? Desired.ENDED : a.desired());
    }

    @Override
    public String spec(String hash) {
        return state.document(hash)
                .map(GroupCodec::encode)
                .orElseThrow(() -> new IllegalStateException("no document of specification " + hash));
    }
}
