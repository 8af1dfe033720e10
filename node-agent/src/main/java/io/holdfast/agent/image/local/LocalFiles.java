package io.holdfast.agent.image.local;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Small files, and why one could not be read. */
final class LocalFiles {
    private LocalFiles() {}

    static byte[] bytes(Path path, int maxBytes) throws ImageException {
        try (InputStream in = open(path)) {
            return bytes(in, path.getFileName().toString(), maxBytes);
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /** A path is a job's to choose: opening a pipe would wait for a writer for ever. */
    static InputStream open(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new ImageException(Kind.UNSUPPORTED, path + " is no regular file");
        }
        return Files.newInputStream(path);
    }

    static byte[] bytes(InputStream in, String what, int maxBytes) throws IOException {
        byte[] bytes = in.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw new ImageException(Kind.UNSUPPORTED, what + " is above " + maxBytes + " bytes, the most");
        }
        return bytes;
    }

    static ImageException failed(Path path, IOException e) {
        return failed(path.toString(), e);
    }

    /** @param path as it is told */
    static ImageException failed(String path, IOException e) {
        if (e instanceof ImageException known) {
            return known;
        }
        if (e instanceof NoSuchFileException) {
            return new ImageException(Kind.NOT_FOUND, path + " is not there", e);
        }
        if (e instanceof AccessDeniedException) {
            return new ImageException(Kind.CONFIGURATION, path + " cannot be read by the agent: permission denied", e);
        }
        return new ImageException(Kind.CORRUPT, path + " cannot be read: " + e.getMessage(), e);
    }
}
