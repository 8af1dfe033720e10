package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import java.nio.file.Path;

/**
 * Rows that find places inside a root whose content nobody trusts. Nothing ever leads out of the root; where links may be followed at
 * all, they may not lead into /proc either, where a mount could play files of processes to the runtime (CVE-2019-16884,
 * CVE-2023-27561).
 */
final class Destinations {
    private static final int DIRECTORY_MODE = 0755;
    private static final int FILE_MODE = 0644;
    private static final int STATFS_BYTES = 128;

    private final Program program;
    private final MountRows mounts;
    private final Row root;

    Destinations(MountRows mounts, Row root) {
        this.program = mounts.program();
        this.mounts = mounts;
        this.root = root;
    }

    /** Finds a place to mount on, making what is missing on the way. */
    Row make(String destination, boolean directory) {
        boolean system = isSystem(destination);
        Path path = Path.of(destination).normalize();
        Row place = root;
        StringBuilder way = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            String name = path.getName(i).toString();
            if (i == path.getNameCount() - 1 && !directory) {
                mounts.makeNode(place, name, S_IFREG | FILE_MODE, 0).mayFail();
            } else {
                mounts.makeDirectory(place, name, DIRECTORY_MODE).mayFail();
            }
            way.append(i == 0 ? "" : "/").append(name);
            place = mounts.resolve(root, way.toString(), !system);
        }
        if (!system) {
            refuseProc(place, destination);
        }
        return place;
    }

    /** Paths of the system's own, in which no link is followed. */
    static boolean isSystem(String destination) {
        Path path = Path.of(destination).normalize();
        return path.startsWith("/proc") || path.startsWith("/sys") || path.startsWith("/dev");
    }

    private void refuseProc(Row place, String destination) {
        Block statfs = program.arena().allocate(STATFS_BYTES);
        program.add(Call.FSTATFS, place, statfs).purpose("look at " + destination);
        Program.Label fine = new Program.Label();
        program.check("is proc", statfs.address(), -1, PROC_SUPER_MAGIC).mayFail(fine);
        refuse(destination + " leads into /proc, where nothing may be mounted");
        program.place(fine);
    }

    /** A row that fails whenever it is reached. */
    void refuse(String why) {
        program.check(why, program.arena().allocate(8).address(), -1, 1);
    }

    /**
     * A place that is there already.
     *
     * @param missing where to go on when it is not
     */
    Row find(String path, Program.Label missing) {
        Block result = program.arena().allocate(8);
        Row place = mounts.resolve(root, path.substring(1), false);
        place.storeAt(result.address()).mayFail();
        for (int errno : new int[] {Errno.ENOENT, Errno.ENOTDIR}) {
            program.check("is missing", result.address(), -1, -errno)
                    .onZero(missing)
                    .mayFail();
        }
        // neither there nor missing: a link in the way, most of all
        program.check(path + " can be found in the root without following links", result.address(), Long.MIN_VALUE, 0);
        return place;
    }

    MountRows mounts() {
        return mounts;
    }

    Row root() {
        return root;
    }
}
