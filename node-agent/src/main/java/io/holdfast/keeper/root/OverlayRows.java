package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of the first child that make the root, detached: an overlay over the image, and the host's program directories beside it. They
 * have the host's rights, so that layers may lie where the container's root could not go; the mount is handed on as a descriptor.
 *
 * <p>The overlay is {@code nodev}: device files of an image would be the host's devices. {@code volatile} saves the syncs when it is
 * unmounted; its upper directory is never mounted again.
 */
public final class OverlayRows {
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
     * @param lower the image
     * @param beneath layers below it, with the host's ids; as they are on a kernel that has layers by descriptor, else none
     * @param userNamespace descriptor of the namespace whose ids the image's become; null for none
     * @param binds names below / that are bound from the host, read-only
     */
    public Root make(Path lower, List<Path> beneath, OverlayDirectories own, Row userNamespace, List<String> binds) {
        List<Bind> bound = new ArrayList<>();
        for (String name : binds) {
            Row tree = mounts.cloneOfHost("/" + name, false);
            int attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
            mounts.separate(tree, attributes, false, true, "/" + name);
            bound.add(new Bind(tree, name));
        }
        Row tree = mounts.cloneOfHost(lower.toString(), false);
        if (userNamespace != null) {
            idmap(tree, userNamespace, lower);
        }
        Row context = program.add(Call.FSOPEN, "overlay", FSOPEN_CLOEXEC).purpose("mount overlay");
        if (host.overlayByFd()) {
            byFd(context, "lowerdir+", tree);
            beneath.forEach(layer -> byPath(context, "lowerdir+", layer));
        } else {
            lowerByPath(context, tree, own.lower());
        }
        byPath(context, "upperdir", own.upper());
        byPath(context, "workdir", own.work());
        program.add(Call.FSCONFIG, context, FSCONFIG_SET_FLAG, "volatile", 0, 0).purpose("mount overlay volatile");
        program.add(Call.FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0)
                .purpose("mount overlay of " + lower + " and " + own.upper());
        Row overlay = program.add(Call.FSMOUNT, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV)
                .purpose("mount overlay");
        return new Root(overlay, bound);
    }

    private void idmap(Row tree, Row userNamespace, Path lower) {
        Block attr = program.arena().allocate(MOUNT_ATTR_BYTES).putLong(0, MOUNT_ATTR_IDMAP);
        Row copy = program.add(Call.FCNTL, userNamespace, F_DUPFD_CLOEXEC, 3);
        copy.storeAt(attr.address() + 24);
        program.add(Call.MOUNT_SETATTR, tree, "", AT_EMPTY_PATH, attr, MOUNT_ATTR_BYTES)
                .purpose("map the ids of " + lower + " (its file system must support idmapped mounts)");
    }

    /**
     * Before 6.15 a layer is named by a path, and only a mount that is attached has one: so it is attached in a mount namespace of the
     * first child's own, which nobody else sees.
     */
    private void lowerByPath(Row context, Row tree, Path mountPoint) {
        program.add(Call.UNSHARE, CLONE_NEWNS);
        program.add(Call.MOUNT, 0, "/", 0, MS_REC | MS_SLAVE, 0).purpose("keep mounts from the host");
        program.add(Call.MOVE_MOUNT, tree, "", AT_FDCWD, mountPoint.toString(), MOVE_MOUNT_F_EMPTY_PATH)
                .purpose("mount layer on " + mountPoint);
        program.add(Call.FSCONFIG, context, FSCONFIG_SET_STRING, "lowerdir", mountPoint.toString(), 0)
                .purpose("mount overlay lowerdir=" + mountPoint);
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
