package io.holdfast.scheduler.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The directory with the store's files, held for one process: SQLite itself would let two schedulers write by turns. The lock is
 * the kernel's (fcntl(2)), so it ends with the process, however that ends.
 */
final class DataDirectory implements AutoCloseable {
    static final String DATABASE = "store.db";
    private static final String LOCK = "store.lock";

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Makes it where it is missing, for its owner only: specifications hold secrets. */
    static DataDirectory hold(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                sync(path.toAbsolutePath().getParent());
            }
        } catch (FileAlreadyExistsException e) {
            throw new StoreException("data directory " + path + " is not a directory: name another", e);
        } catch (IOException e) {
            throw new StoreException(
                    "data directory " + path + " cannot be made (" + why(e) + "): make it, or name another", e);
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    path.resolve(LOCK),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    ownerOnly());
        } catch (IOException e) {
            throw notWritable(path, e);
        }
        try {
            lock(path, channel);
            makeDatabaseFile(path);
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw notWritable(path, e);
        } catch (StoreException e) {
            closeQuietly(channel, e);
            throw e;
        }
    }

    Path database() {
        return path.resolve(DATABASE);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreException("lock of data directory " + path + " cannot be given back", e);
        }
    }

    private static void lock(Path path, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw inUse(path, "this process");
        }
        if (lock == null) {
            ByteBuffer pid = ByteBuffer.allocate(20);
            channel.read(pid, 0);
            String holder = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).trim();
            throw inUse(path, holder.isEmpty() ? "another process" : "process " + holder);
        }
        channel.truncate(0);
        channel.write(
                StandardCharsets.US_ASCII.encode(
                        Long.toString(ProcessHandle.current().pid())),
                0);
    }

    /** SQLite would make it readable for all, and gives its log the same rights. */
    private static void makeDatabaseFile(Path path) throws IOException {
        Path file = path.resolve(DATABASE);
        if (!Files.exists(file)) {
            Files.createFile(file, ownerOnly());
            sync(path);
        }
        if (!Files.isWritable(file)) {
            throw new AccessDeniedException(file.toString(), null, "it is not writable");
        }
    }

    private static java.nio.file.attribute.FileAttribute<?> ownerOnly() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    }

    /** A new name is on disk only once its directory is (fsync(2)). */
    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static StoreException inUse(Path path, String holder) {
        return new StoreException(
                "data directory " + path + " is in use by " + holder + ": stop that first, or name another", null);
    }

    private static StoreException notWritable(Path path, IOException e) {
        return new StoreException(
                "data directory " + path + " is not writable (" + why(e)
                        + "): give this user the right, or name another",
                e);
    }

    private static String why(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason().toLowerCase(java.util.Locale.ROOT);
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static void closeQuietly(FileChannel channel, Exception because) {
        try {
            channel.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
