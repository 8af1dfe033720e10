package io.holdfast.keeper;

import io.holdfast.keeper.linux.Launcher.IdRange;
import java.util.BitSet;

/** Hands out disjoint ranges of 65,536 host ids, one for each sandbox with a user namespace. Thread-safe. */
final class IdRanges {
    static final int RANGE = IdRange.SIZE;

    /** Ids of 2³¹ and above are negative numbers to many a tool. */
    static final int LAST_ID = Integer.MAX_VALUE;

    private final int first;
    private final int count;
    private final BitSet taken = new BitSet();

    IdRanges(int first, int size) {
        this.first = first;
        this.count = size / RANGE;
    }

    int first() {
        return first;
    }

    synchronized IdRange allocate() throws RefusedException {
        int free = taken.nextClearBit(0);
        if (free >= count) {
            throw RefusedException.conflict(
                    "all %d id ranges of this node are in use: remove a sandbox or raise id-range-size", count);
        }
        taken.set(free);
        return new IdRange(first + free * RANGE);
    }

    synchronized int free() {
        return count - taken.cardinality();
    }

    /** A range of an adopted sandbox; one from outside, of an earlier configuration, is simply not ours to give. */
    synchronized void take(IdRange range) {
        int slot = (range.first() - first) / RANGE;
        if (range.first() >= first && slot < count) {
            taken.set(slot);
        }
    }

    synchronized void release(IdRange range) {
        int slot = (range.first() - first) / RANGE;
        if (range.first() >= first && slot < count) {
            taken.clear(slot);
        }
    }
}
