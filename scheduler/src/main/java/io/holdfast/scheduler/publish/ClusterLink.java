package io.holdfast.scheduler.publish;

import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The documents that schedulers and agents share. It may lose anything at any time: whoever uses it sends and looks again. Calls
 * are made on the scheduler's loop, do not block, and complete there. One contract suite runs against every implementation.
 */
public interface ClusterLink {

    /** What is told. On the loop; may be lost, doubled or late, so it says only where to look. */
    interface Inbox {
        void nodeChanged(String nodeId);

        void reportChanged(String nodeId);
    }

    /** Everything that stands there. */
    record Snapshot(List<NodeRegistration> registrations, List<Report> reports) {
        public Snapshot {
            registrations = List.copyOf(registrations);
            reports = List.copyOf(reports);
        }
    }

    void listen(Inbox inbox);

    Future<Optional<NodeRegistration>> registration(String nodeId);

    Future<Optional<Report>> report(String nodeId);

    Future<Snapshot> snapshot();

    /**
     * Puts a node's manifest there unless a newer one stands there.
     *
     * @return the epoch of what stands there now; a higher one means that another leads
     */
    Future<Long> publish(String nodeId, Manifest manifest);

    /** Adds groups' documents as canonical JSON, by hash. */
    Future<Void> putSpecs(Map<String, String> specs);

    /** Removes the documents of all but these hashes. */
    Future<Void> retainSpecs(Collection<String> hashes);

    /** Removes all of a node's documents: it is forgotten. */
    Future<Void> forget(String nodeId);

    /** What agents' clients are told: the cluster's name. */
    String clusterName();

    /** What agents' clients are told: {@code host:port} of members. */
    List<String> addresses();

    /** Leaves in order; nothing is told any more. */
    Future<Void> close();
}
