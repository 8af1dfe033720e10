package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Plain directories that get a cgroup's files when they are made and lose them when they are removed. */
final class FakeCgroup2 extends CgroupFiles {
    private static final Map<String, String> FILES = Map.of(
            "cgroup.procs", "",
            "cgroup.subtree_control", "",
            "cgroup.freeze", "0",
            "memory.max", "max",
            "memory.low", "0",
            "memory.swap.max", "max",
            "memory.oom.group", "0",
            "cpu.weight", "100",
            "cpu.max", "max 100000",
            "pids.max", "max");

    private final Set<Path> refusing = new HashSet<>();
    private String controllers = "cpuset cpu io memory hugetlb pids";

    void offer(String controllers) {
        this.controllers = controllers;
    }

    void refuseSubtreeControlOf(Path cgroup) {
        refusing.add(cgroup);
    }

    void populate(Path cgroup) throws IOException {
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            Files.writeString(cgroup.resolve(file.getKey()), file.getValue());
        }
        Files.writeString(cgroup.resolve("cgroup.controllers"), controllers);
    }

    @Override
    void write(Path file, String value) throws IOException {
        if (file.endsWith("cgroup.subtree_control") && refusing.contains(file.getParent())) {
            throw new IOException("cannot write %s to %s: Device or resource busy".formatted(value, file));
        }
        if (!Files.exists(file)) {
            throw new IOException("cannot write %s to %s: no such file or directory".formatted(value, file));
        }
        Files.writeString(file, value);
    }

    @Override
    boolean makeDirectory(Path directory) throws IOException {
        boolean made = super.makeDirectory(directory);
        if (made) {
            populate(directory);
        }
        return made;
    }
}
