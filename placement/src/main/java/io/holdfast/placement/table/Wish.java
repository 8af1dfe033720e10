package io.holdfast.placement.table;

import java.util.BitSet;

/** What a search is to look for: an ask's filters and scores, as they stand for one table now. */
public interface Wish {
    Demand demand();

    /** Whether a row passes what other placements change, beside its room. */
    boolean passes(int row);

    /** Whether the rows of this one's cell pass, as far as their cell tells; one that passes may still fail by itself. */
    boolean cellPasses(int row);

    /** Rows whose score their cell does not tell. Not to be altered. */
    BitSet particular();

    /** The score of a row of the same cell that is not {@link #particular}, without how well it fits. */
    long cellScore(int row);

    /** The whole score of a row. */
    long rowScore(int row);

    /** How much counts how well it fits: {@link NodeTable#fitPart} times this is added to {@link #cellScore}. */
    long fitWeight();
}
