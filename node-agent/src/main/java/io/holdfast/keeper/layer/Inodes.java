package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.Memory;

/**
 * What must be remembered of files and directories until the archive's end, by inode number: names change their meaning while an archive
 * is unpacked, inodes do not. A table in native memory with open addressing, 24 bytes a place, so that the keeper's small heap does not
 * bound the number of entries. An inode that is used again is put again, which replaces what stood there.
 */
final class Inodes {
    private static final int FIRST_PLACES = 1 << 10;
    private static final int PLACE_BYTES = 24;
    private static final int VALUE = 8;
    private static final int EXTRA = 16;

    private Memory places = Memory.allocate(FIRST_PLACES * PLACE_BYTES);
    private int capacity = FIRST_PLACES;
    private int used;

    /** @param inode not 0, as none is */
    void put(long inode, long value, int extra) {
        if (used >= capacity / 4 * 3) {
            grow();
        }
        long place = place(inode);
        if (places.getLong(place) == 0) {
            places.putLong(place, inode);
            used++;
        }
        places.putLong(place + VALUE, value);
        places.putInt(place + EXTRA, extra);
    }

    /** 0 where there is none. */
    long value(long inode) {
        return places.getLong(place(inode) + VALUE);
    }

    int extra(long inode) {
        return places.getInt(place(inode) + EXTRA);
    }

    private long place(long inode) {
        long hash = inode * 0x9e3779b97f4a7c15L;
        int index = (int) (hash >>> 32) & capacity - 1;
        while (true) {
            long place = (long) index * PLACE_BYTES;
            long there = places.getLong(place);
            if (there == inode || there == 0) {
                return place;
            }
            index = index + 1 & capacity - 1;
        }
    }

    private void grow() {
        Memory old = places;
        int oldCapacity = capacity;
        capacity *= 2;
        places = Memory.allocate(Math.multiplyExact(capacity, PLACE_BYTES));
        used = 0;
        for (int index = 0; index < oldCapacity; index++) {
            long place = (long) index * PLACE_BYTES;
            long inode = old.getLong(place);
            if (inode != 0) {
                put(inode, old.getLong(place + VALUE), old.getInt(place + EXTRA));
            }
        }
    }
}
