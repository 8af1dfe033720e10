package io.holdfast.keeper;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.ChildExit;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Memory;
import io.holdfast.keeper.linux.Poller;
import io.holdfast.keeper.linux.Syscalls;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns of the end of every container: one thread polls one pidfd for each. An own child's status is read from the kernel
 * (waitid), exactly and by pid, so that nobody else's child is touched; and left there (WNOWAIT) until {@link Endings} has it on
 * disk, so that a keeper that executes its new self in between tells it again. A container that an earlier keeper started belongs to
 * another parent now: its status is read while it is a zombie (proc(5), field 52), or from the pidfd after it was reaped
 * (PIDFD_GET_INFO, Linux 6.15), and is otherwise not known.
 */
final class Reaper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);

    private static final long FOREIGN_RETRY_MILLIS = 5;

    /** _IOWR(0xff, 11, 64 bytes), include/uapi/linux/pidfd.h. */
    private static final long PIDFD_GET_INFO = 0xc040ff0bL;

    private static final int PIDFD_INFO_BYTES = 64;
    private static final long PIDFD_INFO_EXIT = 1 << 3;
    private static final int EXIT_CODE_OFFSET = 60;

    private final Syscalls syscalls;
    private final Poller poller;

    Reaper(Syscalls syscalls) throws ErrnoException {
        this.syscalls = syscalls;
        this.poller = new Poller(syscalls, "keeper-reaper");
    }

    /**
     * Calls back once, on the reaper's thread, when the container's first process has ended; empty for a status that nobody
     * saw. The pidfd stays open until then.
     */
    void watch(Container container, int pidfd, Consumer<Optional<ChildExit>> onEnd) {
        int pid = container.process().pid();
        long startTime = container.process().startTimeTicks();
        poller.execute(() -> poller.watch(pidfd, events -> look(container, pidfd, pid, startTime, 0, onEnd)));
    }

    private void look(
            Container container,
            int pidfd,
            int pid,
            long startTime,
            long waitedMillis,
            Consumer<Optional<ChildExit>> onEnd) {
        Optional<ChildExit> status;
        try {
            status = syscalls.peek(pid);
            if (status.isEmpty()) {
                return; // still running: an event that was none
            }
            container.isZombie();
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECHILD) {
                LOG.warn("status of container {}: {}", container.id(), e.getMessage());
            }
            status = foreignStatus(pidfd, pid, startTime);
            if (status.isEmpty() && waitedMillis < Limits.FOREIGN_STATUS_MILLIS) {
                // between its end and its reaping there is nothing to read
                poller.forget(pidfd);
                poller.schedule(
                        FOREIGN_RETRY_MILLIS,
                        () -> look(container, pidfd, pid, startTime, waitedMillis + FOREIGN_RETRY_MILLIS, onEnd));
                return;
            }
        }
        poller.forget(pidfd);
        close(container.takePidfd());
        onEnd.accept(status);
    }

    private Optional<ChildExit> foreignStatus(int pidfd, int pid, long startTime) {
        Optional<ProcessTable.Stat> stat = ProcessTable.stat(pid).filter(s -> s.startTimeTicks() == startTime);
        if (stat.isPresent()) {
            return stat.filter(ProcessTable.Stat::zombie).map(s -> ofWaitStatus(pid, s.waitStatus()));
        }
        try {
            Memory info = Memory.allocate(PIDFD_INFO_BYTES);
            info.putLong(0, PIDFD_INFO_EXIT);
            syscalls.kernel().call(Call.IOCTL, pidfd, PIDFD_GET_INFO, info);
            return (info.getLong(0) & PIDFD_INFO_EXIT) == 0
                    ? Optional.empty()
                    : Optional.of(ofWaitStatus(pid, info.getInt(EXIT_CODE_OFFSET)));
        } catch (ErrnoException e) {
            // ENOTTY before 6.13, EINVAL before 6.15, ESRCH when it was reaped before the pidfd could tell
            return Optional.empty();
        }
    }

    /** wait(2): the signal in the low seven bits, else the code in the next eight. */
    static ChildExit ofWaitStatus(int pid, int status) {
        int signal = status & 0x7f;
        return new ChildExit(pid, signal == 0 ? status >> 8 & 0xff : 0, signal, (status & 0x80) != 0);
    }

    private void close(int fd) {
        if (fd >= 0) {
            try {
                syscalls.close(fd);
            } catch (ErrnoException e) {
                LOG.warn("cannot close a pidfd: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        poller.close();
    }
}
