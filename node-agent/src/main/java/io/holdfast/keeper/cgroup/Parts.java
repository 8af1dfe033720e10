package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Which tree and which file names serve each controller on this host. A controller is either mounted as v1 or part of the
 * unified tree, never both. Memory, cpu and pids are always needed: one that is nowhere is an error here, because a limit that is
 * not kept must not be promised. What asks for any other that is not there is refused.
 */
final class Parts {
    final String mode;
    final CgroupFiles files;
    final HostLimits host;
    final List<Tree> trees;
    final Optional<Tree> unified;
    final Processes processes;
    final Tree memoryTree;
    final MemoryControl memory;
    final Tree cpuTree;
    final CpuControl cpu;
    final Tree pidsTree;
    final PidsControl pids;
    final Optional<Tree> ioTree;
    final IoControl io;
    final Tree freezerTree;
    final Freezer freezer;
    final Limiter limiter;
    final DeviceGuard devices;

    final IntConsumer killProcess;

    private final Tree accounting;
    private final CgroupMounts mounts;
    private final Map<Path, Tree> byMount;

    /** @param byMount all trees, their parents made */
    Parts(
            CgroupMounts mounts,
            Map<Path, Tree> byMount,
            Optional<Tree> unified,
            CgroupFiles files,
            Host host,
            DeviceGuard devices,
            IntConsumer killProcess)
            throws IOException {
        this.mode = mounts.mode();
        this.mounts = mounts;
        this.byMount = byMount;
        this.trees = List.copyOf(byMount.values());
        this.unified = unified;
        this.files = files;
        this.host = new HostLimits(host);
        this.devices = devices;
        this.killProcess = killProcess;
        this.processes = new Processes(files);
        this.memoryTree = needed("memory");
        this.memory = memoryTree.unified() ? new MemoryControl.V2(files) : new MemoryControl.V1(files);
        this.cpuTree = needed("cpu");
        this.cpu = cpuTree.unified() ? new CpuControl.V2(files) : new CpuControl.V1(files);
        this.pidsTree = needed("pids");
        this.pids = new PidsControl(files);
        this.accounting = unified.isPresent() ? unified.get() : needed("cpuacct");
        boolean blkio = mounts.v1().containsKey("blkio");
        this.ioTree = tree(blkio ? "blkio" : "io");
        Path ioParent = ioTree.map(Tree::parent).orElse(Path.of(""));
        this.io = blkio ? new IoControl.V1(files, ioParent, host) : new IoControl.V2(files, ioParent, host);
        // the v2 tree freezes and kills without any controller
        this.freezerTree = unified.isPresent() ? unified.get() : needed("freezer");
        this.freezer = unified.isPresent()
                ? new Freezer.V2(files, processes, killProcess)
                : new Freezer.V1(files, processes, killProcess);
        this.limiter = new Limiter(
                files,
                this.host,
                List.of(
                        new Limiter.Bound("memory", memory, Optional.of(memoryTree)),
                        new Limiter.Bound("cpu", cpu, Optional.of(cpuTree)),
                        new Limiter.Bound("pids", pids, Optional.of(pidsTree)),
                        new Limiter.Bound(blkio ? "blkio" : "io", io, ioTree),
                        new Limiter.Bound("cpuset", new CpusetControl(files), tree("cpuset"))),
                unified);
    }

    /** The v2 tree counts cpu time for every cgroup, with or without its cpu controller; v1 in a hierarchy of its own. */
    Stats.Cpu cpuStats(String name) throws IOException {
        CpuControl.Throttling throttling = cpu.throttling(cpuTree.seat(name));
        if (unified.isPresent()) {
            Map<String, Long> stat = files.readKeys(accounting.seat(name).resolve("cpu.stat"));
            return new Stats.Cpu(
                    1000 * stat.getOrDefault("usage_usec", 0L),
                    1000 * stat.getOrDefault("user_usec", 0L),
                    1000 * stat.getOrDefault("system_usec", 0L),
                    throttling.periods(),
                    throttling.nanos());
        }
        Path seat = accounting.seat(name);
        long usage = nanos(seat, "cpuacct.usage");
        // these two are counted by ticks, the whole exactly: only their proportion is to be trusted
        double user = nanos(seat, "cpuacct.usage_user");
        double system = nanos(seat, "cpuacct.usage_sys");
        long userNanos = user + system == 0 ? usage : (long) (usage * (user / (user + system)));
        return new Stats.Cpu(usage, userNanos, usage - userNanos, throttling.periods(), throttling.nanos());
    }

    private long nanos(Path seat, String file) throws IOException {
        return files.readIfThere(seat.resolve(file)).map(Long::parseLong).orElse(0L);
    }

    Stats.Io ioStats(String name) throws IOException {
        return ioTree.isPresent() ? io.stats(ioTree.get().seat(name)) : Stats.Io.NONE;
    }

    Stats.Pressure pressure(String name, String what) {
        return unified.map(tree -> PressureFile.read(files, tree.seat(name).resolve(what + ".pressure")))
                .orElse(Stats.Pressure.UNKNOWN);
    }

    /** The cpuset that holds for children of the parent cgroup; empty where no set narrows it. */
    Optional<String> cpuset() throws IOException {
        // a v1 cpuset is entered only on demand: containers stay in the keeper's own, which its affinity shows
        return unified.isPresent()
                ? files.readIfThere(unified.get().parent().resolve("cpuset.cpus.effective"))
                : Optional.empty();
    }

    private Optional<Tree> tree(String controller) {
        Path mount = mounts.v1().get(controller);
        return mount != null ? Optional.of(byMount.get(mount)) : unified.filter(tree -> tree.offers(controller));
    }

    private Tree needed(String controller) throws IOException {
        Optional<Tree> tree = tree(controller);
        if (tree.isPresent()) {
            return tree.get();
        }
        throw new IOException(
                unified.isEmpty()
                        ? "cgroup controller %s is mounted nowhere: mount it or boot with cgroup v2"
                                .formatted(controller)
                        : "cgroup controller %s is not available in %s: enable it in cgroup.subtree_control above"
                                .formatted(controller, unified.get().parent()));
    }
}
