package io.holdfast.keeper.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls that build and read a tree of files below descriptors, whatever it holds. Names and paths are bytes, one to a char (ISO 8859-1):
 * what an archive calls a file need not be UTF-8. No call follows a symbolic link in the last place of a name; only {@link
 * #openDirectory} follows links at all, and never out of the tree.
 *
 * <p>Memory is allocated once and used for every call: not thread-safe, one for each tree that is worked on.
 */
public final class TreeCalls {
    private static final int PATH_BYTES = 8 << 10;
    private static final int DATA_BYTES = 256 << 10;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int ERANGE = 34;
    private static final int AT_NO_AUTOMOUNT = 0x800;

    /** A rename anywhere on the host makes openat2(2) answer EAGAIN where ".." is resolved within a root. */
    private static final int MAX_ATTEMPTS = 10_000;

    /** The byte that ends a text. */
    private static final byte[] END = new byte[1];

    private final Kernel kernel;
    private final int directory = Arch.current().openDirectory();
    private final int noFollow = Arch.current().noFollow();
    private final Memory path = Memory.allocate(PATH_BYTES);
    private final Memory otherPath = Memory.allocate(PATH_BYTES);
    private final Memory data = Memory.allocate(DATA_BYTES);
    private final Memory how = Memory.allocate(Uapi.OPEN_HOW_BYTES);
    private final Memory times = Memory.allocate(32);
    private final Memory status = Memory.allocate(Uapi.STATX_BYTES);

    public TreeCalls(Syscalls syscalls) {
        kernel = syscalls.kernel();
        times.putLong(8, Uapi.UTIME_OMIT);
    }

    /** What statx(2) tells; {@code mode} with the type. */
    public record Status(
            int mode,
            long links,
            long uid,
            long gid,
            long inode,
            long size,
            long seconds,
            int nanos,
            int major,
            int minor) {
        public int type() {
            return mode & Uapi.S_IFMT;
        }

        /** With set-id and sticky bits. */
        public int permissions() {
            return mode & 07777;
        }

        /** Overlay's mark for what a lower layer has and this one has not: a character device 0:0. */
        public boolean isWhiteout() {
            return type() == Uapi.S_IFCHR && major == 0 && minor == 0;
        }
    }

    // -- opening

    /** A directory by its path on this host; good for *at calls, not for reading. */
    public int openTop(String hostPath) throws ErrnoException {
        return open(Uapi.AT_FDCWD, Memory.text(hostPath), Syscalls.O_PATH | directory, 0);
    }

    /** A directory below another as a process would find it whose root that is: links lead within. As {@link #openTop}. */
    public int openDirectory(int root, String below) throws ErrnoException {
        how.putLong(0, Syscalls.O_PATH | Syscalls.O_CLOEXEC | directory);
        how.putLong(16, Uapi.RESOLVE_IN_ROOT | Uapi.RESOLVE_NO_MAGICLINKS | Uapi.RESOLVE_NO_XDEV);
        return resolve(root, below);
    }

    /** Opens a directory for reading, by a path without links. */
    public int openToList(int parent, String below) throws ErrnoException {
        how.putLong(0, Syscalls.O_CLOEXEC | directory);
        how.putLong(16, Uapi.RESOLVE_BENEATH | Uapi.RESOLVE_NO_SYMLINKS | Uapi.RESOLVE_NO_XDEV);
        return resolve(parent, below);
    }

    private int resolve(int root, String below) throws ErrnoException {
        for (int attempt = 1; ; attempt++) {
            try {
                return (int) kernel.call(Call.OPENAT2, root, text(path, below), how, Uapi.OPEN_HOW_BYTES);
            } catch (ErrnoException e) {
                boolean again = e.errno() == Errno.EAGAIN || e.errno() == Errno.EINTR;
                if (!again || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** A new file for writing; EEXIST where anything bears the name. The mode passes through the umask. */
    public int create(int parent, String name, int mode) throws ErrnoException {
        int flags = Syscalls.O_WRONLY | Syscalls.O_CREAT | Syscalls.O_EXCL | noFollow;
        return open(parent, text(path, name), flags, mode);
    }

    /** For reading; neither waits for a FIFO's writer nor follows a link. */
    public int openToRead(int parent, String name) throws ErrnoException {
        return open(parent, text(path, name), Syscalls.O_RDONLY | Syscalls.O_NONBLOCK | Uapi.O_NOCTTY | noFollow, 0);
    }

    private int open(int parent, Memory name, int flags, int mode) throws ErrnoException {
        return (int) kernel.call(Call.OPENAT, parent, name, flags | Syscalls.O_CLOEXEC, mode);
    }

    public void close(int fd) throws ErrnoException {
        kernel.call(Call.CLOSE, fd);
    }

    // -- content

    /** Writes all of it, at this place of the file. */
    public void write(int fd, byte[] bytes, int from, int length, long at) throws ErrnoException {
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, DATA_BYTES);
            data.putBytes(0, bytes, from + done, part);
            for (int written = 0; written < part; ) {
                written += (int)
                        kernel.call(Call.PWRITE64, fd, data.address() + written, part - written, at + done + written);
            }
            done += part;
        }
    }

    /** @return bytes read, 0 at the end */
    public int read(int fd, byte[] bytes) throws ErrnoException {
        int length = (int) kernel.call(Call.READ, fd, data, Math.min(bytes.length, DATA_BYTES));
        data.getBytes(0, bytes, 0, length);
        return length;
    }

    public void truncate(int fd, long size) throws ErrnoException {
        kernel.call(Call.FTRUNCATE, fd, size);
    }

    // -- making and removing; modes pass through the umask

    public void makeDirectory(int parent, String name, int mode) throws ErrnoException {
        kernel.call(Call.MKDIRAT, parent, text(path, name), mode);
    }

    /** @param mode with the type */
    public void makeNode(int parent, String name, int mode, int major, int minor) throws ErrnoException {
        // new_encode_dev, include/linux/kdev_t.h
        long device = minor & 0xff | (long) major << 8 | (minor & ~0xffL) << 12;
        kernel.call(Call.MKNODAT, parent, text(path, name), mode, device);
    }

    public void makeSymbolicLink(int parent, String name, String target) throws ErrnoException {
        kernel.call(Call.SYMLINKAT, text(otherPath, target), parent, text(path, name));
    }

    /** A second name; of a symbolic link, not of what it leads to. */
    public void makeLink(int oldParent, String oldName, int parent, String name) throws ErrnoException {
        kernel.call(Call.LINKAT, oldParent, text(otherPath, oldName), parent, text(path, name), 0);
    }

    public void rename(int oldParent, String oldName, int parent, String name) throws ErrnoException {
        kernel.call(Call.RENAMEAT, oldParent, text(otherPath, oldName), parent, text(path, name));
    }

    /** Removes anything but a directory. */
    public void unlink(int parent, String name) throws ErrnoException {
        kernel.call(Call.UNLINKAT, parent, text(path, name), 0);
    }

    /** Removes an empty directory. */
    public void removeDirectory(int parent, String name) throws ErrnoException {
        kernel.call(Call.UNLINKAT, parent, text(path, name), AT_REMOVEDIR);
    }

    // -- owner, mode, times; changing the owner takes set-uid bits and capabilities away, so it comes first

    public void own(int fd, long uid, long gid) throws ErrnoException {
        kernel.call(Call.FCHOWN, fd, uid, gid);
    }

    public void own(int parent, String name, long uid, long gid) throws ErrnoException {
        kernel.call(Call.FCHOWNAT, parent, text(path, name), uid, gid, Syscalls.AT_SYMLINK_NOFOLLOW);
    }

    public void setMode(int fd, int mode) throws ErrnoException {
        kernel.call(Call.FCHMOD, fd, mode);
    }

    /** Of what is no symbolic link: the call would follow it, and the caller knows, having just made it or looked. */
    public void setMode(int parent, String name, int mode) throws ErrnoException {
        kernel.call(Call.FCHMODAT, parent, text(path, name), mode);
    }

    public void setTime(int fd, long seconds, int nanos) throws ErrnoException {
        kernel.call(Call.UTIMENSAT, fd, 0, time(seconds, nanos), 0);
    }

    public void setTime(int parent, String name, long seconds, int nanos) throws ErrnoException {
        kernel.call(Call.UTIMENSAT, parent, text(path, name), time(seconds, nanos), Syscalls.AT_SYMLINK_NOFOLLOW);
    }

    private Memory time(long seconds, int nanos) {
        times.putLong(16, seconds);
        times.putLong(24, nanos);
        return times;
    }

    // -- looking

    public Status status(int fd) throws ErrnoException {
        return status(fd, "", Uapi.AT_EMPTY_PATH);
    }

    public Status status(int parent, String name) throws ErrnoException {
        return status(parent, name, Syscalls.AT_SYMLINK_NOFOLLOW);
    }

    private Status status(int parent, String name, int flags) throws ErrnoException {
        kernel.call(Call.STATX, parent, text(path, name), flags | AT_NO_AUTOMOUNT, Uapi.STATX_BASIC, status);
        return new Status(
                status.getShort(Uapi.STATX_MODE) & 0xffff,
                status.getInt(16) & 0xffffffffL,
                status.getInt(20) & 0xffffffffL,
                status.getInt(24) & 0xffffffffL,
                status.getLong(32),
                status.getLong(40),
                status.getLong(112),
                status.getInt(120),
                status.getInt(Uapi.STATX_RDEV),
                status.getInt(Uapi.STATX_RDEV + 4));
    }

    public String readLink(int parent, String name) throws ErrnoException {
        int length = (int) kernel.call(Call.READLINKAT, parent, text(path, name), data, PATH_BYTES);
        return fromData(length);
    }

    // -- extended attributes: by the parent's descriptor, since an O_PATH descriptor takes none (xattr(7), open(2))

    public void setAttribute(int fd, String attribute, byte[] value) throws ErrnoException {
        data.putBytes(0, value);
        kernel.call(Call.FSETXATTR, fd, text(otherPath, attribute), data, value.length, 0);
    }

    public void setAttribute(int parent, String name, String attribute, byte[] value) throws ErrnoException {
        data.putBytes(0, value);
        kernel.call(Call.LSETXATTR, at(parent, name), text(otherPath, attribute), data, value.length, 0);
    }

    public void removeAttribute(int parent, String name, String attribute) throws ErrnoException {
        kernel.call(Call.LREMOVEXATTR, at(parent, name), text(otherPath, attribute));
    }

    /** The names of all; empty where the file system has none. */
    public List<String> attributes(int parent, String name) throws ErrnoException {
        int length;
        try {
            length = (int) kernel.call(Call.LLISTXATTR, at(parent, name), data, DATA_BYTES);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EOPNOTSUPP) {
                return List.of();
            }
            throw e;
        }
        return length == 0
                ? List.of()
                : new ArrayList<>(List.of(fromData(length).split("\0")));
    }

    public byte[] attribute(int parent, String name, String attribute) throws ErrnoException {
        int length = (int) kernel.call(Call.LGETXATTR, at(parent, name), text(otherPath, attribute), data, DATA_BYTES);
        byte[] value = new byte[length];
        data.getBytes(0, value, 0, length);
        return value;
    }

    private Memory at(int parent, String name) {
        return text(path, "/proc/self/fd/" + parent + "/" + name);
    }

    /** Waits until all that was written to this file system is on the disk. */
    public void syncFileSystem(int fd) throws ErrnoException {
        kernel.call(Call.SYNCFS, fd);
    }

    private String fromData(int length) {
        byte[] bytes = new byte[length];
        data.getBytes(0, bytes, 0, length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static Memory text(Memory memory, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length >= PATH_BYTES) {
            throw new IllegalArgumentException("a name of " + bytes.length + " bytes is above " + PATH_BYTES);
        }
        memory.putBytes(0, bytes);
        memory.putBytes(bytes.length, END);
        return memory;
    }

    /** Whether overlay shows nothing of directories beneath this one (Documentation/filesystems/overlayfs.rst). */
    public static boolean isOpaque(Path directory, Syscalls syscalls) throws ErrnoException {
        Memory value = Memory.allocate(1);
        try {
            long length =
                    syscalls.kernel().call(Call.LGETXATTR, directory.toString(), "trusted.overlay.opaque", value, 1);
            byte[] mark = new byte[1];
            value.getBytes(0, mark, 0, 1);
            return length == 1 && mark[0] == 'y';
        } catch (ErrnoException e) {
            // ERANGE: longer than the mark, so another one
            if (e.errno() == Errno.ENODATA || e.errno() == Errno.EOPNOTSUPP || e.errno() == ERANGE) {
                return false;
            }
            throw e;
        }
    }
}
