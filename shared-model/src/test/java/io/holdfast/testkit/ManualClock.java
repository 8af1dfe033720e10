package io.holdfast.testkit;

import io.holdfast.model.Clock;
import java.time.Duration;

/** A clock that stands still until it is told to move. Safe for any thread. */
public final class ManualClock implements Clock {
    /** 2026-01-01T00:00:00Z, where a clock without a start begins. */
    public static final long START_MILLIS = 1_767_225_600_000L;

    private long nowMillis;
    private long monotonicNanos;

    public ManualClock() {
        this(START_MILLIS);
    }

    public ManualClock(long startMillis) {
        this.nowMillis = startMillis;
    }

    @Override
    public synchronized long nowMillis() {
        return nowMillis;
    }

    @Override
    public synchronized long monotonicNanos() {
        return monotonicNanos;
    }

    /** Time passes. */
    public void advance(Duration by) {
        advanceMillis(by.toMillis());
    }

    public synchronized void advanceMillis(long millis) {
        if (millis < 0) {
            throw new IllegalArgumentException(
                    "time does not go back: " + millis + " ms; jumpMillis moves the wall clock");
        }
        nowMillis += millis;
        monotonicNanos = Math.addExact(monotonicNanos, Math.multiplyExact(millis, 1_000_000L));
    }

    /** Somebody sets the wall clock, forward or back; no time passes. */
    public synchronized void jumpMillis(long millis) {
        nowMillis += millis;
    }
}
