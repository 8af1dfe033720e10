package io.holdfast.keeper.linux;

import static io.holdfast.keeper.linux.Uapi.CLOSE_RANGE_CLOEXEC;
import static io.holdfast.keeper.linux.Uapi.F_DUPFD_CLOEXEC;
import static io.holdfast.keeper.linux.Uapi.SIGSET_BYTES;
import static io.holdfast.keeper.linux.Uapi.SIG_SETMASK;

import java.util.Collection;
import java.util.List;

/**
 * Replaces this process by another program: same pid, same children, and of the descriptors only those that are named. What a
 * JVM leaves to its successor otherwise: the JDK opens files and sockets without O_CLOEXEC, and a thread's blocked signals
 * outlive execve(2), also SIGQUIT, which HotSpot blocks in all threads but one. Handlers do not; the child subreaper's mark
 * and file locks (flock) on what stays open do.
 *
 * <p>The kernel ends all other threads first (fs/exec.c, de_thread): what they have under way is cut short, as by a SIGKILL.
 */
public final class SelfExec {
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;

    private final Syscalls syscalls;

    public SelfExec(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    /**
     * Returns only when it failed, and then with everything as it was.
     *
     * @param program an absolute path
     * @param arguments from argv[0] on
     * @param environment {@code NAME=value}
     * @param stay descriptors above 2 that the new program finds open; 0, 1 and 2 always do
     */
    public ErrnoException replace(
            String program, List<String> arguments, List<String> environment, Collection<Integer> stay) {
        Memory mask = Memory.allocate(SIGSET_BYTES);
        try {
            Texts argv = new Texts(arguments);
            Texts envp = new Texts(environment);
            closeOnExec(stay);
            syscalls.kernel().call(Call.RT_SIGPROCMASK, SIG_SETMASK, Memory.allocate(SIGSET_BYTES), mask, SIGSET_BYTES);
            try {
                syscalls.kernel().call(Call.EXECVE, program, argv.pointers, envp.pointers);
                throw new IllegalStateException("execve has returned");
            } catch (ErrnoException e) {
                syscalls.kernel().call(Call.RT_SIGPROCMASK, SIG_SETMASK, mask, 0, SIGSET_BYTES);
                closeOnExec(List.of());
                return new ErrnoException(Call.EXECVE, e.errno(), program);
            } finally {
                java.lang.ref.Reference.reachabilityFence(argv);
                java.lang.ref.Reference.reachabilityFence(envp);
            }
        } catch (ErrnoException e) {
            return e;
        }
    }

    private void closeOnExec(Collection<Integer> butNot) throws ErrnoException {
        syscalls.kernel().call(Call.CLOSE_RANGE, 3, 0xffffffffL, CLOSE_RANGE_CLOEXEC);
        for (int fd : butNot) {
            syscalls.kernel().call(Call.FCNTL, fd, F_SETFD, 0);
        }
    }

    /** Puts what a descriptor stands for at another number; what was there is closed. Inherited by what is executed. */
    public void put(int fd, int at) throws ErrnoException {
        syscalls.kernel().call(Call.DUP3, fd, at, 0);
    }

    /** @return another descriptor, close-on-exec, for the same */
    public int copy(int fd) throws ErrnoException {
        return (int) syscalls.kernel().call(Call.FCNTL, fd, F_DUPFD_CLOEXEC, 3);
    }

    /** Marks one that was handed over, so that it is not handed on by chance. */
    public void keepToSelf(int fd) throws ErrnoException {
        syscalls.kernel().call(Call.FCNTL, fd, F_SETFD, FD_CLOEXEC);
    }

    /** A NULL-terminated array of texts. */
    private static final class Texts {
        private final Memory pointers;
        private final List<Memory> texts;

        Texts(List<String> words) {
            texts = words.stream().map(Memory::text).toList();
            pointers = Memory.allocate((words.size() + 1) * Long.BYTES);
            for (int i = 0; i < texts.size(); i++) {
                pointers.putLong((long) i * Long.BYTES, texts.get(i).address());
            }
        }
    }
}
