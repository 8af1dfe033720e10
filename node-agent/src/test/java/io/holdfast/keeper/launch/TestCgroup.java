package io.holdfast.keeper.launch;

import io.holdfast.keeper.cgroup.CgroupJoin;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A v1 memory and pids cgroup of one test, made and removed by hand. */
final class TestCgroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final long REMOVE_MILLIS = 5_000;

    private final String name = "holdfast-test-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<Path> directories = new ArrayList<>();

    TestCgroup() throws IOException {
        for (String controller : List.of("memory", "pids")) {
            if (Files.isDirectory(ROOT.resolve(controller))) {
                directories.add(Files.createDirectory(ROOT.resolve(controller).resolve(name)));
            }
        }
    }

    static boolean available() {
        return Files.isWritable(ROOT.resolve("memory/tasks"));
    }

    String name() {
        return name;
    }

    Path memory() {
        return ROOT.resolve("memory").resolve(name);
    }

    void limitMemory(long bytes) throws IOException {
        Files.writeString(memory().resolve("memory.limit_in_bytes"), Long.toString(bytes));
    }

    CgroupJoin join() {
        return new CgroupJoin(
                directories.stream()
                        .map(directory -> directory.resolve("tasks"))
                        .toList(),
                Optional.empty());
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
