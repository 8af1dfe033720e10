package io.holdfast.scheduler.core;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** How the rest of the scheduler reads the cluster: immutable values. To be called on the scheduler's context. */
public interface ClusterView {

    /** Sorted by name. */
    List<JobStatus> jobs(String project);

    Optional<JobStatus> job(JobKey key);

    /** Of all versions, terminal ones too while they are remembered; sorted by group, index, creation (newest first). */
    List<Allocation> allocations(JobKey key);

    /** All whose id begins with {@code prefix}: one is a hit, more are ambiguous. */
    List<Allocation> allocationsByPrefix(String project, String prefix);

    /** On one node, whichever project. */
    List<Allocation> allocationsOn(String nodeId);

    /** Sorted by name. */
    List<NodeStatus> nodes();

    /** By id, any unique prefix of it, or name. */
    List<NodeStatus> nodesByPrefix(String prefix);

    /** How many remembered allocations there are in each state, of all projects. To be overridden where it is counted along. */
    default Map<AllocationState, Integer> allocationCounts() {
        Map<AllocationState, Integer> counts = new EnumMap<>(AllocationState.class);
        for (AllocationState state : AllocationState.values()) {
            counts.put(state, 0);
        }
        for (NodeStatus node : nodes()) {
            for (Allocation allocation : allocationsOn(node.registration().nodeId())) {
                counts.merge(allocation.state(), 1, Integer::sum);
            }
        }
        return counts;
    }

    /**
     * A repacking of the cluster as it is now, to be worked out on a thread that may be blocked for seconds.
     *
     * @param moves at most
     */
    Supplier<RepackingPlan> repacking(int moves);

    /** Whether this scheduler leads, its epoch, and whether its state is loaded. */
    LeaderStatus leader();

    record LeaderStatus(boolean leading, long epoch, String clusterId, boolean ready) {}
}
