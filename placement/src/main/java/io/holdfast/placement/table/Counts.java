package io.holdfast.placement.table;

import java.util.Arrays;

/** How many of something a number has, as a row or a port, for few of many: open addressing over plain arrays, so that counting makes no objects. */
final class Counts {
    private static final int EMPTY = -1;

    private int[] keys = filled(8);
    private int[] counts = new int[8];
    private int used;

    int of(int key) {
        for (int at = slot(key); keys[at] != EMPTY; at = next(at)) {
            if (keys[at] == key) {
                return counts[at];
            }
        }
        return 0;
    }

    void add(int key, int more) {
        int at = slot(key);
        while (keys[at] != EMPTY && keys[at] != key) {
            at = next(at);
        }
        if (keys[at] == EMPTY) {
            keys[at] = key;
            used++;
        }
        counts[at] += more;
        if (used * 2 > keys.length) {
            rehash();
        }
    }

    /** Numbers that have any, in no order. */
    int[] keys() {
        int[] some = new int[used];
        int n = 0;
        for (int at = 0; at < keys.length; at++) {
            if (keys[at] != EMPTY && counts[at] > 0) {
                some[n++] = keys[at];
            }
        }
        return Arrays.copyOf(some, n);
    }

    /** Those that have none any more are left behind here. */
    private void rehash() {
        int[] oldKeys = keys;
        int[] oldCounts = counts;
        int live = 0;
        for (int count : oldCounts) {
            live += count > 0 ? 1 : 0;
        }
        int size = Math.max(8, Integer.highestOneBit(live + 1) * 4);
        keys = filled(size);
        counts = new int[size];
        used = 0;
        for (int at = 0; at < oldKeys.length; at++) {
            if (oldCounts[at] > 0) {
                add(oldKeys[at], oldCounts[at]);
            }
        }
    }

    private int slot(int key) {
        int mixed = key * 0x9E3779B9;
        return (mixed ^ mixed >>> 16) & keys.length - 1;
    }

    private int next(int at) {
        return at + 1 & keys.length - 1;
    }

    private static int[] filled(int size) {
        int[] keys = new int[size];
        Arrays.fill(keys, EMPTY);
        return keys;
    }
}
