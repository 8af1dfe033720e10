package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.AT_FDCWD;
import static io.holdfast.keeper.linux.Uapi.MOUNT_ATTR_NODEV;
import static io.holdfast.keeper.linux.Uapi.MOUNT_ATTR_NOEXEC;
import static io.holdfast.keeper.linux.Uapi.MOUNT_ATTR_NOSUID;
import static io.holdfast.keeper.linux.Uapi.MOVE_MOUNT_F_EMPTY_PATH;
import static io.holdfast.keeper.linux.Uapi.MS_NODEV;
import static io.holdfast.keeper.linux.Uapi.MS_NOEXEC;
import static io.holdfast.keeper.linux.Uapi.MS_NOSUID;
import static io.holdfast.keeper.linux.Uapi.MS_RDONLY;
import static io.holdfast.keeper.linux.Uapi.MS_REC;
import static io.holdfast.keeper.linux.Uapi.MS_REMOUNT;
import static io.holdfast.keeper.linux.Uapi.MS_SLAVE;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import java.nio.file.Path;
import java.util.Map;

/**
 * Rows of a child in a mount namespace of its own, which make it a stage: a root with the host's /proc, /sys and /dev, and with the
 * directories that containers bind to cover something. Its file system is read-only as a whole, because all containers share it.
 */
public final class StageRows {
    /** An empty directory: what masks a directory. */
    static final String EMPTY = "/empty";

    /** One empty directory for each of the host's cgroup hierarchies: what they are bound on. */
    static final String CGROUPS = "/cgroups";

    private static final int DIRECTORY_MODE = 0755;
    private static final int MNT_DETACH = 2;

    private StageRows() {}

    public static void add(Program program, Arch arch, HostMounts hostMounts) {
        MountRows mounts = new MountRows(program, arch);
        program.add(Call.MOUNT, 0, "/", 0, MS_REC | MS_SLAVE, 0).purpose("keep mounts from the host");
        Row root = mounts.newMount(
                "tmpfs",
                Map.of("mode", "755", "size", "65536"),
                MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
        program.add(Call.MOVE_MOUNT, root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)
                .purpose("mount the stage's root");
        program.add(Call.FCHDIR, root).purpose("enter the stage's root");
        // a user namespace may mount /proc and /sys only where it sees the whole of one already (mount_too_revealing)
        for (String name : new String[] {"proc", "sys", "dev"}) {
            mounts.makeDirectory(root, name, DIRECTORY_MODE);
            mounts.attach(mounts.cloneOfHost("/" + name, false), mounts.directory(root, name), "/" + name);
        }
        mounts.makeDirectory(root, EMPTY.substring(1), DIRECTORY_MODE);
        mounts.makeDirectory(root, CGROUPS.substring(1), DIRECTORY_MODE);
        for (Path hierarchy : hostMounts.hierarchies()) {
            mounts.makeDirectory(root, CGROUPS.substring(1) + "/" + HostMounts.name(hierarchy), DIRECTORY_MODE)
                    .mayFail();
        }
        program.add(Call.PIVOT_ROOT, ".", ".");
        program.add(Call.UMOUNT2, ".", MNT_DETACH).purpose("let go of the host's root");
        program.add(Call.CHDIR, "/");
        program.add(Call.MOUNT, 0, "/", 0, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, 0)
                .purpose("make the stage read-only");
    }
}
