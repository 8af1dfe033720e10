package io.holdfast.placement.table;

import java.util.Arrays;

/**
 * The best rows met so far: by score, then by fewer siblings, then the earlier. Used again for one search after the other, so that a
 * search makes no objects.
 */
public final class Best {
    private final int[] rows;
    private final long[] scores;
    private final int[] siblings;
    private int size;

    /** @param limit how many are kept */
    public Best(int limit) {
        rows = new int[limit];
        scores = new long[limit];
        siblings = new int[limit];
    }

    public void clear() {
        size = 0;
    }

    /** The best has become better still. */
    public void raise(long score) {
        scores[0] = score;
    }

    public int size() {
        return size;
    }

    /** @param place 0 for the best of all */
    public int row(int place) {
        return rows[place];
    }

    public long score(int place) {
        return scores[place];
    }

    /** Whether some row with this score could be among the best. */
    boolean mayTake(long score) {
        return size < rows.length || score >= scores[size - 1];
    }

    /** Whether this row could be if it had no siblings. */
    boolean mayTake(long score, int row) {
        return size < rows.length || before(score, 0, row, size - 1);
    }

    void offer(long score, int ofKin, int row) {
        if (size == rows.length && !before(score, ofKin, row, size - 1)) {
            return;
        }
        int place = size < rows.length ? size++ : size - 1;
        while (place > 0 && before(score, ofKin, row, place - 1)) {
            rows[place] = rows[place - 1];
            scores[place] = scores[place - 1];
            siblings[place] = siblings[place - 1];
            place--;
        }
        rows[place] = row;
        scores[place] = score;
        siblings[place] = ofKin;
    }

    private boolean before(long score, int ofKin, int row, int place) {
        if (score != scores[place]) {
            return score > scores[place];
        }
        return ofKin != siblings[place] ? ofKin < siblings[place] : row < rows[place];
    }

    /** The rows, the best first. */
    public int[] rows() {
        return Arrays.copyOf(rows, size);
    }

    public long[] scores() {
        return Arrays.copyOf(scores, size);
    }
}
