package io.holdfast.keeper;

/** The two times the keeper knows. */
public interface KeeperClock {

    /** Nanoseconds since boot, counting sleep (CLOCK_BOOTTIME): deadlines. */
    long bootNanos();

    /** Milliseconds since 1970: what is told to people. */
    long epochMillis();
}
