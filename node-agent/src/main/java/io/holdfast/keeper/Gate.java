package io.holdfast.keeper;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets requests through that make or remove something, and can be shut once those that are inside have left. Thread-safe. */
final class Gate {
    private static final long LOOK_MILLIS = 2;

    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean shut;

    /** @throws RefusedException while it is shut; else {@link #leave} follows */
    void enter() throws RefusedException {
        // counted first: whoever shuts it sees this one, or this one sees it shut
        inside.incrementAndGet();
        if (shut) {
            inside.decrementAndGet();
            throw RefusedException.busy("the keeper is being upgraded: ask again");
        }
    }

    void leave() {
        inside.decrementAndGet();
    }

    /** @return whether all have left in time; else it is open again */
    boolean shut(long waitMillis) {
        shut = true;
        for (long waited = 0; inside.get() > 0; waited += LOOK_MILLIS) {
            if (waited >= waitMillis || !pause()) {
                shut = false;
                return false;
            }
        }
        return true;
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
