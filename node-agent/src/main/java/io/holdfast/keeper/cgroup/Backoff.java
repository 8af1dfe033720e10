package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Waits 1, 2, 4 … at most 50 ms between tries, until its bound has passed. For one thread. */
final class Backoff {
    private static final long LONGEST_PAUSE_MILLIS = 50;

    private final long boundMillis;
    private long waitedMillis;
    private long pauseMillis = 1;

    Backoff(long boundMillis) {
        this.boundMillis = boundMillis;
    }

    /** False once the bound has passed; the time is what was waited, no clock is read. */
    boolean pause() throws IOException {
        if (waitedMillis >= boundMillis) {
            return false;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a cgroup");
        }
        waitedMillis += pauseMillis;
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
        return true;
    }
}
