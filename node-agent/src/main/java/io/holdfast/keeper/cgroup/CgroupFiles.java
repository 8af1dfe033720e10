package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** File access to a cgroup tree. A cgroup's files are never created by opening, only by making its directory. */
class CgroupFiles {

    /** The longest answer that is read: {@code cgroup.procs} of a node's largest container fits many times over. */
    private static final int MAX_READ_BYTES = 4 << 20;

    /** Writes in one {@code write(2)}: the kernel parses each call on its own. */
    void write(Path file, String value) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new IOException("cannot write %s to %s: %s".formatted(value, file, reason(e)), e);
        }
    }

    String read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_READ_BYTES), StandardCharsets.US_ASCII).strip();
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("cannot read %s: %s".formatted(file, reason(e)), e);
        }
    }

    /** Empty where the file is not there: the controller is off, the kernel is older, or the cgroup is gone. */
    Optional<String> readIfThere(Path file) throws IOException {
        try {
            return Optional.of(read(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // ENODEV: the cgroup was removed between open and read
            if (!exists(file)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The number behind {@code key} in a file of {@code key value} lines; 0 where either is missing. */
    long readKey(Path file, String key) throws IOException {
        return readIfThere(file).stream()
                .flatMap(String::lines)
                .map(line -> line.split(" "))
                .filter(words -> words.length == 2 && words[0].equals(key))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElse(0);
    }

    boolean exists(Path path) {
        return Files.exists(path);
    }

    /** Whether this call made it; false where it was there already. */
    boolean makeDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new IOException("cannot make cgroup %s: %s".formatted(directory, reason(e)), e);
        }
    }

    void removeDirectory(Path directory) throws IOException {
        Files.deleteIfExists(directory);
    }

    /** The cgroups right below; empty where there is none. */
    List<Path> directories(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            List<Path> found = new ArrayList<>();
            entries.forEach(found::add);
            return found;
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        return e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
    }
}
