package io.holdfast.keeper;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts off what is made ahead until no launch has been under way for a while: else a launch shares the processors with the making of
 * namespaces for later ones. Thread-safe.
 */
final class Lulls {
    private static final Logger LOG = LoggerFactory.getLogger(Lulls.class);

    private final ExecutorService work;
    private final ScheduledExecutorService timer;
    private final AtomicInteger underWay = new AtomicInteger();
    /** Of all launches that began or ended: a lull is a while in which it does not change. */
    private final AtomicInteger changes = new AtomicInteger();

    /** Each once. */
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

    Lulls(ExecutorService work, ScheduledExecutorService timer) {
        this.work = work;
        this.timer = timer;
    }

    void begin() {
        changes.incrementAndGet();
        underWay.incrementAndGet();
    }

    void end() {
        changes.incrementAndGet();
        if (underWay.decrementAndGet() == 0 && !waiting.isEmpty()) {
            lookLater();
        }
    }

    /** Runs the task on a work thread in the next lull; once, though it be put off several times before. */
    void putOff(Runnable task) {
        if (waiting.add(task) && underWay.get() == 0) {
            lookLater();
        }
    }

    private void lookLater() {
        int before = changes.get();
        try {
            timer.schedule(() -> look(before), Limits.LULL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is made ahead any more: the keeper closes");
        }
    }

    /** Who changed something since looks again itself. */
    private void look(int before) {
        if (changes.get() != before) {
            return;
        }
        try {
            for (Runnable task : waiting) {
                waiting.remove(task);
                work.execute(task);
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is made ahead any more: the keeper closes");
        }
    }
}
