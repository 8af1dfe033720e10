package io.holdfast.agent.reconcile;

import io.holdfast.model.state.AllocationState;
import java.util.List;
import java.util.Set;

/**
 * What is next for one allocation.
 *
 * @param steps possibly none
 * @param stopAsked whether it is being stopped on the leader's word
 * @param wakeAtMillis when time alone changes the answer
 * @param images that starts are waiting for, or stand on
 */
record Decision(
        List<Step> steps,
        AllocationState state,
        String reason,
        boolean stopAsked,
        long wakeAtMillis,
        Set<ImageWish> images) {
    Decision {
        steps = List.copyOf(steps);
        images = Set.copyOf(images);
    }

    /** Without need of an image. */
    Decision(List<Step> steps, AllocationState state, String reason, boolean stopAsked, long wakeAtMillis) {
        this(steps, state, reason, stopAsked, wakeAtMillis, Set.of());
    }

    static Decision rest(AllocationState state, String reason) {
        return new Decision(List.of(), state, reason, false, Long.MAX_VALUE);
    }
}
