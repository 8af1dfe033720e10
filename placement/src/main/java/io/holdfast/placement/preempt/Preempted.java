package io.holdfast.placement.preempt;

import java.util.List;

/** The answer to one search: whom to stop where, or why that is of no use. */
public sealed interface Preempted {

    /**
     * @param victims ids of allocations, the least important first; without any one of them it would not fit. Empty where there is
     *     room as it is
     * @param priorities of the victims, in sum
     * @param why one line
     */
    record Plan(String nodeId, List<String> victims, long priorities, String why) implements Preempted {
        public Plan {
            victims = List.copyOf(victims);
        }
    }

    /** @param message one line */
    record None(String message) implements Preempted {}
}
