package io.holdfast.placement.table;

/** Which of the nodes with room fits best. */
public enum Fit {
    /** The fullest: whole nodes stay free for large work, or can be given back. */
    PACK,
    /** The emptiest: work has room to burst, and a lost node takes less with it. */
    BALANCE;

    public static final int FULL_BITS = 28;

    /** The fullness of a node of which nothing is left: coarser than a {@link Share}, so that something finer may stand above it. */
    public static final long FULL = 1L << FULL_BITS;

    /**
     * How well an instance fits, from 0 to {@link #FULL}.
     *
     * @param fullness of a node, with the instance on it
     */
    public long part(long fullness) {
        return this == PACK ? fullness : FULL - fullness;
    }
}
