package io.holdfast.keeper.linux;

import java.util.Map;

/** Error numbers of Linux (the same on x86-64 and aarch64) and their words; see errno(3). */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int E2BIG = 7;
    public static final int ENOEXEC = 8;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EMLINK = 31;
    public static final int EPIPE = 32;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EOVERFLOW = 75;
    public static final int EOPNOTSUPP = 95;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EDQUOT = 122;

    private static final Map<Integer, String> WORDS = Map.ofEntries(
            Map.entry(EPERM, "EPERM (not permitted)"),
            Map.entry(ENOENT, "ENOENT (no such file or directory)"),
            Map.entry(ESRCH, "ESRCH (no such process)"),
            Map.entry(EINTR, "EINTR (interrupted)"),
            Map.entry(EIO, "EIO (input or output error)"),
            Map.entry(E2BIG, "E2BIG (arguments and environment too long)"),
            Map.entry(ENOEXEC, "ENOEXEC (not an executable format)"),
            Map.entry(EBADF, "EBADF (no such descriptor)"),
            Map.entry(ECHILD, "ECHILD (no such child)"),
            Map.entry(EAGAIN, "EAGAIN (a limit on processes or resources was met)"),
            Map.entry(ENOMEM, "ENOMEM (out of memory)"),
            Map.entry(EACCES, "EACCES (permission denied)"),
            Map.entry(EBUSY, "EBUSY (in use)"),
            Map.entry(EEXIST, "EEXIST (exists already)"),
            Map.entry(EXDEV, "EXDEV (crosses a boundary)"),
            Map.entry(ENOTDIR, "ENOTDIR (not a directory)"),
            Map.entry(EISDIR, "EISDIR (is a directory)"),
            Map.entry(EINVAL, "EINVAL (invalid argument)"),
            Map.entry(EMFILE, "EMFILE (too many open files)"),
            Map.entry(EFBIG, "EFBIG (larger than the file system allows)"),
            Map.entry(ENOSPC, "ENOSPC (no space left, or a limit on namespaces was met)"),
            Map.entry(EROFS, "EROFS (read-only file system)"),
            Map.entry(EMLINK, "EMLINK (too many links)"),
            Map.entry(EPIPE, "EPIPE (nobody reads any more)"),
            Map.entry(ENAMETOOLONG, "ENAMETOOLONG (name too long)"),
            Map.entry(ENOSYS, "ENOSYS (this kernel has no such call)"),
            Map.entry(ENOTEMPTY, "ENOTEMPTY (directory not empty)"),
            Map.entry(ELOOP, "ELOOP (a symbolic link where none is allowed)"),
            Map.entry(ENODATA, "ENODATA (no such attribute)"),
            Map.entry(EOVERFLOW, "EOVERFLOW (an id has no mapping)"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP (not supported here)"),
            Map.entry(ETIMEDOUT, "ETIMEDOUT (timed out)"),
            Map.entry(ECONNREFUSED, "ECONNREFUSED (nobody listens)"),
            Map.entry(EDQUOT, "EDQUOT (disk quota exceeded)"));

    private Errno() {}

    public static String describe(int errno) {
        return WORDS.getOrDefault(errno, "errno " + errno);
    }
}
