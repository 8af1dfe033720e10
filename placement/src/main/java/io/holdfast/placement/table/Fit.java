package io.holdfast.placement.table;

/** Which of the nodes with room fits best. */
public enum Fit {
    /** The fullest: whole nodes stay free for large work, or can be given back. */
    PACK,
    /** The emptiest: work has room to burst, and a lost node takes less with it. */
    BALANCE;

    /** @param fullness of a node, with the instance on it, as a {@link Share} */
    public long part(long fullness) {
        return this == PACK ? fullness : Share.ONE - fullness;
    }
}
