package io.holdfast.placement.filter;

import java.util.BitSet;

/** One reason not to take a node. Filters share nothing: none knows what another said. */
public interface Filter {

    /** As it stands in {@code nodesByReason}: short, and the same for all nodes. */
    String reason();

    boolean passes(int row);

    /** Whether all rows of a cell pass or fail alike, by what the ask prefers or wants distinct. */
    default boolean toldByCell() {
        return false;
    }

    /** Whether an answer changes with where siblings are. */
    default boolean mindsSiblings() {
        return false;
    }

    /** What is wrong with these nodes, after their number: {@code do not meet ${node.arch} = arm64}. */
    String message(BitSet failed);

    /** One of two words, as one or several nodes are spoken of. */
    static String verb(BitSet failed, String one, String several) {
        return failed.cardinality() == 1 ? one : several;
    }
}
