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

    /**
     * This allocation in its next state. It starts when it first runs and finishes when it reaches a terminal state.
     *
     * @throws IllegalStateException if the life cycle does not lead there: whoever folds in what others report asks {@link
     *     AllocationState#mayBecome} first
     */
    public Allocation transition(AllocationState to, long nowMillis, String why) {
        if (!state.mayBecome(to)) {
            throw new IllegalStateException(
                    "allocation " + id + " is " + state.text() + " and cannot become " + to.text());
        }
        return new Allocation(
                id,
                job,
                jobVersion,
                group,
                index,
                nodeId,
                specHash,
                desired,
                to,
                why,
                createdAtMillis,
                startedAtMillis == 0 && to == AllocationState.RUNNING ? nowMillis : startedAtMillis,
                finishedAtMillis == 0 && to.terminal() ? nowMillis : finishedAtMillis,
                tasks);
    }
}
