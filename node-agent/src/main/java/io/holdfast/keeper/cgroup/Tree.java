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
 * @param onDemand whether a cgroup gets a seat here only when it asks for something that only this tree has
 * @param wanted controllers that are enabled for all children; v2 only, v1 has them by being mounted
 * @param offered controllers that can be enabled for children on demand; v2 only
 */
record Tree(
        CgroupFiles files,
        Path mount,
        Path parent,
        boolean unified,
        boolean onDemand,
        Set<String> wanted,
        Set<String> offered) {

    static Tree v1(CgroupFiles files, Path mount, Path parent, boolean onDemand) {
        return new Tree(files, mount, parent, false, onDemand, Set.of(), Set.of());
    }

    /** v2: with the controllers alone that the parent cgroup, which is made, has got. */
    Tree withWhatIsThere() throws IOException {
        return new Tree(files, mount, parent, true, false, available(parent, wanted), available(parent, offered));
    }

    Path seat(String name) {
        return parent.resolve(name);
    }

    boolean offers(String controller) {
        return wanted.contains(controller) || offered.contains(controller);
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
            makeChild(line.get(i), line.get(i - 1), available(line.get(i), wanted));
            offerTo(line.get(i));
        }
    }

    private void offerTo(Path above) throws IOException {
        if (!unified) {
            return;
        }
        for (String controller : available(above, offered)) {
            try {
                enable(above, Set.of(controller));
            } catch (IOException e) {
                // then it is not there, and what asks for it is refused
            }
        }
    }

    private Set<String> available(Path seat, Set<String> controllers) throws IOException {
        if (!unified) {
            return controllers;
        }
        Set<String> available = new TreeSet<>(
                words(files.readIfThere(seat.resolve("cgroup.controllers")).orElse("")));
        available.retainAll(controllers);
        return available;
    }

    /**
     * Makes the directory; its sandbox's must be there in this tree, but for a tree on demand.
     *
     * @param controllers those that it needs besides the wanted ones
     * @return whether this call made it
     */
    boolean make(String name, Set<String> controllers) throws IOException {
        Path seat = seat(name);
        Path above = seat.getParent();
        Path sandbox = parent.resolve(parent.relativize(seat).getName(0));
        if (onDemand && !sandbox.equals(seat) && files.makeDirectory(sandbox)) {
            fillCpuset(parent, sandbox);
        }
        Set<String> needed = wanted;
        if (unified && !wanted.containsAll(controllers)) {
            needed = new TreeSet<>(wanted);
            needed.addAll(controllers);
            enable(parent, needed);
        }
        makeBetween(above, needed);
        return makeChild(above, seat, needed);
    }

    /** What lies between a sandbox and a cgroup further below it than its containers are: a path that a configuration names. */
    private void makeBetween(Path last, Set<String> needed) throws IOException {
        Path at = parent;
        for (Path name : parent.relativize(last)) {
            Path below = at.resolve(name);
            if (!at.equals(parent)) {
                makeChild(at, below, needed);
            }
            at = below;
        }
    }

    private boolean makeChild(Path above, Path child, Set<String> controllers) throws IOException {
        if (unified) {
            enable(above, controllers);
        }
        boolean made = files.makeDirectory(child);
        if (!unified && onDemand) {
            fillCpuset(above, child);
        }
        return made;
    }

    /** Enables controllers for what is there already. */
    void enable(String name, Set<String> controllers) throws IOException {
        Path at = parent;
        for (Path below : parent.relativize(seat(name))) {
            enable(at, controllers);
            at = at.resolve(below);
        }
    }

    /**
     * Hands controllers on to the children of a v2 cgroup. The kernel refuses it where processes live in the cgroup itself
     * (admin-guide/cgroup-v2.rst, "no internal process constraint"); only the root is free of that.
     */
    private void enable(Path above, Set<String> controllers) throws IOException {
        if (controllers.isEmpty()) {
            return;
        }
        Path control = above.resolve("cgroup.subtree_control");
        Set<String> missing = new TreeSet<>(controllers);
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

    /** For an empty value, what the cgroup above has: a cpuset with processes in it cannot be made empty again (ENOSPC). */
    String textOf(Path seat, String file, String value) throws IOException {
        return value.isEmpty() ? files.read(seat.resolveSibling(unified ? file + ".effective" : file)) : value;
    }

    static Set<String> words(String text) {
        return text.isBlank() ? Set.of() : Set.of(text.strip().split("\\s+"));
    }
}
