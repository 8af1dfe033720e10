package io.holdfast.placement.table;

/**
 * Shares of one, as whole numbers of a fixed unit: sums of them are exact in any order, so that what is added up step by step is
 * equal to what is added up anew, on every machine.
 */
public final class Share {
    /** A whole. Sums with weights of up to 2<sup>10</sup> together stay below the largest long. */
    public static final long ONE = 1L << 52;

    private Share() {}

    /** @param ratio in [0, 1]; what is outside is cut off */
    public static long of(double ratio) {
        return (long) (Math.min(1, Math.max(0, ratio)) * ONE);
    }

    public static double ratio(long share) {
        return (double) share / ONE;
    }
}
