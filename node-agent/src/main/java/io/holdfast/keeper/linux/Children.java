package io.holdfast.keeper.linux;

/** Takes the status of children that have not executed yet, which only wait(2) with __WCLONE sees. */
public final class Children {
    private static final int WNOHANG = 1;
    private static final int SIGNAL_BITS = 0x7f;

    private final Kernel kernel;

    public Children(Kernel kernel) {
        this.kernel = kernel;
    }

    /** How a child stands that was cloned without exit signal. */
    public enum State {
        /** It runs and has not executed. */
        IN_LAUNCH,
        /** It has executed its program: an ordinary child, whatever became of it since. */
        EXECUTED,
        /** It ended before it executed; its status is taken. */
        ENDED
    }

    /** @param signal what ended it, 0 for an exit */
    public record Status(State state, int signal) {}

    /** Looks, without waiting. */
    public Status look(int pid) throws ErrnoException {
        return wait(pid, WNOHANG);
    }

    /** Waits until the child has ended; for one that cannot run on. */
    public Status reap(int pid) throws ErrnoException {
        return wait(pid, 0);
    }

    private Status wait(int pid, int options) throws ErrnoException {
        Memory status = Memory.allocate(8);
        while (true) {
            try {
                long result = kernel.call(Call.WAIT4, pid, status, options | Syscalls.WCLONE, 0);
                return result == 0
                        ? new Status(State.IN_LAUNCH, 0)
                        : new Status(State.ENDED, status.getInt(0) & SIGNAL_BITS);
            } catch (ErrnoException e) {
                if (e.errno() == Errno.ECHILD) {
                    return new Status(State.EXECUTED, 0);
                }
                if (e.errno() != Errno.EINTR) {
                    throw e;
                }
            }
        }
    }

    /** Kills a child in mid-launch and takes its status, which may tell of an end of its own that had begun already. */
    public Status end(int pid) throws ErrnoException {
        try {
            kernel.call(Call.KILL, pid, Syscalls.SIGKILL);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
        return reap(pid);
    }
}
