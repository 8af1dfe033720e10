package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LullsTest {
    /** What the timer is to do, for the test to do it. */
    private final Queue<Runnable> due = new ArrayDeque<>();

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            due.add(task);
            return null;
        }
    };
    private final ThreadPoolExecutor work =
            new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>()) {
                @Override
                public void execute(Runnable task) {
                    task.run();
                }
            };
    private final Lulls lulls = new Lulls(work, timer);
    private int made;
    private final Runnable task = () -> made++;

    @AfterEach
    void close() {
        timer.shutdownNow();
        work.shutdownNow();
    }

    private void timePasses() {
        for (Runnable next = due.poll(); next != null; next = due.poll()) {
            next.run();
        }
    }

    @Test
    void shouldRunWhatIsPutOffWhenNothingIsLaunched() {
        lulls.putOff(task);
        assertThat(made).isZero();
        timePasses();
        assertThat(made).isEqualTo(1);
    }

    @Test
    void shouldWaitWhileALaunchIsUnderWay() {
        lulls.begin();
        lulls.putOff(task);
        timePasses();
        assertThat(made).isZero();

        lulls.end();
        timePasses();
        assertThat(made).isEqualTo(1);
    }

    @Test
    void shouldWaitAnewWhenAnotherLaunchBeginsBeforeTheLull() {
        lulls.begin();
        lulls.putOff(task);
        lulls.end();
        lulls.begin();
        timePasses();
        assertThat(made).isZero();

        lulls.end();
        timePasses();
        assertThat(made).isEqualTo(1);
    }

    @Test
    void shouldRunOnceWhatIsPutOffTwice() {
        lulls.putOff(task);
        lulls.putOff(task);
        timePasses();
        assertThat(made).isEqualTo(1);

        lulls.putOff(task);
        timePasses();
        assertThat(made).isEqualTo(2);
    }
}
