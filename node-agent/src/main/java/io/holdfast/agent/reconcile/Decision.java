package io.holdfast.agent.reconcile;

import io.holdfast.model.state.AllocationState;
import java.util.List;

/**
 * What is next for one allocation.
 *
 * @param steps possibly none
 * @param stopAsked whether it is being stopped on the leader's word
 * @param wakeAtMillis when time alone changes the answer
 */
record Decision(List<Step> steps, AllocationState state, String reason, boolean stopAsked, long wakeAtMillis) {
    Decision {
        steps = List.copyOf(steps);
    }

    static Decision rest(AllocationState state, String reason) {
        return new Decision(List.of(), state, reason, false, Long.MAX_VALUE);
    }
}
