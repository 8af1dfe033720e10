package io.holdfast.agent.reconcile;

import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the agent knows of an allocation that neither the manifest nor the keeper does. Kept on disk. */
public sealed interface Remembered {

    Remembered NOTHING = new Live(AllocationState.PENDING, false, 0, new TreeMap<>());

    /**
     * It has not ended.
     *
     * @param state as last reported
     * @param stopAsked whether it was told to stop; there is no way back
     * @param startedAtMillis when its first task was started first, 0 for not yet
     * @param attempts the newest of each task that was begun
     */
    record Live(AllocationState state, boolean stopAsked, long startedAtMillis, SortedMap<String, Attempt> attempts)
            implements Remembered {
        public Live {
            attempts = Collections.unmodifiableSortedMap(new TreeMap<>(attempts));
        }

        public Live with(String task, Attempt attempt) {
            SortedMap<String, Attempt> next = new TreeMap<>(attempts);
            next.put(task, attempt);
            return new Live(state, stopAsked, startedAtMillis, next);
        }
    }

    /** It has ended, and this was reported: nothing of it is ever begun again. */
    record Ended(AllocationReport report) implements Remembered {}
}
