package io.holdfast.cli.role;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where a {@code dev} keeps what. All follows from the data directory, so that the next {@code dev} on the same one finds the
 * sockets, pins and cgroups of a killed one, and two on different ones never meet.
 */
public record DevPlaces(Path dataDir, String key) {
    private static final Path RUN = Path.of("/run/holdfast");

    /** Hex digits of the data directory's hash: few enough for a socket's path, enough never to meet another's. */
    private static final int KEY_LENGTH = 12;

    public static DevPlaces of(Path dataDir) {
        Path absolute = dataDir.toAbsolutePath().normalize();
        return new DevPlaces(absolute, key(real(absolute)));
    }

    /** One directory has one key, by whichever link it is named. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path parent = path.getParent();
            return parent == null ? path : real(parent).resolve(path.getFileName());
        }
    }

    private static String key(Path path) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(path.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, KEY_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    public Path runDir() {
        return RUN.resolve("dev-" + key);
    }

    public Path socket() {
        return RUN.resolve("dev-" + key + ".sock");
    }

    public String cgroupParent() {
        return "holdfast-dev-" + key;
    }

    Path policy() {
        return dataDir.resolve("policy.yaml");
    }

    /** Only its owner may change what jobs may ask of the node. */
    void writePolicy(String text) throws IOException {
        Files.writeString(policy(), text);
        Files.setPosixFilePermissions(policy(), PosixFilePermissions.fromString("rw-r--r--"));
    }

    Path token() {
        return dataDir.resolve("token");
    }

    /** Removes what a keeper has emptied; the directory of all is left while another keeper of this host uses it. */
    void removeRunDirectory() throws IOException {
        removeTree(runDir());
        try {
            Files.deleteIfExists(RUN);
        } catch (DirectoryNotEmptyException e) {
            // another's
        }
    }

    /** Removes a directory with all below it; symbolic links are removed, not followed. */
    static void removeTree(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // gone already
        }
    }
}
