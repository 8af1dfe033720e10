package io.holdfast.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a running {@code dev} tells the user's other commands where it is: a small file of {@code key=value} lines, one in the
 * user's run directory and one in the data directory. It names the token's file and never holds the token.
 *
 * @param address of the API
 * @param tokenFile holds the bearer token
 * @param pid of the process that wrote it
 * @param startedAtMillis of that process: a pid alone may be another's by now
 */
public record RunFile(String address, Path tokenFile, long pid, long startedAtMillis) {
    private static final String NAME = "dev.run";
    private static final int MAX_LINES = 16;

    /** In {@code $XDG_RUNTIME_DIR/holdfast}, or {@code ~/.local/state/holdfast} where there is none. */
    public static Path ofUser(Map<String, String> environment) {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        Path directory = runtime.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", "/root"), ".local", "state")
                : Path.of(runtime);
        return directory.resolve("holdfast").resolve(NAME);
    }

    public static Path ofDataDir(Path dataDir) {
        return dataDir.resolve(NAME);
    }

    /** Of this very process. */
    public static RunFile ofThisProcess(String address, Path tokenFile) {
        ProcessHandle self = ProcessHandle.current();
        return new RunFile(address, tokenFile.toAbsolutePath(), self.pid(), startOf(self));
    }

    /** What stands in the file; empty where there is none, it is torn, or its process has gone. */
    public static Optional<RunFile> read(Path file) {
        Map<String, String> values = new LinkedHashMap<>();
        try (var lines = Files.lines(file)) {
            lines.limit(MAX_LINES).forEach(line -> {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            });
            RunFile read = new RunFile(
                    values.getOrDefault("address", ""),
                    Path.of(values.getOrDefault("token-file", "")),
                    Long.parseLong(values.getOrDefault("pid", "0")),
                    Long.parseLong(values.getOrDefault("started-at", "0")));
            return read.alive() ? Optional.of(read) : Optional.empty();
        } catch (IOException | java.io.UncheckedIOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Replaces the file as a whole: a reader sees the old one or the new one. */
    public void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(
                file.getParent(),
                NAME,
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                temporary,
                "address=" + address + "\ntoken-file=" + tokenFile + "\npid=" + pid + "\nstarted-at=" + startedAtMillis
                        + "\n");
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes the file unless another process has replaced it since. */
    public void remove(Path file) {
        try {
            if (read(file).filter(this::equals).isPresent()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // it names a process that is gone, so readers take no notice of it
        }
    }

    private boolean alive() {
        return !address.isEmpty()
                && ProcessHandle.of(pid)
                        .filter(process -> startOf(process) == startedAtMillis)
                        .isPresent();
    }

    private static long startOf(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
    }
}
