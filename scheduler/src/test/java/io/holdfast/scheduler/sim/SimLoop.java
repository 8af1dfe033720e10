package io.holdfast.scheduler.sim;

import io.holdfast.scheduler.loop.Loop;
import io.holdfast.testkit.ManualClock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/** A loop whose thread is the test's and whose time is a manual clock's. */
public final class SimLoop implements Loop {
    private static final int MAX_TURNS = 1_000_000;

    private final ManualClock clock;
    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::atMillis).thenComparingLong(Due::order));
    private long order;

    private record Due(long atMillis, long order, Runnable task) {}

    public SimLoop(ManualClock clock) {
        this.clock = clock;
    }

    @Override
    public void execute(Runnable task) {
        ready.add(task);
    }

    @Override
    public Timer after(long delayMillis, Runnable task) {
        Due due = new Due(clock.monotonicMillis() + Math.max(1, delayMillis), order++, task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    /** Runs all that is to be run now. */
    public void run() {
        for (int turn = 0; !ready.isEmpty(); turn++) {
            if (turn > MAX_TURNS) {
                throw new AssertionError("the loop does not come to rest");
            }
            ready.poll().run();
        }
    }

    /** Time passes, and what becomes due runs in its order. */
    public void advance(long millis) {
        long until = clock.monotonicMillis() + millis;
        run();
        while (!timers.isEmpty() && timers.peek().atMillis() <= until) {
            Due due = timers.poll();
            clock.advanceMillis(Math.max(0, due.atMillis() - clock.monotonicMillis()));
            due.task().run();
            run();
        }
        clock.advanceMillis(Math.max(0, until - clock.monotonicMillis()));
        run();
    }

    /** The process is no more: nothing of it runs again. */
    public void kill() {
        ready.clear();
        timers.clear();
    }
}
