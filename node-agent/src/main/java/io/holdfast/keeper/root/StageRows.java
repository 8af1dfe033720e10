package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.AT_FDCWD;
import static io.holdfast.keeper.linux.Uapi.MOUNT_ATTR_NODEV;
import static io.holdfast.keeper.linux.Uapi.MOUNT_ATTR_NOEXEC;
import static io.holdfast.keeper.linux.Uapi.MOUNT_ATTR_NOSUID;
import static io.holdfast.keeper.linux.Uapi.MOVE_MOUNT_F_EMPTY_PATH;
import static io.holdfast.keeper.linux.Uapi.MS_REC;
import static io.holdfast.keeper.linux.Uapi.MS_SLAVE;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import java.util.Map;

/** Rows of a child in a mount namespace of its own, which make it a stage: an empty root with the host's /proc, /sys and /dev. */
public final class StageRows {
    private static final int DIRECTORY_MODE = 0755;
    private static final int MNT_DETACH = 2;

    private StageRows() {}

    public static void add(Program program, Arch arch) {
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
        program.add(Call.PIVOT_ROOT, ".", ".");
        program.add(Call.UMOUNT2, ".", MNT_DETACH).purpose("let go of the host's root");
        program.add(Call.CHDIR, "/");
    }
}
