package io.holdfast.agent.reconcile;

import java.util.List;

/**
 * What is to be done for one allocation, in this order; the first failure ends it. Works of different allocations run side by
 * side, one allocation has one work at a time.
 */
public record Work(String allocationId, List<Step> steps) {
    public Work {
        steps = List.copyOf(steps);
    }

    /** Whether it starts something, which costs processor time, rather than waits for an end. */
    public boolean starts() {
        return steps.stream().anyMatch(Step.StartTask.class::isInstance);
    }
}
