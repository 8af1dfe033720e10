package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Plain directories that behave like cgroup2 as far as files go: those of a controller are there where the cgroup above has
 * handed it on. Writes are recorded, and may be told to fail.
 */
final class FakeCgroup2 extends CgroupFiles {
    private static final Map<String, String> CORE = Map.of(
            "cgroup.procs", "",
            "cgroup.subtree_control", "",
            "cgroup.freeze", "0",
            "cgroup.events", "populated 0\nfrozen 0",
            "cpu.stat", "usage_usec 0\nuser_usec 0\nsystem_usec 0");

    private static final Map<String, Map<String, String>> OF_CONTROLLER = Map.of(
            "memory",
            Map.of(
                    "memory.max", "max",
                    "memory.high", "max",
                    "memory.low", "0",
                    "memory.current", "0",
                    "memory.swap.max", "max",
                    "memory.oom.group", "0"),
            "cpu",
            Map.of("cpu.weight", "100", "cpu.max", "max 100000"),
            "cpuset",
            Map.of(
                    "cpuset.cpus", "",
                    "cpuset.mems", "",
                    "cpuset.cpus.effective", "0-7",
                    "cpuset.mems.effective", "0"),
            "io",
            Map.of("io.max", "", "io.weight", "default 100", "io.stat", ""),
            "pids",
            Map.of("pids.max", "max", "pids.current", "0"),
            "hugetlb",
            Map.of("hugetlb.2MB.max", "max"));

    private final Set<Path> refusing = new HashSet<>();
    private final Set<String> missing = new HashSet<>();

    /** What reading memory.current gives once memory.high was written; empty for no change. */
    private String reclaimedTo = "";

    void refuseWritesTo(Path file) {
        refusing.add(file);
    }

    /** A kernel without this file. */
    void leaveOut(String file) {
        missing.add(file);
    }

    void reclaimTo(long bytes) {
        reclaimedTo = Long.toString(bytes);
    }

    void populateRoot(Path root, String controllers) throws IOException {
        put(root, CORE);
        Files.writeString(root.resolve("cgroup.controllers"), controllers);
    }

    private void populate(Path cgroup, Set<String> controllers) throws IOException {
        for (String controller : controllers) {
            put(cgroup, OF_CONTROLLER.getOrDefault(controller, Map.of()));
        }
        Files.writeString(cgroup.resolve("cgroup.controllers"), String.join(" ", controllers));
    }

    private void put(Path cgroup, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = cgroup.resolve(file.getKey());
            if (!missing.contains(file.getKey()) && !Files.exists(path)) {
                Files.writeString(path, file.getValue());
            }
        }
    }

    @Override
    void write(Path file, String value) throws IOException {
        if (refusing.contains(file)) {
            throw new IOException("cannot write %s to %s: Device or resource busy".formatted(value, file));
        }
        if (!Files.exists(file)) {
            throw new IOException(
                    "cannot write %s to %s: no such file or directory".formatted(value, file),
                    new java.nio.file.NoSuchFileException(file.toString()));
        }
        switch (file.getFileName().toString()) {
            case "cgroup.subtree_control" -> enable(file, value);
            case "cgroup.freeze" -> {
                Files.writeString(file, value);
                Files.writeString(file.resolveSibling("cgroup.events"), "populated 0\nfrozen " + value);
            }
            case "io.max" -> writeDevice(file, value);
            case "io.weight" -> Files.writeString(file, value.startsWith("default") ? value : "default " + value);
            case "memory.high" -> {
                Files.writeString(file, value);
                if (!reclaimedTo.isEmpty()) {
                    Files.writeString(file.resolveSibling("memory.current"), reclaimedTo);
                }
            }
            default -> Files.writeString(file, value);
        }
    }

    private static void writeDevice(Path file, String value) throws IOException {
        String device = value.split(" ")[0] + " ";
        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith(device))
                .toList();
        boolean lifts = value.equals(device + "rbps=max wbps=max riops=max wiops=max");
        Files.writeString(file, String.join("\n", lines) + (lifts ? "" : "\n" + value));
    }

    private void enable(Path control, String value) throws IOException {
        Set<String> enabled = new TreeSet<>(Tree.words(Files.readString(control)));
        Set<String> available = Tree.words(Files.readString(control.resolveSibling("cgroup.controllers")));
        for (String word : Tree.words(value.replace("+", ""))) {
            if (!available.contains(word)) {
                throw new IOException("cannot write %s to %s: no such device".formatted(value, control));
            }
            enabled.add(word);
        }
        Files.writeString(control, String.join(" ", enabled));
        for (Path child : directories(control.getParent())) {
            populate(child, enabled);
        }
    }

    @Override
    boolean makeDirectory(Path directory) throws IOException {
        boolean made = super.makeDirectory(directory);
        if (made) {
            put(directory, CORE);
            populate(
                    directory,
                    new TreeSet<>(Tree.words(Files.readString(directory.resolveSibling("cgroup.subtree_control")))));
        }
        return made;
    }

    @Override
    void removeDirectory(Path directory) throws IOException {
        if (Files.exists(directory) && directories(directory).isEmpty()) {
            try (var files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
        super.removeDirectory(directory);
    }
}
