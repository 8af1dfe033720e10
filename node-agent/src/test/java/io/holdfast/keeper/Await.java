package io.holdfast.keeper;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition with a bound; the bound is generous because only a failing test pays it. */
public final class Await {
    public static final Duration BOUND = Duration.ofSeconds(60);

    private Await() {}

    public static void until(String what, Callable<Boolean> condition) throws Exception {
        io.holdfast.testkit.Await.until(what, BOUND, condition);
    }
}
