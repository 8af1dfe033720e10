package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Guard;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The container's own cgroups on its /sys/fs/cgroup, read-only (CVE-2022-0492, CVE-2023-25809). They are bound, not mounted anew: a new
 * mount of a v1 hierarchy first waits until no cgroup of the host is on its way out (kernel/cgroup, cgroup_lock_and_drain_offline).
 */
final class CgroupRows {
    private static final String PLACE = "/sys/fs/cgroup";
    private static final int QUIET = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

    /** Of one hierarchy: a detached copy of the container's directory, and where the host has the whole. */
    private record Tree(Row copy, Path hierarchy) {}

    private final MountRows mounts;
    private final List<Tree> trees = new ArrayList<>();

    private CgroupRows(MountRows mounts) {
        this.mounts = mounts;
    }

    /**
     * Rows of the first child, which has the host's cgroups in reach.
     *
     * @param directories of the container, one for each hierarchy that it is in
     */
    static CgroupRows open(MountRows mounts, HostMounts hostMounts, List<Path> directories, LaunchGuards guards) {
        CgroupRows rows = new CgroupRows(mounts);
        int attributes = QUIET | (guards.has(Guard.CGROUP_READ_ONLY) ? MOUNT_ATTR_RDONLY : 0);
        for (Path directory : directories) {
            Optional<Path> hierarchy = hostMounts.of(directory);
            if (hierarchy.isPresent()) {
                Row copy = mounts.cloneOfHost(directory.toString(), false);
                mounts.separate(copy, attributes, false, false, directory.toString());
                rows.trees.add(new Tree(copy, hierarchy.get()));
            }
        }
        return rows;
    }

    /**
     * Rows of init.
     *
     * @param sys what is mounted on /sys
     * @param showsHost whether that has the host's cgroups in it, which are to be covered in any case
     */
    void attach(Row sys, boolean showsHost) {
        if (trees.isEmpty() && !showsHost) {
            return;
        }
        Row place = mounts.directory(sys, "fs/cgroup");
        if (trees.size() == 1 && HostMounts.isOnlyOne(trees.get(0).hierarchy())) {
            mounts.attach(trees.get(0).copy(), place, PLACE);
            return;
        }
        Row cover = mounts.cloneOfHost(trees.isEmpty() ? StageRows.EMPTY : StageRows.CGROUPS, false);
        mounts.attach(cover, place, PLACE);
        for (Tree tree : trees) {
            String name = HostMounts.name(tree.hierarchy());
            mounts.attach(tree.copy(), mounts.directory(cover, name), PLACE + "/" + name);
        }
    }
}
