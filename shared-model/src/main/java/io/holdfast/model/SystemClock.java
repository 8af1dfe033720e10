package io.holdfast.model;

/** The machine's clock: the one file that asks it. */
public final class SystemClock implements Clock {
    public static final Clock INSTANCE = new SystemClock();

    private SystemClock() {}

    @Override
    public long nowMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }
}
