package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The real tree, with the files of controllers that it lacks kept in memory: what is written is what is read. */
final class PlayedControllers extends CgroupFiles {
    private static final int LEAST_QUOTA_MICROS = 1_000;

    private static final Map<String, String> UNTOUCHED = Map.ofEntries(
            Map.entry("cgroup.controllers", "cpu cpuset io memory pids"),
            Map.entry("cgroup.subtree_control", "cpu cpuset io memory pids"),
            Map.entry("memory.max", "max"),
            Map.entry("memory.high", "max"),
            Map.entry("memory.low", "0"),
            Map.entry("memory.current", "4096"),
            Map.entry("memory.swap.max", "max"),
            Map.entry("memory.oom.group", "0"),
            Map.entry("memory.events", "oom_kill 0"),
            Map.entry("memory.stat", "anon 4096"),
            Map.entry("cpu.max", "max 100000"),
            Map.entry("cpu.weight", "100"),
            Map.entry("cpuset.cpus", ""),
            Map.entry("cpuset.mems", ""),
            Map.entry("cpuset.cpus.effective", online()),
            Map.entry("cpuset.mems.effective", "0"),
            Map.entry("io.max", ""),
            Map.entry("io.weight", "default 100"),
            Map.entry("io.stat", ""),
            Map.entry("pids.max", "max"),
            Map.entry("pids.current", "1"));

    private static String online() {
        try {
            return Files.readString(Path.of("/sys/devices/system/cpu/online")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final Map<Path, String> written = new ConcurrentHashMap<>();

    private static boolean played(Path file) {
        return UNTOUCHED.containsKey(file.getFileName().toString());
    }

    @Override
    void write(Path file, String value) throws IOException {
        if (!played(file)) {
            super.write(file, value);
            return;
        }
        if (file.endsWith("cpu.max")
                && Character.isDigit(value.charAt(0))
                && Long.parseLong(value.split(" ")[0]) < LEAST_QUOTA_MICROS) {
            throw new IOException("cannot write %s to %s: Invalid argument".formatted(value, file));
        }
        written.put(file, value.strip());
    }

    @Override
    String read(Path file) throws IOException {
        return played(file)
                ? written.getOrDefault(file, UNTOUCHED.get(file.getFileName().toString()))
                : super.read(file);
    }

    @Override
    boolean exists(Path path) {
        return played(path) || super.exists(path);
    }
}
