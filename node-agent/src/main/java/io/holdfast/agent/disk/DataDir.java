package io.holdfast.agent.disk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.agent.pull.KnownImages;
import io.holdfast.agent.reconcile.Remembered;
import io.holdfast.model.IdSource;
import io.holdfast.model.document.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The agent's data directory, held by one agent at a time. Blocking; for one thread at a time. */
public final class DataDir implements AutoCloseable {
    /** Of all files. */
    public static final int FORMAT = 1;

    private static final String IDENTITY = "agent.json";
    private static final String ALLOCATIONS = "allocations.json";
    private static final String IMAGES = "images.json";
    private static final String IMPORTS = "imports";
    private static final String LOCK = "agent.lock";

    private final Path directory;
    private final FileChannel lockChannel;

    private DataDir(Path directory, FileChannel lockChannel) {
        this.directory = directory;
        this.lockChannel = lockChannel;
    }

    /** @throws DataDirException when it cannot be made or written, or another agent holds it */
    public static DataDir open(Path directory) {
        FileChannel channel = null;
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new DataDirException(
                        "data-dir " + directory
                                + " is in use by another agent: stop that one, or give this one another",
                        null);
            }
            return new DataDir(directory, channel);
        } catch (IOException e) {
            close(channel);
            throw new DataDirException("data-dir " + directory + " cannot be used: " + reason(e), e);
        } catch (DataDirException e) {
            close(channel);
            throw e;
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by an agent of this very process
        }
    }

    /** The identity, minted now where there is none yet, with a new incarnation that is on disk already. */
    public Identity start(IdSource ids, long nowMillis) {
        JsonNode file = read(IDENTITY);
        Identity before = file.isMissingNode()
                ? new Identity(ids.next(), "", 0, 0)
                : new Identity(
                        file.path("nodeId").asText(),
                        file.path("clusterId").asText(),
                        file.path("epochSeen").asLong(),
                        file.path("incarnation").asLong());
        if (before.nodeId().isEmpty()) {
            throw new DataDirException(
                    directory.resolve(IDENTITY) + " holds no node id: restore it, or remove it to"
                            + " register this host as a new node",
                    null);
        }
        Identity now = before.startedAt(nowMillis);
        write(now);
        return now;
    }

    /** On disk, flushed, when it returns: the fence against old leaders must survive the machine. */
    public void write(Identity identity) {
        ObjectNode file = Json.mapper().createObjectNode();
        file.put("format", FORMAT);
        file.put("nodeId", identity.nodeId());
        file.put("clusterId", identity.clusterId());
        file.put("epochSeen", identity.epochSeen());
        file.put("incarnation", identity.incarnation());
        replace(IDENTITY, file, true);
    }

    public Map<String, Remembered> allocations() {
        JsonNode file = read(ALLOCATIONS);
        return file.isMissingNode() ? Map.of() : MemoryJson.read(file.path("allocations"));
    }

    /** Not flushed: it stands on the way of every start, and what a lost machine took need not be remembered exactly. */
    public void write(Map<String, Remembered> allocations) {
        ObjectNode file = Json.mapper().createObjectNode();
        file.put("format", FORMAT);
        file.set("allocations", MemoryJson.write(allocations));
        replace(ALLOCATIONS, file, false);
    }

    public KnownImages images() {
        JsonNode file = read(IMAGES);
        return file.isMissingNode()
                ? KnownImages.NONE
                : new KnownImages(ImagesJson.read(file.path("images")), ImagesJson.texts(file.path("asked")));
    }

    /** Not flushed: an image that is not remembered is asked for anew, and its layers are still there. */
    public void writeImages(KnownImages known) {
        ObjectNode file = Json.mapper().createObjectNode();
        file.put("format", FORMAT);
        file.set("images", ImagesJson.write(known.images()));
        if (!known.asked().isEmpty()) {
            ImagesJson.texts(file, "asked", known.asked());
        }
        replace(IMAGES, file, false);
    }

    /** Where archives lie while they are imported. Empty: what an earlier life left is of no use to anybody. */
    public Path imports() {
        Path imports = directory.resolve(IMPORTS);
        try {
            Files.createDirectories(imports);
            try (DirectoryStream<Path> left = Files.newDirectoryStream(imports)) {
                for (Path archive : left) {
                    Files.delete(archive);
                }
            }
            return imports;
        } catch (IOException e) {
            throw new DataDirException(imports + " cannot be emptied: " + reason(e), e);
        }
    }

    private JsonNode read(String name) {
        Path path = directory.resolve(name);
        try {
            JsonNode file = Json.mapper().readTree(Files.readAllBytes(path));
            int format = file.path("format").asInt(-1);
            if (format != FORMAT) {
                throw new DataDirException(
                        path + " has format " + format + ", this version reads " + FORMAT
                                + ": start the version that wrote it, or remove it",
                        null);
            }
            return file;
        } catch (NoSuchFileException e) {
            return Json.mapper().missingNode();
        } catch (JsonProcessingException e) {
            throw new DataDirException(path + " is not readable JSON: restore it, or remove it", e);
        } catch (IOException e) {
            throw new DataDirException(path + " cannot be read: " + reason(e), e);
        }
    }

    private void replace(String name, ObjectNode content, boolean flush) {
        Path path = directory.resolve(name);
        Path draft = directory.resolve(name + ".new");
        try {
            try (FileChannel out = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap((content.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                if (flush) {
                    out.force(true);
                }
            }
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (flush) {
                // the rename itself is in the directory
                try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
                    parent.force(true);
                }
            }
        } catch (IOException e) {
            throw new DataDirException(path + " cannot be written: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "permission denied on " + e.getMessage();
        }
        if (e instanceof java.nio.file.FileAlreadyExistsException) {
            return e.getMessage() + " is no directory";
        }
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static void close(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("closing a lock file failed", e);
            }
        }
    }

    @Override
    public void close() {
        close(lockChannel);
    }
}
