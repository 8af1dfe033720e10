package io.holdfast.scheduler.reconcile;

import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One index of a group: {@code job.group[index]}, and the allocations that have been its instance. Each list is sorted newest
 * first.
 */
final class Slot {
    /** The later placement is the newer; the version and the id decide only between equals, so that all decide alike. */
    static final Comparator<Allocation> NEWEST_FIRST = Comparator.comparingLong(Allocation::createdAtMillis)
            .thenComparingInt(Allocation::jobVersion)
            .thenComparing(Allocation::id)
            .reversed();

    final int index;

    /** Told to run, and doing so as far as anybody knows. */
    final List<Allocation> active = new ArrayList<>();

    /** Told to stop, and not yet known to have done so. */
    final List<Allocation> stopping = new ArrayList<>();

    /** Told to run, on a lost node. */
    final List<Allocation> lost = new ArrayList<>();

    /** Told to stop, on a lost node. */
    final List<Allocation> abandoned = new ArrayList<>();

    /** Told to run, and ended by themselves. */
    final List<Allocation> ended = new ArrayList<>();

    /** Told to stop, and ended. */
    final List<Allocation> stopped = new ArrayList<>();

    /** Of the group's specification now. */
    private final String hash;

    /** The newest version in which this index had another specification, 0 for none. */
    private int otherVersion;

    Slot(int index, String hash) {
        this.index = index;
        this.hash = hash;
    }

    /** @param nodeLost whether its node is lost now */
    void add(Allocation allocation, boolean nodeLost) {
        if (!allocation.specHash().equals(hash)) {
            otherVersion = Math.max(otherVersion, allocation.jobVersion());
        }
        boolean run = allocation.desired() == Desired.RUN;
        if (allocation.state().terminal()) {
            (run ? ended : stopped).add(allocation);
        } else if (nodeLost || allocation.state() == AllocationState.LOST) {
            (run ? lost : abandoned).add(allocation);
        } else {
            (run ? active : stopping).add(allocation);
        }
    }

    void sort() {
        active.sort(NEWEST_FIRST);
        lost.sort(NEWEST_FIRST);
        abandoned.sort(NEWEST_FIRST);
        ended.sort(NEWEST_FIRST);
        stopped.sort(NEWEST_FIRST);
    }

    /**
     * Whether an allocation's end says something of the present specification. One that was changed and changed back is new
     * again: what it came to the first time is no result of now.
     */
    boolean current(Allocation allocation) {
        return allocation.specHash().equals(hash) && allocation.jobVersion() > otherVersion;
    }

    /** No instance of it may be running, except on lost nodes. */
    boolean vacant() {
        return active.isEmpty() && stopping.isEmpty();
    }

    /** The id of the newest allocation it has had, empty for none. */
    String predecessor() {
        Allocation newest = null;
        for (List<Allocation> list : List.of(lost, abandoned, ended, stopped)) {
            if (!list.isEmpty() && (newest == null || NEWEST_FIRST.compare(list.get(0), newest) < 0)) {
                newest = list.get(0);
            }
        }
        return newest == null ? "" : newest.id();
    }
}
