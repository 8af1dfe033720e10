package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** File access to a cgroup tree. A cgroup's files are never created by opening, only by making its directory. */
class CgroupFiles {

    /** The longest answer that is read: {@code cgroup.procs} of a node's largest container fits many times over. */
    private static final int MAX_READ_BYTES = 4 << 20;

    private static final int FIRST_READ_BYTES = 4096;

    /** The links of a directory without directories: its own name and its dot. */
    private static final int BARE_LINKS = 2;

    /** Writes in one {@code write(2)}: the kernel parses each call on its own. */
    void write(Path file, String value) throws IOException {
        try (var channel = Files.newByteChannel(file, Set.of(StandardOpenOption.WRITE))) {
            channel.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new IOException("cannot write %s to %s: %s".formatted(value.strip(), file, reason(e)), e);
        }
    }

    /** Whether the file was there to be written to. */
    boolean writeIfThere(Path file, String value) throws IOException {
        try {
            write(file, value);
            return true;
        } catch (IOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return false;
            }
            throw e;
        }
    }

    String read(Path file) throws IOException {
        try (SeekableByteChannel in = Files.newByteChannel(file, Set.of(StandardOpenOption.READ))) {
            ByteBuffer bytes = ByteBuffer.allocate(FIRST_READ_BYTES);
            while (in.read(bytes) > 0 && bytes.position() < MAX_READ_BYTES) {
                if (!bytes.hasRemaining()) {
                    bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), 2 * bytes.capacity()))
                            .position(bytes.capacity());
                }
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
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

    /** A file of {@code key value} lines; empty where it is not there. */
    Map<String, Long> readKeys(Path file) throws IOException {
        String text = readIfThere(file).orElse("");
        Map<String, Long> values = new HashMap<>();
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            int blank = text.indexOf(' ', at);
            if (blank > 0 && blank < end) {
                values.put(text.substring(at, blank), Long.parseLong(text, blank + 1, end, 10));
            }
            at = end + 1;
        }
        return values;
    }

    /** The number behind {@code key} in such a file; 0 where either is missing. */
    long readKey(Path file, String key) throws IOException {
        return readKeys(file).getOrDefault(key, 0L);
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
        try {
            // one stat instead of one for each of some thirty files
            if (((Integer) Files.getAttribute(directory, "unix:nlink")) == BARE_LINKS) {
                return List.of();
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
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
