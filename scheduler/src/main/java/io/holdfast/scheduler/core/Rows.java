package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.scheduler.publish.ManifestPublisher;
import java.util.Comparator;
import java.util.List;

/**
 * What stands in manifests: every allocation of the node whose end has not been committed, one on a lost node too, for the node
 * may return. To leave is the agent's permission to forget, and the order to end what runs all the same.
 */
final class Rows implements ManifestPublisher.Source {
    private final ClusterState state;

    Rows(ClusterState state) {
        this.state = state;
    }

    @Override
    public List<ManifestRow> rows(String nodeId) {
        return state.onNode(nodeId).stream()
                .filter(a -> !a.state().terminal())
                .sorted(Comparator.comparing(Allocation::id))
                .map(a -> new ManifestRow(
                        a.id(), a.job(), a.jobVersion(), a.group(), a.index(), a.specHash(), a.desired()))
                .toList();
    }

    @Override
    public String spec(String hash) {
        return state.document(hash)
                .map(GroupCodec::encode)
                .orElseThrow(() -> new IllegalStateException("no document of specification " + hash));
    }
}
