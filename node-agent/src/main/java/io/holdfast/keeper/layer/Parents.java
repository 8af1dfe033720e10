package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.TreeCalls;
import java.io.IOException;

/**
 * Opens the directories that entries stand in. Symbolic links on the way are followed as in a container whose root the layer is
 * (openat2(2), RESOLVE_IN_ROOT), so that none leads out; missing directories are made. The last few stay open, since archives go through
 * a tree in its order.
 */
final class Parents implements AutoCloseable {
    private static final int OPEN = 8;
    private static final int MODE = 0755;

    private final int root;
    private final TreeCalls calls;
    private final Later later;
    private final Budget budget;
    private final String[] paths = new String[OPEN];
    private final int[] descriptors = new int[OPEN];
    private int next;
    private boolean stale;

    Parents(int root, TreeCalls calls, Later later, Budget budget) {
        this.root = root;
        this.calls = calls;
        this.later = later;
        this.budget = budget;
    }

    /** As {@link #open}, and makes nothing: ENOENT or ENOTDIR where it is not there. */
    int openExisting(String path) throws IOException {
        return find(path, false);
    }

    /** @return a descriptor that stays open for the next seven calls at least */
    int open(String path) throws IOException {
        return find(path, true);
    }

    private int find(String path, boolean make) throws IOException {
        if (stale) {
            close();
        }
        if (path.isEmpty()) {
            return root;
        }
        int open = opened(path);
        if (open >= 0) {
            return open;
        }
        int fd;
        try {
            fd = calls.openDirectory(root, path);
        } catch (ErrnoException e) {
            if (!make || e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
                throw e;
            }
            fd = makeFor(path, e);
        }
        keep(path, fd);
        return fd;
    }

    /** Negative where it is not open. */
    private int opened(String path) {
        for (int i = 0; i < OPEN; i++) {
            if (path.equals(paths[i])) {
                return descriptors[i];
            }
        }
        return -1;
    }

    /** @param why it could not be opened; mostly its parent is there, since archives go from directories to what is in them */
    private int makeFor(String path, ErrnoException why) throws IOException {
        int slash = path.lastIndexOf('/');
        int above = slash < 0 ? root : opened(path.substring(0, slash));
        return above < 0 ? walk(path) : replace(above, path, path.substring(slash + 1), why);
    }

    /** Something was removed: a path may now lead elsewhere. Descriptors are valid until the next {@link #open}. */
    void forget() {
        stale = true;
    }

    private void keep(String path, int fd) throws IOException {
        if (paths[next] != null) {
            calls.close(descriptors[next]);
        }
        paths[next] = path;
        descriptors[next] = fd;
        next = (next + 1) % OPEN;
    }

    private int walk(String path) throws IOException {
        int parent = root;
        try {
            for (int from = 0; ; ) {
                int slash = path.indexOf('/', from);
                String below = slash < 0 ? path : path.substring(0, slash);
                int fd = step(parent, below, below.substring(from));
                closeUnlessRoot(parent);
                parent = fd;
                if (slash < 0) {
                    parent = root;
                    return fd;
                }
                from = slash + 1;
            }
        } finally {
            closeUnlessRoot(parent);
        }
    }

    private void closeUnlessRoot(int fd) throws IOException {
        if (fd != root) {
            calls.close(fd);
        }
    }

    private int step(int parent, String path, String name) throws IOException {
        try {
            return calls.openDirectory(root, path);
        } catch (ErrnoException e) {
            return replace(parent, path, name, e);
        }
    }

    /** Makes what could not be opened. */
    private int replace(int parent, String path, String name, ErrnoException why) throws IOException {
        switch (why.errno()) {
            case Errno.ENOENT -> make(parent, name, path);
            case Errno.ENOTDIR -> replaceWhiteout(parent, name, path);
            default -> throw why;
        }
        return calls.openDirectory(root, path);
    }

    private void make(int parent, String name, String path) throws IOException {
        budget.entry();
        try {
            calls.makeDirectory(parent, name, MODE);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EEXIST) {
                throw new Refusal("its directory %s is a link that leads nowhere".formatted(Names.printable(path)));
            }
            throw e;
        }
        TreeCalls.Status made = calls.status(parent, name);
        if (made.uid() != 0 || made.gid() != 0) {
            // of a set-group-id directory above
            calls.own(parent, name, 0, 0);
        }
        if (made.permissions() != MODE) {
            calls.setMode(parent, name, MODE);
        }
        later.implied(made.inode());
    }

    /** The layer deletes what lower layers have there, and has a directory of its own: that is an opaque one. */
    private void replaceWhiteout(int parent, String name, String path) throws IOException {
        if (!calls.status(parent, name).isWhiteout()) {
            throw new Refusal("its directory %s is not a directory".formatted(Names.printable(path)));
        }
        calls.unlink(parent, name);
        make(parent, name, path);
        Attributes.makeOpaque(calls, parent, name);
        later.attributesWereSet();
    }

    @Override
    public void close() throws IOException {
        stale = false;
        for (int i = 0; i < OPEN; i++) {
            if (paths[i] != null) {
                paths[i] = null;
                calls.close(descriptors[i]);
            }
        }
    }
}
