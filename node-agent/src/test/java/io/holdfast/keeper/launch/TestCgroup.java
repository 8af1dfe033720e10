package io.holdfast.keeper.launch;

import io.holdfast.keeper.cgroup.CgroupJoin;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A memory and pids cgroup of one test, made and removed by hand, where this host has these controllers: on v1 or on v2. */
final class TestCgroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final boolean V2 = Files.exists(ROOT.resolve("cgroup.controllers"));
    private static final long REMOVE_MILLIS = 5_000;

    /** The file that enters a cgroup, and tells who is inside; on v1, tasks enter without the lock that processes wait for. */
    private static final String MEMBERS = V2 ? "cgroup.procs" : "tasks";

    private final String name = "holdfast-test-" + UUID.randomUUID().toString().substring(0, 8);
    private final Path memory;
    private final Path pids;
    private final List<Path> directories;

    TestCgroup() throws IOException {
        if (V2) {
            Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+memory +pids");
        }
        memory = Files.createDirectory(ROOT.resolve(V2 ? "" : "memory").resolve(name));
        pids = V2 ? memory : Files.createDirectory(ROOT.resolve("pids").resolve(name));
        directories = V2 ? List.of(memory) : List.of(memory, pids);
    }

    static boolean available() {
        return V2 || Files.isWritable(ROOT.resolve("memory/tasks"));
    }

    static String unavailable() {
        return "needs the memory controller of cgroup v1 or v2 below " + ROOT;
    }

    /** Of its directories. */
    String name() {
        return memory.getFileName().toString();
    }

    /** Where the unified hierarchy is mounted, alone or beside v1. */
    static Path unified() {
        return V2 ? ROOT : ROOT.resolve("unified");
    }

    /** The limit's file as a container sees it, whose own cgroup is the root of what it sees. */
    static Path memoryLimitInside() {
        return V2 ? ROOT.resolve("memory.max") : ROOT.resolve("memory/memory.limit_in_bytes");
    }

    /** How {@code /proc/self/cgroup} tells that the memory controller's cgroup is the root. */
    static String memoryMembershipOfRoot() {
        return V2 ? "0::/" : ":memory:/";
    }

    void limitMemory(long bytes) throws IOException {
        if (V2) {
            Files.writeString(memory.resolve("memory.swap.max"), "0");
        }
        Files.writeString(memory.resolve(V2 ? "memory.max" : "memory.limit_in_bytes"), Long.toString(bytes));
    }

    /** How often the limit of memory was met. */
    long memoryFailures() throws IOException {
        if (!V2) {
            return Long.parseLong(
                    Files.readString(memory.resolve("memory.failcnt")).trim());
        }
        return Files.readAllLines(memory.resolve("memory.events")).stream()
                .filter(line -> line.startsWith("max "))
                .mapToLong(line -> Long.parseLong(line.substring(4)))
                .sum();
    }

    void limitPids(int limit) throws IOException {
        Files.writeString(pids.resolve("pids.max"), Integer.toString(limit));
    }

    /** The file that lists who is in the memory cgroup, eldest first, and that {@code 0} is written to to enter it. */
    Path members() {
        return memory.resolve(MEMBERS);
    }

    CgroupJoin join() {
        return V2
                ? new CgroupJoin(List.of(), Optional.of(memory))
                : new CgroupJoin(
                        directories.stream()
                                .map(directory -> directory.resolve(MEMBERS))
                                .toList(),
                        Optional.empty());
    }

    /** What a container joins that was removed, or never made; and how a refusal names it. */
    record Missing(CgroupJoin join, String message) {}

    static Missing missing() {
        Path directory = ROOT.resolve(V2 ? "not-there" : "memory/not-there");
        Path file = directory.resolve(MEMBERS);
        return V2
                ? new Missing(new CgroupJoin(List.of(), Optional.of(directory)), "openat(-100, \"" + directory + "\", ")
                : new Missing(new CgroupJoin(List.of(file), Optional.empty()), "join cgroup " + file + ": openat(");
    }

    @Override
    public void close() throws IOException {
        for (Path directory : directories) {
            long end = System.nanoTime() + REMOVE_MILLIS * 1_000_000;
            while (Files.exists(directory)) {
                try {
                    Files.delete(directory);
                } catch (DirectoryNotEmptyException e) {
                    throw e;
                } catch (FileSystemException e) {
                    // EBUSY for a moment after the last process is gone
                    if (System.nanoTime() > end) {
                        throw e;
                    }
                    Thread.onSpinWait();
                }
            }
        }
    }
}
