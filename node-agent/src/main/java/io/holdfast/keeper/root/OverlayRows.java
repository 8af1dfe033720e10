package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of the first child that make the root, detached: an overlay over the image's layers, and the host's program directories beside
 * it. They have the host's rights, so that layers may lie where the container's root could not go; the mount is handed on as a descriptor.
 *
 * <p>The overlay is {@code nodev}: device files of an image would be the host's devices. {@code volatile} saves the syncs when it is
 * unmounted; its upper directory is never mounted again.
 */
public final class OverlayRows {
    /** Of an option's value, fsconfig(2). */
    private static final int MAX_OPTION = 255;

    private final Program program;
    private final MountRows mounts;
    private final HostCheck.Host host;

    public OverlayRows(Program program, HostCheck.Host host, LaunchGuards guards) {
        this.program = program;
        this.mounts = new MountRows(program, host.arch(), guards);
        this.host = host;
    }

    /** A detached mount and the name below / that it goes on. */
    record Bind(Row mount, String name) {}

    /** What {@link SystemRows} puts together. */
    public record Root(Row overlay, List<Bind> binds) {}

    /**
     * @param layers of the image, the topmost first
     * @param beneath layers below them, with the host's ids; as they are on a kernel that has layers by descriptor, else none
     * @param userNamespace descriptor of the namespace whose ids the image's become; null for none
     * @param binds names below / that are bound from the host, read-only
     */
    public Root make(
            List<Path> layers, List<Path> beneath, OverlayDirectories own, Row userNamespace, List<String> binds)
            throws LaunchException {
        List<Bind> bound = new ArrayList<>();
        for (String name : binds) {
            Row tree = mounts.cloneOfHost("/" + name, false);
            int attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
            mounts.separate(tree, attributes, false, true, "/" + name);
            bound.add(new Bind(tree, name));
        }
        Block idmap = userNamespace == null ? null : idmap(userNamespace);
        Row context;
        if (host.overlayByFd()) {
            List<Row> trees = layers.size() == 1 ? List.of(clone(layers.get(0), idmap)) : inOneClone(layers, idmap);
            context = program.add(Call.FSOPEN, "overlay", FSOPEN_CLOEXEC).purpose("mount overlay");
            for (Row tree : trees) {
                byFd(context, "lowerdir+", tree);
            }
            for (Path layer : beneath) {
                byPath(context, "lowerdir+", layer);
            }
        } else {
            List<Row> trees = new ArrayList<>();
            for (Path layer : layers) {
                trees.add(clone(layer, idmap));
            }
            context = program.add(Call.FSOPEN, "overlay", FSOPEN_CLOEXEC).purpose("mount overlay");
            layersByPath(context, trees, own.lower());
        }
        byPath(context, "upperdir", own.upper());
        byPath(context, "workdir", own.work());
        program.add(Call.FSCONFIG, context, FSCONFIG_SET_FLAG, "volatile", 0, 0).purpose("mount overlay volatile");
        program.add(Call.FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0)
                .purpose("mount overlay of "
                        + (layers.size() == 1 ? layers.get(0) : layers.size() + " layers")
                        + " and "
                        + own.upper());
        Row overlay = program.add(Call.FSMOUNT, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV)
                .purpose("mount overlay");
        return new Root(overlay, bound);
    }

    /** @param idmap null for the host's ids */
    private Row clone(Path layer, Block idmap) {
        Row tree = mounts.cloneOfHost(layer.toString(), false);
        if (idmap != null) {
            program.add(Call.MOUNT_SETATTR, tree, "", AT_EMPTY_PATH, idmap, MOUNT_ATTR_BYTES)
                    .purpose("map the ids of " + layer + " (its file system must support idmapped mounts)");
        }
        return tree;
    }

    /**
     * Layers of one store are shown through one clone of it: for each clone whose descriptor is closed, the kernel waits until nobody
     * looks at it any more (synchronize_rcu_expedited in namespace_unlock, fs/namespace.c), and the launch with it.
     */
    private List<Row> inOneClone(List<Path> layers, Block idmap) throws LaunchException {
        Path store = layers.get(0).getParent().getParent();
        Row tree = clone(store, idmap);
        List<Row> opened = new ArrayList<>();
        for (Path layer : layers) {
            if (!layer.startsWith(store)) {
                throw new LaunchException("overlay", Errno.EINVAL, "layer " + layer + " is not in the store " + store);
            }
            String name = store.relativize(layer).toString();
            opened.add(program.add(Call.OPENAT, tree, name, Syscalls.O_PATH | Syscalls.O_CLOEXEC, 0)
                    .purpose("open layer " + layer));
        }
        return opened;
    }

    private Block idmap(Row userNamespace) {
        Block attr = program.arena().allocate(MOUNT_ATTR_BYTES).putLong(0, MOUNT_ATTR_IDMAP);
        Row copy = program.add(Call.FCNTL, userNamespace, F_DUPFD_CLOEXEC, 3);
        copy.storeAt(attr.address() + 24);
        return attr;
    }

    /**
     * Before 6.15 a layer is named by a path, and only a mount that is attached has one: so each is attached in a mount namespace of
     * the first child's own, which nobody else sees. Several of them by names of a character or two, since all have to go into one
     * option.
     */
    private void layersByPath(Row context, List<Row> trees, Path mountPoint) throws LaunchException {
        program.add(Call.UNSHARE, CLONE_NEWNS);
        program.add(Call.MOUNT, 0, "/", 0, MS_REC | MS_SLAVE, 0).purpose("keep mounts from the host");
        if (trees.size() == 1) {
            attach(trees.get(0), mountPoint);
            lowerdir(context, mountPoint.toString());
            return;
        }
        program.add(Call.MOUNT, "tmpfs", mountPoint.toString(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700")
                .purpose("mount tmpfs on " + mountPoint);
        List<String> names = new ArrayList<>();
        for (Row tree : trees) {
            String name = Integer.toString(names.size(), Character.MAX_RADIX);
            names.add(name);
            program.add(Call.MKDIRAT, AT_FDCWD, mountPoint.resolve(name).toString(), 0700);
            attach(tree, mountPoint.resolve(name));
        }
        String all = String.join(":", names);
        if (all.length() > MAX_OPTION) {
            throw new LaunchException(
                    "overlay",
                    Errno.E2BIG,
                    "the image's " + trees.size() + " layers are more than kernel "
                            + host.kernel().text() + " mounts at once: 6.15 mounts 500");
        }
        program.add(Call.CHDIR, mountPoint.toString());
        lowerdir(context, all);
    }

    private void attach(Row tree, Path mountPoint) {
        program.add(Call.MOVE_MOUNT, tree, "", AT_FDCWD, mountPoint.toString(), MOVE_MOUNT_F_EMPTY_PATH)
                .purpose("mount layer on " + mountPoint);
    }

    private void lowerdir(Row context, String paths) {
        program.add(Call.FSCONFIG, context, FSCONFIG_SET_STRING, "lowerdir", paths, 0)
                .purpose("mount overlay lowerdir=" + paths);
    }

    private void byFd(Row context, String key, Row fd) {
        program.add(Call.FSCONFIG, context, FSCONFIG_SET_FD, key, 0, fd).purpose("mount overlay " + key);
    }

    private void byPath(Row context, String key, Path path) {
        if (host.overlayByFd()) {
            // by descriptor, a path may be as long as it likes; a string has 255 bytes
            Row fd = program.add(Call.OPENAT, AT_FDCWD, path.toString(), Syscalls.O_PATH | Syscalls.O_CLOEXEC, 0)
                    .purpose("open " + path);
            byFd(context, key, fd);
        } else {
            program.add(Call.FSCONFIG, context, FSCONFIG_SET_STRING, key, path.toString(), 0)
                    .purpose("mount overlay " + key + "=" + path);
        }
    }
}
