package io.holdfast.cli.role;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * SIGTERM and SIGINT as something to wait for. The JVM's own answer, to exit, would run its shutdown hooks in no order and
 * leave no way to say how the process ended.
 */
final class StopSignal {
    private final CountDownLatch first = new CountDownLatch(1);
    private final AtomicInteger count = new AtomicInteger();
    private volatile int number;
    private volatile Runnable onSecond = () -> {};

    private StopSignal() {}

    /** From now on these signals do nothing but this. */
    static StopSignal install() {
        StopSignal stop = new StopSignal();
        POSIX posix = POSIXFactory.getJavaPOSIX();
        posix.signal(Signal.SIGTERM, stop::received);
        posix.signal(Signal.SIGINT, stop::received);
        return stop;
    }

    private void received(int signal) {
        if (count.incrementAndGet() == 1) {
            number = signal;
            first.countDown();
        } else {
            onSecond.run();
        }
    }

    /** What a second signal does: who asks twice does not want to wait. */
    void onSecond(Runnable action) {
        onSecond = action;
    }

    boolean received() {
        return count.get() > 0;
    }

    void await() throws InterruptedException {
        first.await();
    }

    /** 0 for SIGTERM, which is how a service is ended in order; 130 for Ctrl-C. */
    int exitCode() {
        return number == Signal.SIGINT.intValue()
                ? io.holdfast.cli.exit.ExitCodes.INTERRUPTED
                : io.holdfast.cli.exit.ExitCodes.OK;
    }
}
