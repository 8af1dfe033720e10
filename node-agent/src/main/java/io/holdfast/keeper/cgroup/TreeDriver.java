package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** The driver: one cgroup is a directory of the same name in every tree. */
final class TreeDriver implements CgroupDriver {

    /** How long killed processes may take to be gone: those in an uninterruptible call take that long. */
    private static final long KILL_BOUND_MILLIS = 10_000;

    private static final Pattern NAME =
            Pattern.compile("[a-z0-9][a-z0-9-]{0,63}(/[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,254}){0,16}");

    private final Parts parts;
    private final List<Tree> trees;
    private final Seats seats;

    TreeDriver(Parts parts) {
        this.parts = parts;
        this.trees = parts.trees;
        this.seats = new Seats(parts.files, parts.processes, parts.trees);
    }

    @Override
    public String mode() {
        return parts.mode;
    }

    @Override
    public Optional<String> refusal(Spec.Resources limits) throws IOException {
        Optional<String> refusal = parts.limiter.refusal(limits);
        return refusal.isPresent() ? refusal : parts.devices.refusal(limits.devices());
    }

    @Override
    public void create(String name, Spec.Resources limits) throws IOException {
        check(name);
        refuse(limits);
        boolean guarded = isContainer(name) || !limits.devices().isEmpty();
        List<Tree> made = new ArrayList<>();
        try {
            Map<Tree, Set<String>> controllers = parts.limiter.controllers(limits);
            for (Tree tree : trees) {
                boolean needed = !tree.onDemand()
                        || controllers.containsKey(tree)
                        || guarded && parts.devices.tree().equals(Optional.of(tree));
                if (!needed) {
                    continue;
                }
                if (!tree.make(name, controllers.getOrDefault(tree, Set.of()))) {
                    throw new IOException("cgroup %s is there already".formatted(tree.seat(name)));
                }
                made.add(tree);
            }
            if (parts.memoryTree.unified()
                    && (isContainer(name) || limits.memory().limit() > 0)) {
                // one process out of many killed leaves a container that half works: all of it goes, as one; 4.19
                parts.files.writeIfThere(parts.memoryTree.seat(name).resolve("memory.oom.group"), "1");
            }
            parts.limiter.write(name, limits);
            if (guarded) {
                parts.devices.limit(name, limits.devices());
            }
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

    private void refuse(Spec.Resources limits) throws IOException {
        if (limits == Spec.Resources.UNLIMITED) {
            return;
        }
        Optional<String> refusal = refusal(limits);
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
    }

    @Override
    public void update(String name, Spec.Resources before, Spec.Resources after) throws IOException {
        check(name);
        refuse(after);
        for (Map.Entry<Tree, Set<String>> entry :
                parts.limiter.controllers(after).entrySet()) {
            Tree tree = entry.getKey();
            if (tree.unified()) {
                tree.enable(name, entry.getValue());
            } else if (tree.onDemand() && tree.make(name, Set.of())) {
                seats.move(name, parts.memoryTree, tree);
            }
        }
        parts.limiter.change(name, before, after, () -> parts.devices.change(name, before.devices(), after.devices()));
    }

    @Override
    public CgroupJoin join(String name) {
        check(name);
        List<Path> files = new ArrayList<>();
        Optional<Path> bornIn = Optional.empty();
        for (Tree tree : trees) {
            Path seat = tree.seat(name);
            if (tree.unified()) {
                // on hybrid hosts too: entering by cgroup.procs waits for all forks of the host, some milliseconds
                bornIn = Optional.of(seat);
            } else if (!tree.onDemand() || parts.files.exists(seat)) {
                // one thread moves alone, without the lock on all forks that cgroup.procs takes
                files.add(seat.resolve("tasks"));
            }
        }
        return new CgroupJoin(files, bornIn);
    }

    @Override
    public List<Integer> processes(String name) throws IOException {
        check(name);
        return List.copyOf(seats.processes(name));
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
        if (parts.unified.isPresent() && !isPopulated(parts.unified.get().seat(name))) {
            return; // children are born in it: who is in any other tree is in this one, too
        }
        Path seat = parts.freezerTree.seat(name);
        Backoff backoff = new Backoff(KILL_BOUND_MILLIS);
        List<Integer> left = processes(name);
        while (!left.isEmpty()) {
            parts.freezer.kill(seat);
            left.forEach(parts.killProcess::accept);
            if (!backoff.pause()) {
                throw new IOException("cgroup %s still holds processes %s, %d ms after SIGKILL"
                        .formatted(name, left, KILL_BOUND_MILLIS));
            }
            left = processes(name);
        }
    }

    private boolean isPopulated(Path seat) throws IOException {
        return parts.files.readKey(seat.resolve("cgroup.events"), "populated") != 0;
    }

    @Override
    public long oomKills(String name) throws IOException {
        check(name);
        return parts.memory.oomKills(parts.memoryTree.seat(name));
    }

    @Override
    public Optional<Consumed> consumed(String name) throws IOException {
        check(name);
        return parts.files.exists(parts.memoryTree.seat(name))
                ? Optional.of(new Consumed(parts.cpuStats(name), parts.ioStats(name), oomKills(name)))
                : Optional.empty();
    }

    @Override
    public Optional<Stats> stats(String name) throws IOException {
        check(name);
        if (!parts.files.exists(parts.memoryTree.seat(name))) {
            return Optional.empty();
        }
        return Optional.of(new Stats(
                parts.cpuStats(name),
                parts.memory.stats(parts.memoryTree.seat(name)),
                parts.ioStats(name),
                parts.pids.stats(parts.pidsTree.seat(name)),
                parts.pressure(name, "cpu"),
                parts.pressure(name, "memory"),
                parts.pressure(name, "io")));
    }

    @Override
    public Limits parentLimits() throws IOException {
        long cpu = parts.host.cpuMillis();
        long memory = parts.host.memoryBytes();
        long pids = parts.host.pids();
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
        seats.remove(trees.stream().map(tree -> tree.seat(name)).toList());
    }

    @Override
    public Path lockFile() {
        return parts.memoryTree.parent().resolve("cgroup.procs");
    }

    @Override
    public void removeParent() throws IOException {
        seats.remove(trees.stream().map(Tree::parent).toList());
    }

    @Override
    public List<String> list() throws IOException {
        return seats.below("");
    }

    @Override
    public List<String> list(String name) throws IOException {
        check(name);
        return seats.below(name);
    }

    private static boolean isContainer(String name) {
        return name.indexOf('/') >= 0;
    }

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "cgroup name %s is not sandbox, sandbox/container or a path below a sandbox".formatted(name));
        }
    }
}
