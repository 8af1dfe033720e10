package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** Reads who is in a cgroup. */
record Processes(CgroupFiles files) {

    /** Process ids in the cgroup and below it; empty where it is not there. */
    Set<Integer> below(Path seat) throws IOException {
        Set<Integer> found = new LinkedHashSet<>();
        collect(seat, found);
        return found;
    }

    private void collect(Path seat, Collection<Integer> found) throws IOException {
        var text = files.readIfThere(seat.resolve("cgroup.procs"));
        if (text.isEmpty()) {
            return;
        }
        text.get()
                .lines()
                .filter(line -> !line.isBlank())
                // 0 is a process of another pid namespace: not ours to name
                .map(Integer::valueOf)
                .filter(pid -> pid > 0)
                .forEach(found::add);
        for (Path child : files.directories(seat)) {
            collect(child, found);
        }
    }
}
