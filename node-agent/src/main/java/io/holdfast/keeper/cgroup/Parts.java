package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Which tree and which file names serve each controller on this host. A controller is either mounted as v1 or part of the
 * unified tree, never both; one that is neither is an error here, because a limit that is not kept must not be promised.
 */
final class Parts {
    private final CgroupMounts mounts;
    private final Map<Path, Tree> trees;
    private final Optional<Tree> unified;

    private final IntConsumer killProcess;

    final String mode;
    final CgroupFiles files;
    final Processes processes;
    final Tree memoryTree;
    final MemoryControl memory;
    final Tree cpuTree;
    final CpuControl cpu;
    final Tree pidsTree;
    final PidsControl pids;
    final Tree freezerTree;
    final Freezer freezer;

    Parts(
            CgroupMounts mounts,
            Map<Path, Tree> trees,
            Optional<Tree> unified,
            CgroupFiles files,
            IntConsumer killProcess)
            throws IOException {
        this.mounts = mounts;
        this.trees = trees;
        this.unified = unified;
        this.killProcess = killProcess;
        this.mode = mounts.mode();
        this.files = files;
        this.processes = new Processes(files);
        this.memoryTree = tree("memory");
        this.memory = memoryTree.unified() ? new MemoryControl.V2(files) : new MemoryControl.V1(files);
        this.cpuTree = tree("cpu");
        this.cpu = cpuTree.unified() ? new CpuControl.V2(files) : new CpuControl.V1(files);
        this.pidsTree = tree("pids");
        this.pids = new PidsControl(files);
        // the v2 tree freezes and kills without any controller; its files are there below the root, from 5.2 on
        Optional<Tree> freezing =
                unified.filter(tree -> files.exists(tree.parent().resolve("cgroup.freeze")));
        this.freezerTree = freezing.isPresent() ? freezing.get() : tree("freezer");
        this.freezer = freezing.isPresent()
                ? new Freezer.V2(files, processes, killProcess)
                : new Freezer.V1(files, processes, killProcess);
    }

    void killProcess(int pid) {
        killProcess.accept(pid);
    }

    /** The tree that counts cpu time: v1 counts in a hierarchy of its own. */
    long cpuNanos(String name) throws IOException {
        Path accounting = mounts.v1().get("cpuacct");
        if (accounting != null) {
            return files.readIfThere(trees.get(accounting).seat(name).resolve("cpuacct.usage"))
                    .map(Long::parseLong)
                    .orElse(0L);
        }
        return 1000 * files.readKey(cpuTree.seat(name).resolve("cpu.stat"), "usage_usec");
    }

    /** The cpuset that holds for children of the parent cgroup; empty where no set narrows it. */
    Optional<String> cpuset() throws IOException {
        Function<Tree, Path> file = tree -> tree.parent().resolve("cpuset.cpus.effective");
        // a v1 cpuset is not entered: containers stay in the keeper's own, which its affinity shows
        return unified.isPresent() ? files.readIfThere(file.apply(unified.get())) : Optional.empty();
    }

    private Tree tree(String controller) throws IOException {
        Path mount = mounts.v1().get(controller);
        if (mount != null) {
            return trees.get(mount);
        }
        if (unified.isEmpty()) {
            throw new IOException(
                    "cgroup controller %s is mounted nowhere: mount it or boot with cgroup v2".formatted(controller));
        }
        Tree tree = unified.get();
        if (!Tree.words(files.readIfThere(tree.parent().resolve("cgroup.controllers"))
                                .orElse(""))
                        .contains(controller)
                && !controller.equals("freezer")) {
            throw new IOException(
                    "cgroup controller %s is not available in %s: enable it in cgroup.subtree_control above"
                            .formatted(controller, tree.parent()));
        }
        return tree;
    }
}
