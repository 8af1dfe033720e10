package io.holdfast.scheduler.reconcile;

import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import java.util.List;

/**
 * When and where a service's instance that ended by itself is placed again. The agent has started its tasks again on the node as
 * often as that helps; what ends there nevertheless waits, longer each time, so that an instance which can run nowhere does
 * not wear out the cluster.
 */
final class Rescheduling {
    /** After the first end. */
    static final long FIRST_DELAY_MILLIS = 1_000;

    /** The delay doubles up to this. */
    static final long MAX_DELAY_MILLIS = 60_000;

    /** An instance that ran this long was sound: its end counts as the first again. */
    static final long SOUND_AFTER_MILLIS = 10 * 60_000;

    /** More predecessors than this are not looked at: by then the delay has reached its maximum. */
    static final int MAX_COUNTED = 7;

    /** So many nodes at most are avoided, the newest failures' first. */
    static final int MAX_AVOIDED_NODES = 3;

    private Rescheduling() {}

    /**
     * The earliest time for the next instance, 0 for at once.
     *
     * @param ended what ended by itself, newest first
     */
    static long notBeforeMillis(List<Allocation> ended) {
        int streak = 0;
        for (Allocation allocation : ended) {
            if (streak > 0 && ranMillis(allocation) >= SOUND_AFTER_MILLIS) {
                break;
            }
            streak++;
        }
        if (streak == 0) {
            return 0;
        }
        return endedAtMillis(ended.get(0)) + delayMillis(streak);
    }

    /** @param streak ends without a sound run between them, from 1 */
    static long delayMillis(int streak) {
        int doublings = Math.min(streak, MAX_COUNTED) - 1;
        return Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS << doublings);
    }

    static List<String> avoid(List<Allocation> ended) {
        return ended.stream()
                .filter(allocation -> allocation.state() == AllocationState.FAILED)
                .map(Allocation::nodeId)
                .distinct()
                .limit(MAX_AVOIDED_NODES)
                .toList();
    }

    /** An end without a time counts from the placement: late is better than never. */
    private static long endedAtMillis(Allocation allocation) {
        return Math.max(allocation.finishedAtMillis(), allocation.createdAtMillis());
    }

    private static long ranMillis(Allocation allocation) {
        return allocation.startedAtMillis() == 0 ? 0 : allocation.finishedAtMillis() - allocation.startedAtMillis();
    }
}
