package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The driver: one cgroup is a directory of the same name in every tree. */
final class TreeDriver implements CgroupDriver {

    /** How long killed processes may take to be gone: those in an uninterruptible call take that long. */
    private static final long KILL_BOUND_MILLIS = 10_000;

    /** How long {@code rmdir} may answer EBUSY after the last process has ended. */
    private static final long REMOVE_BOUND_MILLIS = 5_000;

    private static final Pattern NAME =
            Pattern.compile("[a-z0-9][a-z0-9-]{0,63}(/[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,254}){0,16}");

    private final Parts parts;
    private final HostLimits host;
    private final List<Tree> trees;

    TreeDriver(Parts parts, HostLimits host, List<Tree> trees) {
        this.parts = parts;
        this.host = host;
        this.trees = trees;
    }

    @Override
    public String mode() {
        return parts.mode;
    }

    @Override
    public void create(String name, Spec.Resources limits) throws IOException {
        check(name);
        List<Tree> made = new ArrayList<>();
        try {
            for (Tree tree : trees) {
                if (!tree.make(name)) {
                    throw new IOException("cgroup %s is there already".formatted(tree.seat(name)));
                }
                made.add(tree);
            }
            parts.memory.limit(parts.memoryTree.seat(name), limits.memory());
            parts.cpu.limit(parts.cpuTree.seat(name), limits.cpu());
            parts.pids.limit(parts.pidsTree.seat(name), limits.pids());
        } catch (IOException | RuntimeException e) {
            for (Tree tree : made) {
                try {
                    parts.files.removeDirectory(tree.seat(name));
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
            }
            throw e;
        }
    }

    @Override
    public CgroupJoin join(String name) {
        check(name);
        List<Path> files = new ArrayList<>();
        Optional<Path> bornIn = Optional.empty();
        for (Tree tree : trees) {
            if (!tree.unified()) {
                // one thread moves alone, without the lock on all forks that cgroup.procs takes
                files.add(tree.seat(name).resolve("tasks"));
            } else {
                // on hybrid hosts too: entering by cgroup.procs waits for all forks of the host, some milliseconds
                bornIn = Optional.of(tree.seat(name));
            }
        }
        return new CgroupJoin(files, bornIn);
    }

    @Override
    public List<Integer> processes(String name) throws IOException {
        check(name);
        // all trees: one that was caught in the middle of joining is in some of them only
        Set<Integer> found = new LinkedHashSet<>();
        for (Tree tree : trees) {
            found.addAll(parts.processes.below(tree.seat(name)));
        }
        return List.copyOf(found);
    }

    @Override
    public void freeze(String name) throws IOException {
        check(name);
        parts.freezer.freeze(parts.freezerTree.seat(name));
    }

    @Override
    public void thaw(String name) throws IOException {
        check(name);
        parts.freezer.thaw(parts.freezerTree.seat(name));
    }

    @Override
    public boolean frozen(String name) throws IOException {
        check(name);
        return parts.freezer.frozen(parts.freezerTree.seat(name));
    }

    @Override
    public void kill(String name) throws IOException {
        check(name);
        Path seat = parts.freezerTree.seat(name);
        Backoff backoff = new Backoff(KILL_BOUND_MILLIS);
        List<Integer> left;
        do {
            if (parts.files.exists(seat)) {
                parts.freezer.kill(seat);
            }
            left = processes(name);
            if (left.isEmpty()) {
                return;
            }
            left.forEach(parts::killProcess);
        } while (backoff.pause());
        throw new IOException(
                "cgroup %s still holds processes %s, %d ms after SIGKILL".formatted(name, left, KILL_BOUND_MILLIS));
    }

    @Override
    public long oomKills(String name) throws IOException {
        check(name);
        return parts.memory.oomKills(parts.memoryTree.seat(name));
    }

    @Override
    public Usage usage(String name) throws IOException {
        check(name);
        return new Usage(
                parts.cpuNanos(name),
                parts.memory.usageBytes(parts.memoryTree.seat(name)),
                parts.pids.current(parts.pidsTree.seat(name)));
    }

    @Override
    public Limits parentLimits() throws IOException {
        long cpu = host.cpuMillis();
        long memory = host.memoryBytes();
        long pids = host.pids();
        Optional<String> cpuset = parts.cpuset().filter(list -> !list.isBlank());
        if (cpuset.isPresent()) {
            cpu = Math.min(cpu, 1000 * HostLimits.countCpus(cpuset.get()));
        }
        for (Path seat : parts.cpuTree.lineage()) {
            cpu = least(cpu, parts.cpu.quotaMillis(seat));
        }
        for (Path seat : parts.memoryTree.lineage()) {
            memory = least(memory, parts.memory.limitBytes(seat));
        }
        for (Path seat : parts.pidsTree.lineage()) {
            pids = least(pids, parts.pids.limitOf(seat));
        }
        return new Limits(cpu, memory, pids);
    }

    private static long least(long a, OptionalLong b) {
        return b.isPresent() ? Math.min(a, b.getAsLong()) : a;
    }

    @Override
    public void remove(String name) throws IOException {
        check(name);
        removeFromTrees(trees.stream().map(tree -> tree.seat(name)).toList());
    }

    @Override
    public Path lockFile() {
        return parts.memoryTree.parent().resolve("cgroup.procs");
    }

    @Override
    public void removeParent() throws IOException {
        removeFromTrees(trees.stream().map(Tree::parent).toList());
    }

    private void removeFromTrees(List<Path> seats) throws IOException {
        Backoff backoff = new Backoff(REMOVE_BOUND_MILLIS);
        for (Path seat : seats) {
            while (true) {
                try {
                    removeBelow(seat);
                    break;
                } catch (IOException e) {
                    if (!backoff.pause()) {
                        throw new IOException("cannot remove cgroup %s: %s".formatted(seat, CgroupFiles.reason(e)), e);
                    }
                }
            }
        }
    }

    private void removeBelow(Path seat) throws IOException {
        for (Path child : parts.files.directories(seat)) {
            removeBelow(child);
        }
        parts.files.removeDirectory(seat);
    }

    @Override
    public List<String> list() throws IOException {
        return childrenOf("");
    }

    @Override
    public List<String> list(String name) throws IOException {
        check(name);
        return childrenOf(name);
    }

    private List<String> childrenOf(String name) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Tree tree : trees) {
            for (Path child : parts.files.directories(tree.parent().resolve(name))) {
                names.add(child.getFileName().toString());
            }
        }
        return List.copyOf(names);
    }

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "cgroup name %s is not sandbox, sandbox/container or a path below a sandbox".formatted(name));
        }
    }
}
