package io.holdfast.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Waits for a condition by asking again and again, never longer than its bound. All bounds are for a machine of its own speed; on
 * one that is slower, as an emulated one is, system property {@value #SLOWNESS} says how many times.
 */
public final class Await {
    public static final String SLOWNESS = "holdfast.test.slowness";

    private static final long PAUSE_NANOS = 2_000_000;

    private Await() {}

    /** What a bound is on this machine; for waits that are not this class's. */
    public static Duration bound(Duration bound) {
        return bound.multipliedBy(Integer.getInteger(SLOWNESS, 1));
    }

    /** Returns as soon as the condition holds; fails with what it waited for when it does not in time. */
    public static void until(String what, Duration bound, Callable<Boolean> condition) {
        value(what, bound, condition, held -> held);
    }

    public static void until(Duration bound, Callable<Boolean> condition) {
        until("the condition", bound, condition);
    }

    /** The first value that is good. An assertion or exception of the probe counts as "not yet", and is the failure's cause. */
    public static <T> T value(String what, Duration bound, Callable<T> probe, Predicate<T> good) {
        Duration scaled = bound(bound);
        long deadline = System.nanoTime() + scaled.toNanos();
        Throwable trouble = null;
        T last = null;
        do {
            try {
                last = probe.call();
                trouble = null;
                if (good.test(last)) {
                    return last;
                }
            } catch (Exception | AssertionError e) {
                trouble = e;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, trouble);
            }
        } while (System.nanoTime() - deadline < 0);
        throw new AssertionError(
                "waited " + scaled.toMillis() + " ms for " + what + "; last seen: "
                        + (trouble == null ? last : trouble),
                trouble);
    }

    /** Returns as soon as the assertion passes; fails as it fails when it does not in time. */
    public static void passes(Duration bound, Runnable assertion) {
        value(
                "the assertion",
                bound,
                () -> {
                    assertion.run();
                    return true;
                },
                held -> held);
    }
}
