package io.holdfast.placement.score;

import java.util.BitSet;

/**
 * One reason to like a node.
 *
 * <p>So that not every node has to be asked, a scorer says where it tells nodes apart by something else than what the ask prefers of
 * attributes: those rows are {@link #particular}, and all others of a cell have the same part.
 */
public interface Scorer {

    /** As it stands in explanations. */
    String word();

    /** Beside the other scores that apply. */
    int weight();

    /** As a {@link io.holdfast.placement.table.Share}, larger for better. */
    long part(int row);

    /** Whether a part changes with where siblings are. */
    default boolean mindsSiblings() {
        return false;
    }

    /** Not to be altered. */
    default BitSet particular() {
        return Scores.NO_ROWS;
    }

    /** The part of a row of this one's cell that is not particular. */
    default long cellPart(int row) {
        return part(row);
    }
}
