package io.holdfast.scheduler;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * The scheduler's data directory: 0700, held by one process at a time, with the tokens in it. The lock is the kernel's and goes
 * with the process, however that ends. Blocking.
 */
public final class DataDirectory implements AutoCloseable {
    /** What users show; {@code holdfast token} prints it. */
    public static final String TOKEN = "token";

    /** What agents show. */
    public static final String NODE_TOKEN = "node-token";

    private static final String LOCK = "scheduler.lock";
    private static final String DATABASE = "holdfast.db";

    /** 256 bits. */
    private static final int TOKEN_BYTES = 32;

    private static final int MAX_TOKEN_FILE_BYTES = 4_096;

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** @throws StartRefused when it cannot be made or written, or another process holds it */
    public static DataDirectory open(Path path) {
        try {
            Files.createDirectories(path, mode("rwx------"));
            FileChannel channel = FileChannel.open(
                    path.resolve(LOCK), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), mode("rw-------"));
            if (!locked(channel)) {
                channel.close();
                throw new StartRefused(
                        "data-dir " + path + " is in use by another scheduler: stop that, or choose another directory");
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new StartRefused("data-dir " + path + " cannot be used: " + reason(e) + ": choose another directory");
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            // by this very process, which the kernel would not mind
            return false;
        }
    }

    public Path database() {
        return path.resolve(DATABASE);
    }

    /** The token of that name; a random one is made where there is none. */
    public String token(String name) {
        Path file = path.resolve(name);
        try {
            if (!Files.exists(file)) {
                write(file, random());
            }
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (!PosixFilePermissions.fromString("rw-------").containsAll(mode)) {
                throw new StartRefused(file + " can be read by others (" + PosixFilePermissions.toString(mode)
                        + "): chmod 600 it, or remove it for a new one");
            }
            String token = Files.size(file) > MAX_TOKEN_FILE_BYTES
                    ? ""
                    : Files.readString(file).strip();
            if (token.isEmpty()) {
                throw new StartRefused(file + " holds no token: remove it for a new one");
            }
            return token;
        } catch (IOException e) {
            throw new StartRefused("token " + file + " cannot be used: " + reason(e));
        }
    }

    /** Whole or not at all, and for nobody else's eyes at any moment. */
    private void write(Path file, String token) throws IOException {
        Path fresh = path.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel out = FileChannel.open(
                fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode("rw-------"))) {
            out.write(StandardCharsets.US_ASCII.encode(token + "\n"));
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String random() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "it is not writable for this user";
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return "it is not a directory";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason().toLowerCase(java.util.Locale.ROOT);
        }
        return String.valueOf(e.getMessage());
    }

    /** Lets go of it. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("data-dir " + path + " could not be let go of", e);
        }
    }
}
