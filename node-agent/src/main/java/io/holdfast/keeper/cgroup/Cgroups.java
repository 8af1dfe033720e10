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

    /** v2 controllers that every cgroup has: for its limits, and io to be accounted. */
    private static final Set<String> WANTED = Set.of("cpu", "memory", "pids", "io");

    /** v2 controllers that a cgroup has when it asks for one of their limits. */
    private static final Set<String> ON_DEMAND = Set.of("cpuset", "hugetlb");

    private Cgroups() {}

    /**
     * Opens a driver on the parent cgroup, which is made where it is not there.
     *
     * @param parent a path below the hierarchies' mounts, as {@code holdfast} or {@code system.slice/holdfast.scope}; it
     *     belongs to the caller alone
     * @param killProcess sends SIGKILL to a process id
     * @throws IOException when cgroups are not mounted or the parent cannot be made; says which and the way out
     */
    public static CgroupDriver open(String parent, Host host, DevicePrograms programs, IntConsumer killProcess)
            throws IOException {
        return open(
                parent,
                host,
                Files.readAllLines(host.proc().resolve("self/mountinfo")),
                new CgroupFiles(),
                programs,
                killProcess);
    }

    static CgroupDriver open(
            String parent,
            Host host,
            List<String> mountinfo,
            CgroupFiles files,
            DevicePrograms programs,
            IntConsumer killProcess)
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
        Optional<Tree> unified = Optional.empty();
        if (mounts.v2().isPresent()) {
            unified = Optional.of(unified(files, mounts.v2().get(), below, mounts));
        }
        // what v2 counts, freezes and kills without a controller needs no hierarchy of v1
        List<String> always = unified.isPresent()
                ? List.of("memory", "cpu", "pids", "blkio")
                : List.of("memory", "cpu", "cpuacct", "pids", "blkio", "freezer");
        for (String controller : always) {
            addV1(trees, files, mounts, controller, below, false);
        }
        addV1(trees, files, mounts, "cpuset", below, true);
        Optional<DeviceGuard.Bpf> bpf = bpf(unified, programs, mounts);
        DeviceGuard devices;
        if (bpf.isPresent()) {
            devices = bpf.get();
        } else {
            addV1(trees, files, mounts, "devices", below, true);
            devices = new DeviceGuard.V1(files, trees.get(mounts.v1().get("devices")));
        }
        unified.ifPresent(tree -> trees.put(tree.mount(), tree));
        return new TreeDriver(new Parts(mounts, trees, unified, files, host, devices, killProcess));
    }

    private static void addV1(
            Map<Path, Tree> trees,
            CgroupFiles files,
            CgroupMounts mounts,
            String controller,
            Path below,
            boolean onDemand)
            throws IOException {
        Path mount = mounts.v1().get(controller);
        if (mount != null && !trees.containsKey(mount)) {
            Tree tree = Tree.v1(files, mount, mount.resolve(below), onDemand);
            tree.makeParent();
            trees.put(mount, tree);
        }
    }

    private static Tree unified(CgroupFiles files, Path mount, Path below, CgroupMounts mounts) throws IOException {
        Tree asked = new Tree(
                files,
                mount,
                mount.resolve(below),
                true,
                false,
                less(WANTED, mounts.v1().keySet()),
                less(ON_DEMAND, mounts.v1().keySet()));
        asked.makeParent();
        return asked.withWhatIsThere();
    }

    private static Set<String> less(Set<String> controllers, Set<String> v1) {
        Set<String> left = new TreeSet<>(controllers);
        left.removeAll(v1);
        if (v1.contains("blkio")) {
            left.remove("io");
        }
        return left;
    }

    /** Empty where v1's devices controller must do. */
    private static Optional<DeviceGuard.Bpf> bpf(Optional<Tree> unified, DevicePrograms programs, CgroupMounts mounts)
            throws IOException {
        if (unified.isEmpty()) {
            if (!mounts.v1().containsKey("devices")) {
                throw new IOException("cgroup controller devices is mounted nowhere: mount it or boot with cgroup v2");
            }
            return Optional.empty();
        }
        DeviceGuard.Bpf guard = new DeviceGuard.Bpf(unified.get(), programs);
        try {
            guard.guardParent();
            return Optional.of(guard);
        } catch (IOException e) {
            if (mounts.v1().containsKey("devices")) {
                return Optional.empty();
            }
            throw new IOException(
                    ("devices cannot be kept from containers: %s (the kernel needs CONFIG_CGROUP_BPF, the keeper "
                                    + "CAP_BPF and CAP_NET_ADMIN)")
                            .formatted(e.getMessage()),
                    e);
        }
    }
}
