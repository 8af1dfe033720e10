package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Syscalls;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends launches that somebody holds up. The thread that clones sleeps until the child has executed, and processes of the container
 * that it goes into can keep it from that: by STOP, which nothing blocks, or by a file system of their own under the program. Without
 * this a container could take the keeper's launch threads, one for each exec. Thread-safe.
 */
final class LaunchWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LaunchWatch.class);

    /** A launch takes milliseconds. */
    static final long BOUND_MILLIS = 10_000;

    private final Syscalls syscalls;
    private final ScheduledThreadPoolExecutor timer;

    LaunchWatch(Syscalls syscalls) {
        this.syscalls = syscalls;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "launch-watch");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    /** One launch. Closed before any status of its children is taken: until then their numbers are their own. */
    final class Watched implements AutoCloseable {
        private final Block firstPid;
        private final Block secondPid;
        private final ScheduledFuture<?> end;
        private boolean over;
        private boolean ended;

        private Watched(Block firstPid, Block secondPid) {
            this.firstPid = firstPid;
            this.secondPid = secondPid;
            this.end = timer.schedule(this::end, BOUND_MILLIS, TimeUnit.MILLISECONDS);
        }

        private synchronized void end() {
            if (over) {
                return;
            }
            ended = true;
            // the one that is seen by the container first: the other waits for it
            kill(secondPid.getInt(0));
            kill(firstPid.getInt(0));
        }

        private void kill(int pid) {
            if (pid == 0) {
                return;
            }
            try {
                syscalls.kill(pid, Syscalls.SIGKILL);
            } catch (ErrnoException e) {
                LOG.debug("a launch has ended: {}", e.getMessage());
            }
        }

        @Override
        public synchronized void close() {
            over = true;
            end.cancel(false);
        }

        /** @throws LaunchException where it was ended */
        synchronized void check() throws LaunchException {
            if (ended) {
                throw new LaunchException(
                        "launch",
                        0,
                        "the program was not executed within " + BOUND_MILLIS
                                + " ms: processes of the container hold it up, or the file system that it lies on");
            }
        }
    }

    /** @param firstPid, secondPid where the kernel writes the children's numbers */
    Watched watch(Block firstPid, Block secondPid) {
        return new Watched(firstPid, secondPid);
    }
}
