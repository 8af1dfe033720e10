package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeCalls;
import io.holdfast.keeper.linux.TreeRemover;
import io.holdfast.keeper.linux.Uapi;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes what an entry says, in the place of what an earlier one of the same name has made. Within one entry the order is owner, mode,
 * attributes, time: chown(2) takes set-id bits and capabilities away. Files and directories are made with the permissions that they
 * end with, so that most need neither owner nor mode set: a call less for each, in a layer of thousands.
 */
final class EntryMaker {
    private static final String TRASH = "trash";

    /** Set-id and sticky bits are set once the owner is right. */
    private static final int PERMISSIONS = 0777;

    private final Path work;
    private final int root;
    private final int workDirectory;
    private final Syscalls syscalls;
    private final TreeCalls calls;
    private final Parents parents;
    private final FileContent content;
    private final Later later;
    private final LayerLimits limits;

    EntryMaker(
            WorkTree tree,
            Syscalls syscalls,
            TreeCalls calls,
            Parents parents,
            FileContent content,
            Later later,
            LayerLimits limits) {
        work = tree.path();
        workDirectory = tree.descriptor();
        root = tree.root();
        this.syscalls = syscalls;
        this.calls = calls;
        this.parents = parents;
        this.content = content;
        this.later = later;
        this.limits = limits;
    }

    void make(EntryPath at, TarEntry entry) throws IOException {
        Map<String, byte[]> attributes = Attributes.allowed(entry.attributes());
        if (!attributes.isEmpty()) {
            later.attributesWereSet();
        }
        if (at.isRoot()) {
            makeRoot(entry, attributes);
            return;
        }
        switch (entry.kind()) {
            case FILE -> makeFile(parents.open(at.parent()), at.name(), entry, attributes);
            case DIRECTORY -> makeDirectory(parents.open(at.parent()), at.name(), entry, attributes);
            case HARD_LINK -> makeHardLink(at, entry);
            case SYMBOLIC_LINK -> makeSymbolicLink(parents.open(at.parent()), at.name(), entry, attributes);
            case CHARACTER_DEVICE -> makeNode(parents.open(at.parent()), at.name(), entry, Uapi.S_IFCHR, attributes);
            case BLOCK_DEVICE -> makeNode(parents.open(at.parent()), at.name(), entry, Uapi.S_IFBLK, attributes);
            case FIFO -> makeNode(parents.open(at.parent()), at.name(), entry, Uapi.S_IFIFO, attributes);
        }
    }

    private void makeRoot(TarEntry entry, Map<String, byte[]> attributes) throws IOException {
        if (entry.kind() != TarEntry.Kind.DIRECTORY) {
            throw new Refusal("the layer's root is not a directory");
        }
        Attributes.removeAll(calls, root, ".");
        finishDirectory(root, ".", entry, attributes);
    }

    private void makeFile(int parent, String name, TarEntry entry, Map<String, byte[]> attributes) throws IOException {
        int permissions = entry.mode() & PERMISSIONS;
        int fd;
        try {
            fd = calls.create(parent, name, permissions);
        } catch (ErrnoException e) {
            clear(parent, name, e);
            fd = calls.create(parent, name, permissions);
        }
        try {
            int crc = content.write(fd, entry);
            TreeCalls.Status made = calls.status(fd);
            if (made.uid() != entry.uid() || made.gid() != entry.gid()) {
                calls.own(fd, entry.uid(), entry.gid());
            }
            if (made.permissions() != entry.mode()) {
                calls.setMode(fd, entry.mode());
            }
            for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
                calls.setAttribute(fd, attribute.getKey(), attribute.getValue());
            }
            calls.setTime(fd, entry.seconds(), entry.nanos());
            later.file(made.inode(), crc);
        } finally {
            calls.close(fd);
        }
    }

    private void makeDirectory(int parent, String name, TarEntry entry, Map<String, byte[]> attributes)
            throws IOException {
        boolean opaque = false;
        try {
            calls.makeDirectory(parent, name, entry.mode() & PERMISSIONS);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            TreeCalls.Status there = calls.status(parent, name);
            if (there.type() == Uapi.S_IFDIR) {
                Attributes.removeAll(calls, parent, name);
            } else {
                opaque = there.isWhiteout();
                clear(parent, name, e);
                calls.makeDirectory(parent, name, entry.mode() & PERMISSIONS);
            }
        }
        if (opaque) {
            Attributes.makeOpaque(calls, parent, name);
            later.attributesWereSet();
        }
        finishDirectory(parent, name, entry, attributes);
    }

    private void finishDirectory(int parent, String name, TarEntry entry, Map<String, byte[]> attributes)
            throws IOException {
        TreeCalls.Status made = calls.status(parent, name);
        long inode = made.inode();
        later.directory(inode, entry.seconds(), entry.nanos());
        if (made.uid() != entry.uid() || made.gid() != entry.gid()) {
            calls.own(parent, name, entry.uid(), entry.gid());
        }
        if (made.permissions() != entry.mode()) {
            calls.setMode(parent, name, entry.mode());
        }
        for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
            if (attribute.getKey().equals(Attributes.DEFAULT_ACL)) {
                later.defaultAcl(inode, attribute.getValue());
            } else {
                calls.setAttribute(parent, name, attribute.getKey(), attribute.getValue());
            }
        }
    }

    private void makeHardLink(EntryPath at, TarEntry entry) throws IOException {
        EntryPath target = linkTarget(entry);
        int parent = parents.open(at.parent());
        int targetParent;
        TreeCalls.Status there;
        try {
            targetParent = parents.openExisting(target.parent());
            there = calls.status(targetParent, target.name());
        } catch (ErrnoException e) {
            throw e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR ? noFile(entry) : e;
        }
        if (there.isWhiteout() || there.type() == Uapi.S_IFDIR) {
            throw noFile(entry);
        }
        try {
            calls.makeLink(targetParent, target.name(), parent, at.name());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EEXIST && calls.status(parent, at.name()).inode() == there.inode()) {
                return;
            }
            clear(parent, at.name(), e);
            calls.makeLink(targetParent, target.name(), parent, at.name());
        }
    }

    private EntryPath linkTarget(TarEntry entry) throws Refusal {
        EntryPath target;
        try {
            target = EntryPath.of(entry.linkTarget(), limits);
        } catch (Refusal e) {
            throw new Refusal("hard link to %s: %s".formatted(Names.printable(entry.linkTarget()), e.getMessage()));
        }
        if (target.isRoot()) {
            throw noFile(entry);
        }
        return target;
    }

    private static Refusal noFile(TarEntry entry) {
        return new Refusal(
                "is a hard link to %s, which is no file of this layer".formatted(Names.printable(entry.linkTarget())));
    }

    private void makeSymbolicLink(int parent, String name, TarEntry entry, Map<String, byte[]> attributes)
            throws IOException {
        String target = entry.linkTarget();
        if (target.isEmpty() || target.indexOf(0) >= 0 || target.length() > limits.nameBytes()) {
            throw new Refusal("is a link to a name of %d bytes, which is empty, above %d or has a NUL"
                    .formatted(target.length(), limits.nameBytes()));
        }
        try {
            calls.makeSymbolicLink(parent, name, target);
        } catch (ErrnoException e) {
            clear(parent, name, e);
            calls.makeSymbolicLink(parent, name, target);
        }
        calls.own(parent, name, entry.uid(), entry.gid());
        finish(parent, name, entry, attributes);
    }

    /** @param type of {@code S_IFMT} */
    private void makeNode(int parent, String name, TarEntry entry, int type, Map<String, byte[]> attributes)
            throws IOException {
        boolean isDevice = type != Uapi.S_IFIFO;
        int major = isDevice ? entry.major() : 0;
        int minor = isDevice ? entry.minor() : 0;
        if (type == Uapi.S_IFCHR && major == 0 && minor == 0) {
            throw new Refusal("is the character device 0:0, overlay's own mark of what is deleted");
        }
        try {
            calls.makeNode(parent, name, type | 0600, major, minor);
        } catch (ErrnoException e) {
            clear(parent, name, e);
            calls.makeNode(parent, name, type | 0600, major, minor);
        }
        calls.own(parent, name, entry.uid(), entry.gid());
        calls.setMode(parent, name, entry.mode());
        finish(parent, name, entry, attributes);
    }

    private void finish(int parent, String name, TarEntry entry, Map<String, byte[]> attributes) throws IOException {
        for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
            calls.setAttribute(parent, name, attribute.getKey(), attribute.getValue());
        }
        calls.setTime(parent, name, entry.seconds(), entry.nanos());
    }

    /** Removes what stands in the way; a tree goes out of the layer first, where its names mean nothing. */
    private void clear(int parent, String name, ErrnoException why) throws IOException {
        if (why.errno() != Errno.EEXIST) {
            throw why;
        }
        if (calls.status(parent, name).type() == Uapi.S_IFDIR) {
            calls.rename(parent, name, workDirectory, TRASH);
            TreeRemover.remove(work.resolve(TRASH), syscalls);
        } else {
            calls.unlink(parent, name);
        }
        parents.forget();
    }
}
