package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/** Puts the driver together that fits the host's mounts. */
public final class Cgroups {

    private static final Set<String> NEEDED = Set.of("cpu", "memory", "pids");

    private Cgroups() {}

    /**
     * Opens a driver on the parent cgroup, which is made where it is not there.
     *
     * @param parent a path below the hierarchies' mounts, as {@code holdfast} or {@code system.slice/holdfast.scope}; it
     *     belongs to the caller alone
     * @param killProcess sends SIGKILL to a process id
     * @throws IOException when cgroups are not mounted or the parent cannot be made; says which and the way out
     */
    public static CgroupDriver open(String parent, Host host, IntConsumer killProcess) throws IOException {
        return open(
                parent,
                host,
                Files.readAllLines(host.proc().resolve("self/mountinfo")),
                new CgroupFiles(),
                killProcess);
    }

    static CgroupDriver open(
            String parent, Host host, List<String> mountinfo, CgroupFiles files, IntConsumer killProcess)
            throws IOException {
        Path below = Path.of(parent).normalize();
        if (parent.isBlank()
                || below.isAbsolute()
                || below.startsWith("..")
                || below.toString().isEmpty()) {
            throw new IOException("cgroup-parent %s is not a relative path below the cgroup mounts".formatted(parent));
        }
        CgroupMounts mounts = CgroupMounts.parse(mountinfo);
        if (mounts.mode().equals("none")) {
            throw new IOException("no cgroup hierarchy is mounted: mount cgroup2 on /sys/fs/cgroup");
        }
        Map<Path, Tree> trees = new LinkedHashMap<>();
        // cpuacct counts what cpu limits, freezer kills where v2 does not
        for (String controller : List.of("memory", "cpu", "cpuacct", "pids", "freezer")) {
            Path mount = mounts.v1().get(controller);
            if (mount != null) {
                trees.putIfAbsent(mount, new Tree(files, mount, mount.resolve(below), false, Set.of()));
            }
        }
        Optional<Tree> unified = mounts.v2().map(mount -> unified(files, mount, below, mounts));
        unified.ifPresent(tree -> trees.put(tree.mount(), tree));
        for (Tree tree : trees.values()) {
            tree.makeParent();
        }
        return new TreeDriver(
                new Parts(mounts, trees, unified, files, killProcess),
                new HostLimits(host),
                List.copyOf(trees.values()));
    }

    private static Tree unified(CgroupFiles files, Path mount, Path below, CgroupMounts mounts) {
        Set<String> wanted = new TreeSet<>(NEEDED);
        wanted.removeAll(mounts.v1().keySet());
        return new Tree(files, mount, mount.resolve(below), true, wanted);
    }
}
