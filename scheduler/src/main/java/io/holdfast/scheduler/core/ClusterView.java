package io.holdfast.scheduler.core;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import java.util.List;
import java.util.Optional;

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

    /** Whether this scheduler leads, its epoch, and whether its state is loaded. */
    LeaderStatus leader();

    record LeaderStatus(boolean leading, long epoch, String clusterId, boolean ready) {}
}
