package io.holdfast.keeper.linux;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * System calls by name and type, over a {@link Kernel}. Descriptors are plain numbers here: whoever opens one closes it. Every
 * descriptor is made close-on-exec. Thread-safe; calls that block (read, write, wait, flock) block their thread.
 *
 * <p>EINTR is retried where a retry is harmless; every other error comes as {@link ErrnoException}.
 */
public final class Syscalls {
    public static final int AT_FDCWD = -100;

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_TRUNC = 0x200;
    public static final int O_APPEND = 0x400;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x200000;

    /** Where the numbers of descriptors begin that are kept for long. */
    static final int RAISED = 1024;

    public static final int POLLIN = 1;
    public static final int POLLOUT = 4;
    public static final int POLLERR = 8;
    public static final int POLLHUP = 16;
    public static final int POLLNVAL = 32;

    public static final int SIGHUP = 1;
    public static final int SIGINT = 2;
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;
    public static final int SIGCHLD = 17;
    public static final int SIGCONT = 18;
    public static final int SIGSTOP = 19;

    static final int PR_SET_PDEATHSIG = 1;
    static final int PR_GET_DUMPABLE = 3;
    static final int PR_SET_DUMPABLE = 4;
    static final int PR_SET_CHILD_SUBREAPER = 36;

    static final int MS_BIND = 4096;
    static final int MNT_DETACH = 2;
    static final int UMOUNT_NOFOLLOW = 8;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;

    private static final int P_ALL = 0;
    private static final int P_PID = 1;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x1000000;
    static final int WCLONE = 0x80000000;
    static final int WALL = 0x40000000;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;
    private static final int S_IFIFO = 0x1000;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int FALLOC_FL_PUNCH_HOLE_KEEP_SIZE = 2 | 1;

    private static final Logger LOG = LoggerFactory.getLogger(Syscalls.class);

    private final Kernel kernel;

    public Syscalls(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The seam itself, for calls that have no name here. */
    public Kernel kernel() {
        return kernel;
    }

    // -- descriptors

    /** Opens a file, close-on-exec; {@code mode} counts only with {@link #O_CREAT}. */
    public int open(String path, int flags, int mode) throws ErrnoException {
        return (int) retry(Call.OPENAT, AT_FDCWD, path, flags | O_CLOEXEC, mode);
    }

    /**
     * Opens a path below a directory, close-on-exec.
     *
     * @param resolve how links are followed: {@code RESOLVE_*} of openat2(2)
     */
    public int openAt2(int directory, String path, int flags, int resolve) throws ErrnoException {
        Memory how = Memory.allocate(Uapi.OPEN_HOW_BYTES);
        how.putLong(0, flags | O_CLOEXEC);
        how.putLong(16, resolve);
        return (int) retry(Call.OPENAT2, directory, path, how, Uapi.OPEN_HOW_BYTES);
    }

    public void close(int fd) throws ErrnoException {
        kernel.call(Call.CLOSE, fd);
    }

    /** @return bytes read, 0 at the end */
    public int read(int fd, byte[] bytes, int offset, int length) throws ErrnoException {
        Memory buffer = Memory.allocate(length);
        int n = (int) retry(Call.READ, fd, buffer, length);
        buffer.getBytes(0, bytes, offset, n);
        return n;
    }

    /** Reads into memory that the caller keeps, for hot paths. */
    public int read(int fd, Memory buffer) throws ErrnoException {
        return (int) retry(Call.READ, fd, buffer, buffer.sizeBytes());
    }

    /** @return bytes written, at least one of a non-empty array */
    public int write(int fd, byte[] bytes, int offset, int length) throws ErrnoException {
        Memory buffer = Memory.allocate(length);
        buffer.putBytes(0, bytes, offset, length);
        return (int) retry(Call.WRITE, fd, buffer, length);
    }

    /**
     * Waits until one of the descriptors has an event.
     *
     * @param timeoutMillis negative for no limit
     * @return the events of each descriptor, in the order given, 0 where there is none
     */
    public int[] poll(List<Pollable> pollables, int timeoutMillis) throws ErrnoException {
        Memory fds = Memory.allocate(pollables.size() * 8);
        for (int i = 0; i < pollables.size(); i++) {
            fds.putInt(i * 8L, pollables.get(i).fd());
            fds.putShort(i * 8L + 4, pollables.get(i).events());
        }
        Memory timeout = Memory.allocate(16);
        timeout.putLong(0, timeoutMillis / 1000);
        timeout.putLong(8, timeoutMillis % 1000 * 1_000_000L);
        try {
            kernel.call(Call.PPOLL, fds, pollables.size(), timeoutMillis < 0 ? (Object) 0 : timeout, 0, 8);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINTR) {
                throw e;
            }
        }
        int[] ready = new int[pollables.size()];
        for (int i = 0; i < ready.length; i++) {
            ready[i] = fds.getShort(i * 8L + 6);
        }
        return ready;
    }

    /** What two processes speak through; both ends close-on-exec. */
    public record Pipe(int readEnd, int writeEnd) {}

    /** Both ends block; see {@link #setNonBlocking}. */
    public Pipe pipe() throws ErrnoException {
        return pair(Call.PIPE2, O_CLOEXEC);
    }

    /** Two connected sockets that carry one message of descriptors, or many; see {@link #receiveDescriptor}. */
    public Pipe descriptorChannel() throws ErrnoException {
        Memory ends = Memory.allocate(8);
        kernel.call(Call.SOCKETPAIR, Uapi.AF_UNIX, Uapi.SOCK_SEQPACKET_CLOEXEC, 0, ends);
        return new Pipe(ends.getInt(0), ends.getInt(4));
    }

    private Pipe pair(Call call, int flags) throws ErrnoException {
        Memory ends = Memory.allocate(8);
        kernel.call(call, ends, flags);
        return new Pipe(ends.getInt(0), ends.getInt(4));
    }

    /**
     * Takes a descriptor that was sent, without waiting.
     *
     * @throws ErrnoException EAGAIN where none was
     */
    public int receiveDescriptor(int socket) throws ErrnoException {
        Memory control = Memory.allocate(Uapi.CMSG_SPACE_ONE_FD);
        Memory data = Memory.allocate(8);
        Memory vector = Memory.allocate(16);
        vector.putLong(0, data.address());
        vector.putLong(8, 1);
        Memory message = Memory.allocate(Uapi.MSGHDR_BYTES);
        message.putLong(16, vector.address());
        message.putLong(24, 1);
        message.putLong(32, control.address());
        message.putLong(40, Uapi.CMSG_SPACE_ONE_FD);
        retry(Call.RECVMSG, socket, message, Uapi.MSG_DONTWAIT | Uapi.MSG_CMSG_CLOEXEC);
        Reference.reachabilityFence(vector);
        Reference.reachabilityFence(data);
        if (control.getLong(0) != Uapi.CMSG_LEN_ONE_FD || control.getInt(12) != Uapi.SCM_RIGHTS) {
            throw new ErrnoException(Call.RECVMSG, Errno.EAGAIN, socket, message, 0);
        }
        return control.getInt(16);
    }

    /** Another descriptor of the same open file, close-on-exec and never one of 0, 1, 2. */
    public int duplicate(int fd) throws ErrnoException {
        return (int) kernel.call(Call.FCNTL, fd, Uapi.F_DUPFD_CLOEXEC, 3);
    }

    /** Of the open file: whoever has a descriptor of it is affected. */
    public void setNonBlocking(int fd) throws ErrnoException {
        long flags = kernel.call(Call.FCNTL, fd, Uapi.F_GETFL, 0);
        kernel.call(Call.FCNTL, fd, Uapi.F_SETFL, flags | O_NONBLOCK);
    }

    /** How much a pipe holds, in bytes. */
    public int readableBytes(int pipe) throws ErrnoException {
        Memory count = Memory.allocate(4);
        kernel.call(Call.IOCTL, pipe, Uapi.FIONREAD, count);
        return count.getInt(0);
    }

    /**
     * Tells the file system that the subdirectories made in this one have nothing to do with each other, so that it spreads them
     * ({@code chattr +T}, ext4's Orlov allocator). A hint: one that does not take it is left as it is.
     */
    public void spreadSubdirectories(String directory) throws ErrnoException {
        int fd = open(directory, O_RDONLY, 0);
        try {
            Memory flags = Memory.allocate(8);
            kernel.call(Call.IOCTL, fd, Uapi.FS_IOC_GETFLAGS, flags);
            flags.putInt(0, flags.getInt(0) | Uapi.FS_TOPDIR_FL);
            kernel.call(Call.IOCTL, fd, Uapi.FS_IOC_SETFLAGS, flags);
        } catch (ErrnoException e) {
            LOG.debug("{} does not spread its directories: {}", directory, e.getMessage());
        } finally {
            close(fd);
        }
    }

    /** Sets a terminal's size; the kernel tells its foreground processes by WINCH. */
    public void setWindowSize(int terminal, int rows, int columns) throws ErrnoException {
        Memory size = Memory.allocate(Uapi.WINSIZE_BYTES);
        size.putShort(0, (short) rows);
        size.putShort(2, (short) columns);
        kernel.call(Call.IOCTL, terminal, Uapi.TIOCSWINSZ, size);
    }

    /**
     * A file in memory with these bytes, which nobody can change any more, executable by all. It has no path, and lives for as long
     * as somebody has it open or runs it.
     */
    public int sealedExecutable(String name, byte[] bytes) throws ErrnoException {
        int fd;
        int flags = Uapi.MFD_CLOEXEC | Uapi.MFD_ALLOW_SEALING;
        try {
            fd = (int) kernel.call(Call.MEMFD_CREATE, name, flags | Uapi.MFD_EXEC);
        } catch (ErrnoException e) {
            fd = (int) kernel.call(Call.MEMFD_CREATE, name, flags);
        }
        for (int written = 0; written < bytes.length; ) {
            written += write(fd, bytes, written, bytes.length - written);
        }
        kernel.call(Call.FCNTL, fd, Uapi.F_ADD_SEALS, Uapi.SEAL_ALL);
        return fd;
    }

    /**
     * Gives a descriptor that is kept for long a high number, so that launches have the low ones; see {@link
     * GuardedClone#leaveRaisedDescriptors}.
     *
     * @return the new number, or the old one where this process may not have so many
     */
    public int raise(int fd) throws ErrnoException {
        int raised;
        try {
            raised = (int) kernel.call(Call.FCNTL, fd, Uapi.F_DUPFD_CLOEXEC, RAISED);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EINVAL || e.errno() == Errno.EMFILE) {
                return fd;
            }
            throw e;
        }
        close(fd);
        return raised;
    }

    /** A counter to wake a poll with: written by {@link #eventfdAdd}, emptied by {@link #eventfdTake}. Non-blocking. */
    public int eventfd() throws ErrnoException {
        return (int) kernel.call(Call.EVENTFD2, 0, O_CLOEXEC | O_NONBLOCK);
    }

    public void eventfdAdd(int fd) throws ErrnoException {
        Memory one = Memory.allocate(8);
        one.putLong(0, 1);
        kernel.call(Call.WRITE, fd, one, 8);
    }

    /** @return the count since it was last taken, 0 for none */
    public long eventfdTake(int fd) throws ErrnoException {
        Memory count = Memory.allocate(8);
        try {
            kernel.call(Call.READ, fd, count, 8);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EAGAIN) {
                throw e;
            }
        }
        return count.getLong(0);
    }

    /** @return whether the exclusive lock on the open file was free; it is held until the descriptor is closed */
    public boolean tryLock(int fd) throws ErrnoException {
        try {
            kernel.call(Call.FLOCK, fd, LOCK_EX_NB);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EAGAIN) {
                return false;
            }
            throw e;
        }
    }

    /** Gives a range of a file back to the file system; its length stays. */
    public void punchHole(int fd, long offset, long length) throws ErrnoException {
        kernel.call(Call.FALLOCATE, fd, FALLOC_FL_PUNCH_HOLE_KEEP_SIZE, offset, length);
    }

    // -- files

    /** Makes a FIFO with exactly this mode and owner; one that is there already is an error (EEXIST). */
    public void mkfifo(String path, int mode, int uid, int gid) throws ErrnoException {
        kernel.call(Call.MKNODAT, AT_FDCWD, path, S_IFIFO | mode, 0);
        chown(path, uid, gid);
        chmod(path, mode); // mknod's mode passes through the umask
    }

    /** Does not follow a symbolic link. */
    public void chown(String path, int uid, int gid) throws ErrnoException {
        kernel.call(Call.FCHOWNAT, AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
    }

    /** Of an open file, also of one without a path, such as a pipe. */
    public void chown(int fd, int uid, int gid) throws ErrnoException {
        kernel.call(Call.FCHOWN, fd, uid, gid);
    }

    public void chmod(String path, int mode) throws ErrnoException {
        kernel.call(Call.FCHMODAT, AT_FDCWD, path, mode);
    }

    public FileSystem statfs(String path) throws ErrnoException {
        Memory buffer = Memory.allocate(120);
        retry(Call.STATFS, path, buffer);
        long blockBytes = buffer.getLong(8);
        return new FileSystem(buffer.getLong(0), blockBytes * buffer.getLong(16), blockBytes * buffer.getLong(32));
    }

    /** @param magic the kind, as in statfs(2): 0x63677270 is cgroup2, 0x27e0eb cgroup, 0x01021994 tmpfs */
    public record FileSystem(long magic, long totalBytes, long availableBytes) {}

    // -- processes

    public void kill(int pid, int signal) throws ErrnoException {
        kernel.call(Call.KILL, pid, signal);
    }

    /** A descriptor that stands for the process even when its number is used again; readable in poll once it ended. */
    public int pidfdOpen(int pid) throws ErrnoException {
        return (int) kernel.call(Call.PIDFD_OPEN, pid, 0);
    }

    public void pidfdSendSignal(int pidfd, int signal) throws ErrnoException {
        kernel.call(Call.PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0);
    }

    /**
     * Blocks until the child has ended and takes its status.
     *
     * @throws ErrnoException ECHILD where it is no child of this process, or its status was taken
     */
    public ChildExit waitFor(int pid) throws ErrnoException {
        return waitid(P_PID, pid, WEXITED).orElseThrow();
    }

    /** The status of one child if it has ended; empty while it runs. */
    public Optional<ChildExit> poll(int pid) throws ErrnoException {
        return waitid(P_PID, pid, WEXITED | WNOHANG);
    }

    /** As {@link #poll}, and leaves the status where it is: the child stays a zombie, and its number its own. */
    public Optional<ChildExit> peek(int pid) throws ErrnoException {
        return waitid(P_PID, pid, WEXITED | WNOHANG | WNOWAIT);
    }

    /** Whether some child has ended whose status nobody has taken. */
    public boolean hasZombie() throws ErrnoException {
        try {
            return waitid(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT).isPresent();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ECHILD) {
                return false;
            }
            throw e;
        }
    }

    private Optional<ChildExit> waitid(int kind, int id, int options) throws ErrnoException {
        Memory info = Memory.allocate(128);
        retry(Call.WAITID, kind, id, info, options, 0);
        int pid = info.getInt(16);
        if (pid == 0) {
            return Optional.empty();
        }
        int how = info.getInt(8);
        int status = info.getInt(24);
        return Optional.of(
                how == CLD_EXITED
                        ? new ChildExit(pid, status, 0, false)
                        : new ChildExit(pid, 0, status, how == CLD_DUMPED));
    }

    /**
     * Hides this process's memory from every process without CAP_SYS_PTRACE in the first user namespace; with it goes the right of
     * the same user to read /proc/PID of this process.
     */
    public void setDumpable(boolean dumpable) throws ErrnoException {
        kernel.call(Call.PRCTL, PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0);
    }

    public boolean dumpable() throws ErrnoException {
        return kernel.call(Call.PRCTL, PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
    }

    /** Orphans of this process's children become its own, so that it learns of their end. */
    public void becomeSubreaper() throws ErrnoException {
        kernel.call(Call.PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    }

    public int effectiveUser() throws ErrnoException {
        return (int) kernel.call(Call.GETEUID);
    }

    /** Of this process, by the number that getrlimit(2) gives the resource; -1 is unlimited. */
    public long hardLimit(int resource) throws ErrnoException {
        Memory limits = Memory.allocate(16);
        kernel.call(Call.PRLIMIT64, 0, resource, 0, limits);
        return limits.getLong(8);
    }

    public int pid() throws ErrnoException {
        return (int) kernel.call(Call.GETPID);
    }

    // -- mounts and time

    /** Moves the calling thread, and no other, into a network namespace. */
    public void enterNetwork(int namespaceFd) throws ErrnoException {
        kernel.call(Call.SETNS, namespaceFd, Uapi.CLONE_NEWNET);
    }

    public void bindMount(String source, String target) throws ErrnoException {
        kernel.call(Call.MOUNT, source, target, 0, MS_BIND, 0);
    }

    /** Detaches the mount at the path, not following a symbolic link. */
    public void unmount(String target) throws ErrnoException {
        kernel.call(Call.UMOUNT2, target, MNT_DETACH | UMOUNT_NOFOLLOW);
    }

    /** Nanoseconds since boot, counting sleep. */
    public long bootTimeNanos() throws ErrnoException {
        Memory time = Memory.allocate(16);
        kernel.call(Call.CLOCK_GETTIME, CLOCK_BOOTTIME, time);
        return time.getLong(0) * 1_000_000_000L + time.getLong(8);
    }

    private long retry(Call call, Object... args) throws ErrnoException {
        while (true) {
            try {
                return kernel.call(call, args);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EINTR) {
                    throw e;
                }
            }
        }
    }
}
