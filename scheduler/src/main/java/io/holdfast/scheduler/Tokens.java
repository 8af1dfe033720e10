package io.holdfast.scheduler;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/**
 * The tokens in a data directory, each a file of its own, for its owner's eyes only. Made where there is none, kept otherwise, so
 * that who was admitted stays so after a restart. Blocking; the directory is there and nobody else's.
 *
 * @param user what users show as bearer; {@code holdfast token} prints it
 * @param node what agents show as bearer
 */
record Tokens(String user, String node) {
    static final String USER_FILE = "token";
    static final String NODE_FILE = "node-token";

    /** 256 bits. */
    private static final int TOKEN_BYTES = 32;

    private static final int MAX_FILE_BYTES = 4_096;

    /** @throws StartRefused when a file cannot be read or written, is open to others, or holds no token */
    static Tokens in(Path directory) {
        return new Tokens(token(directory.resolve(USER_FILE)), token(directory.resolve(NODE_FILE)));
    }

    private static String token(Path file) {
        try {
            if (!Files.exists(file)) {
                write(file, random());
            }
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (!PosixFilePermissions.fromString("rw-------").containsAll(mode)) {
                throw new StartRefused(file + " can be read by others (" + PosixFilePermissions.toString(mode)
                        + "): chmod 600 it, or remove it for a new one");
            }
            String token = Files.size(file) > MAX_FILE_BYTES
                    ? ""
                    : Files.readString(file).strip();
            if (token.isEmpty()) {
                throw new StartRefused(file + " holds no token: remove it for a new one");
            }
            return token;
        } catch (IOException e) {
            throw new StartRefused("token " + file + " cannot be used (" + reason(e) + "): mend that, or remove it");
        }
    }

    /** Whole or not at all, and for nobody else's eyes at any moment. */
    private static void write(Path file, String token) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
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
        return e instanceof FileSystemException f && f.getReason() != null
                ? f.getReason().toLowerCase(Locale.ROOT)
                : e.getClass().getSimpleName();
    }

    @Override
    public String toString() {
        return "tokens";
    }
}
