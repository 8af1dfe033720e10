package io.holdfast.model.state;

import io.holdfast.model.job.JobKey;
import java.util.List;

/**
 * One instance of a group on one node: what was committed, and what was last observed of it.
 *
 * @param id random, never reused
 * @param nodeId where it was placed
 * @param specHash of the group's specification in {@code jobVersion}
 * @param desired what the leader wants
 * @param state what was observed last
 * @param reason of the state; empty where there is nothing to say
 * @param createdAtMillis when the placement was committed
 */
public record Allocation(
        String id,
        JobKey job,
        int jobVersion,
        String group,
        int index,
        String nodeId,
        String specHash,
        Desired desired,
        AllocationState state,
        String reason,
        long createdAtMillis,
        long startedAtMillis,
        long finishedAtMillis,
        List<TaskReport> tasks) {
    public Allocation {
        tasks = List.copyOf(tasks);
    }

    /** {@code job.group[index]}. */
    public String name() {
        return job.job() + "." + group + "[" + index + "]";
    }
}
