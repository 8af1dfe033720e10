package io.holdfast.cli.client;

import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** An archive of images on its way to nodes. */
public final class Archive implements Closeable {
    private final String name;
    private final Path file;
    private final InputStream stream;
    private final boolean regular;
    private final boolean temporary;

    private Archive(String name, Path file, InputStream stream, boolean regular, boolean temporary) {
        this.name = name;
        this.file = file;
        this.stream = stream;
        this.regular = regular;
        this.temporary = temporary;
    }

    /**
     * @param file {@code -} for what {@code input} has; what can be read only once, as a pipe, is as good
     * @param readers how many times it will be opened: for more than one, what can be read only once is copied into a temporary file
     */
    public static Archive of(String file, InputStream input, int readers) {
        Path path = Path.of(file);
        if (!file.equals("-")) {
            if (Files.isDirectory(path)) {
                throw noInput(file + " is a directory: import takes an archive, as docker save writes it");
            }
            if (!Files.isReadable(path)) {
                throw noInput(Files.exists(path) ? file + " cannot be read" : "there is no file " + file);
            }
            if (Files.isRegularFile(path)) {
                return new Archive(path.getFileName().toString(), path, InputStream.nullInputStream(), true, false);
            }
        }
        try {
            InputStream stream = file.equals("-") ? input : Files.newInputStream(path);
            return readers == 1 ? new Archive(file, path, stream, false, false) : copied(file, stream);
        } catch (IOException e) {
            throw noInput(file + " cannot be read: " + e.getMessage());
        }
    }

    private static Archive copied(String name, InputStream stream) throws IOException {
        Path copy = Files.createTempFile("holdfast-import-", ".tar");
        copy.toFile().deleteOnExit();
        Archive archive = new Archive(name, copy, stream, true, true);
        try (stream) {
            Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
            return archive;
        } catch (IOException e) {
            archive.close();
            throw e;
        }
    }

    static CommandFailed noInput(String why) {
        return new CommandFailed(ExitCodes.NO_INPUT, why);
    }

    /** For people. */
    public String name() {
        return name.equals("-") ? "standard input" : name;
    }

    /** From its beginning, where it can be read more than once. */
    InputStream open() throws IOException {
        return regular ? Files.newInputStream(file) : stream;
    }

    /** Negative where it is not known. */
    public long sizeBytes() {
        try {
            return regular ? Files.size(file) : -1;
        } catch (IOException e) {
            throw noInput(name() + " cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (temporary) {
            file.toFile().delete();
        }
    }
}
