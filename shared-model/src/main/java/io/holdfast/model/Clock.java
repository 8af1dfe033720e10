package io.holdfast.model;

/**
 * The only way to the time. Logic takes one as an argument; {@link SystemClock} is the real one, the test kit has one that
 * stands still until it is told to move. Safe for any thread.
 */
public interface Clock {

    /** Wall clock, milliseconds since the epoch. May jump: for showing and storing, never for measuring. */
    long nowMillis();

    /** Nanoseconds from an arbitrary origin; never goes back, stands still while the machine is suspended. For measuring. */
    long monotonicNanos();

    /** {@link #monotonicNanos} in whole milliseconds. */
    default long monotonicMillis() {
        return Math.floorDiv(monotonicNanos(), 1_000_000L);
    }
}
