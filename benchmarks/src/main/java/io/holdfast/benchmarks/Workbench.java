package io.holdfast.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory with what a launch needs, whoever makes it: a root file system of busybox alone and the compiled {@code floor.c}. Its
 * close removes it.
 */
final class Workbench implements AutoCloseable {
    private final Path directory;
    private final Path onTmpfs;

    private Workbench(Path directory, Path onTmpfs) {
        this.directory = directory;
        this.onTmpfs = onTmpfs;
    }

    /** @param busybox a static one */
    static Workbench make(Path busybox) throws IOException, InterruptedException {
        Workbench bench = new Workbench(
                Files.createTempDirectory("holdfast-launch-"),
                Files.createTempDirectory(Path.of("/dev/shm"), "holdfast-launch-"));
        // the peers' containers of another user namespace go through it
        Files.setPosixFilePermissions(bench.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path bin = Files.createDirectories(bench.rootfs().resolve("bin"));
        Files.copy(busybox, bin.resolve("busybox"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String name : List.of("true", "sh", "sleep")) {
            Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
        }
        // as images have them; a peer's container in a user namespace could not make them
        for (String name : List.of("proc", "sys", "dev")) {
            Files.createDirectory(bench.rootfs().resolve(name));
        }
        Path source = bench.directory.resolve("floor.c");
        try (InputStream in = Workbench.class.getResourceAsStream("floor.c")) {
            Files.copy(in, source);
        }
        Commands.run(List.of("cc", "-O2", "-o", bench.floor().toString(), source.toString()));
        return bench;
    }

    Path directory() {
        return directory;
    }

    /** For the state that a reboot voids, of the keeper and its peers: as /run usually is. */
    Path onTmpfs() {
        return onTmpfs;
    }

    Path rootfs() {
        return directory.resolve("rootfs");
    }

    Path floor() {
        return directory.resolve("floor");
    }

    @Override
    public void close() throws IOException {
        for (Path tree : List.of(onTmpfs, directory)) {
            try (Stream<Path> paths = Files.walk(tree)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
