package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The seats that one cgroup has in all trees, as one. */
record Seats(CgroupFiles files, Processes processes, List<Tree> trees) {

    /** How long {@code rmdir} may answer EBUSY after the last process has ended. */
    private static final long REMOVE_BOUND_MILLIS = 5_000;

    /** How often a cgroup that gets a seat in one more tree is looked through for processes that are not there yet. */
    private static final int MOVE_ROUNDS = 20;

    /** In all trees: one that was caught in the middle of joining is in some of them only. */
    Set<Integer> processes(String name) throws IOException {
        Set<Integer> found = new LinkedHashSet<>();
        for (Tree tree : trees) {
            found.addAll(processes.below(tree.seat(name)));
        }
        return found;
    }

    /** Takes all processes of a cgroup to the seat that it now has in one more tree; those that it forks meanwhile, too. */
    void move(String name, Tree from, Tree to) throws IOException {
        Path procs = to.seat(name).resolve("cgroup.procs");
        for (int round = 0; round < MOVE_ROUNDS; round++) {
            Set<Integer> outside = processes.below(from.seat(name));
            outside.removeAll(processes.below(to.seat(name)));
            if (outside.isEmpty()) {
                return;
            }
            for (int pid : outside) {
                try {
                    files.write(procs, Integer.toString(pid));
                } catch (IOException e) {
                    if (processes.below(from.seat(name)).contains(pid)) {
                        throw e;
                    }
                }
            }
        }
        throw new IOException(
                "cgroup %s forks faster than its processes can be moved to %s".formatted(name, to.mount()));
    }

    /** All of them with all below, with a bounded retry. Missing ones are fine. */
    void remove(List<Path> seats) throws IOException {
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

    /** Mostly there is nothing below, and one call does it. */
    private void removeBelow(Path seat) throws IOException {
        try {
            files.removeDirectory(seat);
        } catch (IOException e) {
            List<Path> children = files.directories(seat);
            if (children.isEmpty()) {
                throw e;
            }
            for (Path child : children) {
                removeBelow(child);
            }
            files.removeDirectory(seat);
        }
    }

    /** Names of the cgroups right below one, in any tree. */
    List<String> below(String name) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Tree tree : trees) {
            for (Path child : files.directories(tree.parent().resolve(name))) {
                names.add(child.getFileName().toString());
            }
        }
        return List.copyOf(names);
    }
}
