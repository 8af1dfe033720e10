package io.holdfast.keeper.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Removes a directory tree that a container wrote, and trusts nothing in it. All goes by descriptor and not by path: symbolic links
 * are removed, not followed, and what is mounted below is not entered, since emptying a bind mount would empty what it shows
 * (openat2(2), RESOLVE_NO_XDEV). A tree deeper than {@link #MAX_DEPTH} is flattened as it goes, so that neither descriptors nor stack
 * run out. Names are bytes: a container's need not be UTF-8.
 */
public final class TreeRemover {
    private static final int MAX_DEPTH = 64;
    private static final int ENTRIES_BYTES = 8 << 10;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int DT_DIR = 4;
    private static final int DT_UNKNOWN = 0;

    /** struct linux_dirent64, getdents(2). */
    private static final int RECORD_LENGTH = 16;

    private static final int TYPE = 18;
    private static final int NAME = 19;

    private final Path tree;
    private final Syscalls syscalls;
    private final Memory how;

    /** How many directories were flattened in this round, and since the beginning. */
    private long moved;

    private long order;

    private TreeRemover(Path tree, Syscalls syscalls) {
        this.tree = tree;
        this.syscalls = syscalls;
        how = Memory.allocate(Uapi.OPEN_HOW_BYTES);
        how.putLong(0, Syscalls.O_RDONLY | Syscalls.O_CLOEXEC | Arch.current().openDirectory());
        how.putLong(16, Uapi.RESOLVE_NO_XDEV | Uapi.RESOLVE_BENEATH | Uapi.RESOLVE_NO_SYMLINKS);
    }

    /**
     * A missing tree is fine; a link in its place is removed itself.
     *
     * @throws IOException where something is mounted at or below it, with that still in place
     */
    public static void remove(Path tree, Syscalls syscalls) throws IOException {
        Path absolute = tree.toAbsolutePath();
        int parent;
        try {
            parent = syscalls.open(absolute.getParent().toString(), Syscalls.O_PATH, 0);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return;
            }
            throw e;
        }
        try {
            new TreeRemover(absolute, syscalls)
                    .removeTop(parent, Memory.text(absolute.getFileName().toString()));
        } finally {
            syscalls.close(parent);
        }
    }

    private void removeTop(int parent, Memory name) throws IOException {
        int top = openDirectory(parent, name);
        if (top < 0) {
            unlink(parent, name, 0);
            return;
        }
        try {
            do {
                // what was too deep now stands right below the tree: again, until nothing is moved any more
                moved = 0;
                syscalls.kernel().call(Call.LSEEK, top, 0, 0);
                empty(top, top, 0);
            } while (moved > 0);
        } finally {
            syscalls.close(top);
        }
        unlink(parent, name, AT_REMOVEDIR);
    }

    private void empty(int top, int directory, int depth) throws IOException {
        Memory entries = Memory.allocate(ENTRIES_BYTES);
        for (int length = read(directory, entries); length > 0; length = read(directory, entries)) {
            for (int at = 0; at < length; at += entries.getShort(at + RECORD_LENGTH) & 0xffff) {
                Memory name = name(entries, at, entries.getShort(at + RECORD_LENGTH) & 0xffff);
                if (name != null) {
                    remove(top, directory, name, entries.getShort(at + TYPE) & 0xff, depth);
                }
            }
        }
    }

    private int read(int directory, Memory entries) throws ErrnoException {
        return (int) syscalls.kernel().call(Call.GETDENTS64, directory, entries, ENTRIES_BYTES);
    }

    /** A copy, NUL-terminated; null for the directory itself and its parent. */
    private static Memory name(Memory entries, int at, int recordLength) {
        byte[] bytes = new byte[recordLength - NAME];
        entries.getBytes(at + NAME, bytes, 0, bytes.length);
        boolean isSelf = bytes[0] == '.' && (bytes[1] == 0 || bytes[1] == '.' && bytes[2] == 0);
        if (isSelf) {
            return null;
        }
        Memory name = Memory.allocate(bytes.length);
        name.putBytes(0, bytes);
        return name;
    }

    private void remove(int top, int directory, Memory name, int type, int depth) throws IOException {
        int below = type == DT_DIR || type == DT_UNKNOWN ? openDirectory(directory, name) : -1;
        if (below < 0) {
            unlink(directory, name, 0);
            return;
        }
        try {
            if (depth < MAX_DEPTH) {
                empty(top, below, depth + 1);
            }
        } finally {
            syscalls.close(below);
        }
        if (depth < MAX_DEPTH) {
            unlink(directory, name, AT_REMOVEDIR);
        } else {
            String fresh = ".deep-" + System.identityHashCode(this) + "-" + depth + "-" + ++order;
            syscalls.kernel().call(Call.RENAMEAT, directory, name, top, fresh);
            moved++;
        }
    }

    /** -1 where it is no directory, or gone. */
    private int openDirectory(int parent, Memory name) throws IOException {
        try {
            return (int) syscalls.kernel().call(Call.OPENAT2, parent, name, how, Uapi.OPEN_HOW_BYTES);
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                case Errno.ENOTDIR, Errno.ELOOP, Errno.ENOENT -> -1;
                case Errno.EXDEV ->
                    throw new IOException("cannot remove %s: %s is still mounted".formatted(tree, text(name)));
                default -> throw e;
            };
        }
    }

    private void unlink(int parent, Memory name, int flags) throws IOException {
        try {
            syscalls.kernel().call(Call.UNLINKAT, parent, name, flags);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EBUSY) {
                throw new IOException("cannot remove %s: %s is still mounted".formatted(tree, text(name)));
            }
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private static String text(Memory name) {
        byte[] bytes = new byte[name.sizeBytes()];
        name.getBytes(0, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}.*", "");
    }
}
