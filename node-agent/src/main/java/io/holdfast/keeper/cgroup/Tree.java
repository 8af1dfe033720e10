package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One mounted hierarchy and the parent cgroup in it.
 *
 * @param mount where the hierarchy is mounted
 * @param parent the directory below which all work lies
 * @param unified whether it is the v2 hierarchy
 * @param wanted controllers that are to be enabled for children; v2 only, v1 has them by being mounted
 */
record Tree(CgroupFiles files, Path mount, Path parent, boolean unified, Set<String> wanted) {

    Path seat(String name) {
        return parent.resolve(name);
    }

    /** The parent and all directories above it up to the mount, nearest first. */
    List<Path> lineage() {
        List<Path> line = new ArrayList<>();
        for (Path at = parent; at != null && at.startsWith(mount); at = at.getParent()) {
            line.add(at);
        }
        return line;
    }

    /** Makes the parent cgroup, and those above it that are not there. */
    void makeParent() throws IOException {
        List<Path> line = lineage();
        for (int i = line.size() - 1; i > 0; i--) {
            makeChild(line.get(i), line.get(i - 1));
        }
    }

    /** Whether this call made the directory. */
    boolean make(String name) throws IOException {
        Path seat = seat(name);
        return makeChild(seat.getParent(), seat);
    }

    private boolean makeChild(Path above, Path child) throws IOException {
        if (unified) {
            enable(above);
        }
        boolean made = files.makeDirectory(child);
        if (!unified) {
            fillCpuset(above, child);
        }
        return made;
    }

    /**
     * Hands the wanted controllers on to the children of a v2 cgroup. The kernel refuses it where processes live in the
     * cgroup itself (admin-guide/cgroup-v2.rst, "no internal process constraint"); only the root is free of that.
     */
    private void enable(Path above) throws IOException {
        Set<String> missing = new TreeSet<>(
                words(files.readIfThere(above.resolve("cgroup.controllers")).orElse("")));
        missing.retainAll(wanted);
        Path control = above.resolve("cgroup.subtree_control");
        missing.removeAll(words(files.readIfThere(control).orElse("")));
        if (missing.isEmpty()) {
            return;
        }
        String change = "+" + String.join(" +", missing);
        try {
            files.write(control, change);
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage()
                            + " (processes live in that cgroup itself? give the keeper a cgroup-parent of its own)",
                    e);
        }
    }

    /** A v1 cpuset is born empty, and nobody may enter an empty one (admin-guide/cgroup-v1/cpusets.rst). */
    private void fillCpuset(Path above, Path child) throws IOException {
        for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
            if (files.readIfThere(child.resolve(file)).filter(String::isEmpty).isPresent()) {
                files.write(child.resolve(file), files.read(above.resolve(file)));
            }
        }
    }

    static Set<String> words(String text) {
        return text.isBlank() ? Set.of() : Set.of(text.strip().split("\\s+"));
    }
}
