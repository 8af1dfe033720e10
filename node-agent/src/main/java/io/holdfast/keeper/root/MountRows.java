package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Guard;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import java.util.Map;

/** The mount calls that take descriptors, as rows. */
final class MountRows {
    static final int CLONE_TREE = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;

    private final Program program;
    private final Arch arch;
    private final LaunchGuards guards;

    MountRows(Program program, Arch arch) {
        this(program, arch, LaunchGuards.ALL);
    }

    MountRows(Program program, Arch arch, LaunchGuards guards) {
        this.guards = guards;
        this.program = program;
        this.arch = arch;
    }

    /**
     * A new mount of a file system, attached nowhere yet.
     *
     * @param options in no particular order; an empty value is a flag
     */
    Row newMount(String type, Map<String, String> options, int attributes) {
        Row context = program.add(Call.FSOPEN, type, FSOPEN_CLOEXEC).purpose("mount " + type);
        options.forEach((key, value) -> {
            if (value.isEmpty()) {
                program.add(Call.FSCONFIG, context, FSCONFIG_SET_FLAG, key, 0, 0)
                        .purpose("mount " + type + " " + key);
            } else {
                program.add(Call.FSCONFIG, context, FSCONFIG_SET_STRING, key, value, 0)
                        .purpose("mount " + type + " " + key + "=" + value);
            }
        });
        program.add(Call.FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0).purpose("mount " + type);
        return program.add(Call.FSMOUNT, context, FSMOUNT_CLOEXEC, attributes).purpose("mount " + type);
    }

    /** A detached copy of the mount at a path of the host. */
    Row cloneOfHost(String path, boolean recursive) {
        return program.add(Call.OPEN_TREE, AT_FDCWD, path, CLONE_TREE | (recursive ? AT_RECURSIVE : 0))
                .purpose("bind " + path);
    }

    /** A detached copy of what a descriptor stands for. */
    Row cloneOf(Row fd, String what) {
        return program.add(Call.OPEN_TREE, fd, "", CLONE_TREE | AT_EMPTY_PATH | AT_RECURSIVE)
                .purpose("bind " + what);
    }

    void setAttributes(Row mount, int attributes, boolean recursive, String what) {
        Block attr = program.arena().allocate(MOUNT_ATTR_BYTES).putLong(0, attributes);
        program.add(
                        Call.MOUNT_SETATTR,
                        mount,
                        "",
                        AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
                        attr,
                        MOUNT_ATTR_BYTES)
                .purpose("change mount of " + what);
    }

    /** All four fields of mount_setattr(2); nothing where there is nothing to change. */
    void change(Row mount, long set, long clear, long propagation, boolean recursive, String what) {
        if ((set | clear | propagation) == 0) {
            return;
        }
        Block attr = program.arena()
                .allocate(MOUNT_ATTR_BYTES)
                .putLong(0, set)
                .putLong(8, clear)
                .putLong(16, propagation);
        program.add(
                        Call.MOUNT_SETATTR,
                        mount,
                        "",
                        AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
                        attr,
                        MOUNT_ATTR_BYTES)
                .purpose("change mount of " + what);
    }

    /**
     * Changes a copy of a mount of the host's, and lets nothing that is mounted in it come back: a copy is a peer of what it was copied
     * from, so without this a mount below it would appear on the host, too, wherever that has shared mounts, as systemd makes them.
     *
     * @param follow whether what the host mounts there later is seen
     */
    void separate(Row copy, int attributes, boolean recursive, boolean follow, String what) {
        long propagation = follow ? MS_SLAVE : MS_PRIVATE;
        change(copy, attributes, 0, guards.has(Guard.PROPAGATION) ? propagation : 0, recursive, what);
    }

    /** Mounts on what {@code target} stands for. */
    Row attach(Row mount, Row target, String what) {
        return program.add(Call.MOVE_MOUNT, mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH)
                .purpose("mount on " + what);
    }

    /**
     * Resolves a path below a directory; links may not lead out of it, and none at all may be in a path of the system's own.
     *
     * @param linksAllowed for paths that a job names
     */
    Row resolve(Row directory, String path, boolean linksAllowed) {
        int resolve = linksAllowed ? inRoot() : RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
        int flags = Syscalls.O_PATH | Syscalls.O_CLOEXEC;
        Block how = program.arena().allocate(OPEN_HOW_BYTES).putLong(0, flags).putLong(16, resolve);
        return program.add(Call.OPENAT2, directory, path, how, OPEN_HOW_BYTES)
                .purpose(
                        linksAllowed
                                ? "find " + path + " in the image"
                                : "find " + path + " in the image, no symbolic link");
    }

    /** Like {@link #resolve}, and it must be a directory. O_NOFOLLOW would hand out the link itself, as ENOTDIR. */
    Row directory(Row directory, String path) {
        int flags = Syscalls.O_PATH | Syscalls.O_CLOEXEC | arch.openDirectory();
        Block how = program.arena()
                .allocate(OPEN_HOW_BYTES)
                .putLong(0, flags)
                .putLong(16, guards.has(Guard.SYSTEM_LINKS) ? inRoot() | RESOLVE_NO_SYMLINKS : 0);
        return program.add(Call.OPENAT2, directory, path, how, OPEN_HOW_BYTES)
                .purpose("find directory " + path + " in the image, no symbolic link");
    }

    private int inRoot() {
        return guards.has(Guard.IN_ROOT) ? RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS : 0;
    }

    /** One name below a directory: nothing to resolve, so no link is followed. */
    Row makeDirectory(Row parent, String name, int mode) {
        return program.add(Call.MKDIRAT, parent, name, mode).purpose("make directory " + name);
    }

    Row makeNode(Row parent, String name, int mode, long device) {
        return program.add(Call.MKNODAT, parent, name, mode, device).purpose("make " + name);
    }

    void link(Row parent, String name, String to) {
        program.add(Call.SYMLINKAT, to, parent, name).purpose("link " + name);
    }

    /** Below a mount of the system's own, by a path in which no link is followed. */
    Row openForWriting(Row directory, String path) {
        Block how = program.arena()
                .allocate(OPEN_HOW_BYTES)
                .putLong(0, Syscalls.O_WRONLY | Syscalls.O_CLOEXEC)
                .putLong(16, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS);
        return program.add(Call.OPENAT2, directory, path, how, OPEN_HOW_BYTES).purpose("open " + path);
    }

    /** A path of the host that must be this very device: what is bound from it is written to by containers (CVE-2025-31133). */
    Row device(String path, int kind, int major, int minor) {
        Row found = program.add(Call.OPENAT, AT_FDCWD, path, Syscalls.O_PATH | Syscalls.O_CLOEXEC, 0)
                .purpose("find " + path);
        if (guards.has(Guard.DEVICES)) {
            Block statx = program.arena().allocate(STATX_BYTES);
            program.add(Call.STATX, found, "", AT_EMPTY_PATH, STATX_BASIC, statx)
                    .purpose("look at " + path);
            String what = path + " of this host is the device " + major + ":" + minor;
            program.check(what, statx.address() + STATX_MODE, S_IFMT, kind);
            program.check(what, statx.address() + STATX_RDEV, -1, major | (long) minor << 32);
        }
        return found;
    }

    /** A detached copy of one file that was {@linkplain #device found}. */
    Row cloneOfFound(Row found, String what) {
        return program.add(Call.OPEN_TREE, found, "", CLONE_TREE | AT_EMPTY_PATH)
                .purpose("bind " + what);
    }

    Program program() {
        return program;
    }
}
