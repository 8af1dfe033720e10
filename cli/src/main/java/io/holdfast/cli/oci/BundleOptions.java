package io.holdfast.cli.oci;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.Option;

/** What a container is made of and who is told of it: the options that {@code create} and {@code run} share. */
final class BundleOptions {
    @Option(
            names = {"-b", "--bundle"},
            paramLabel = "DIR",
            description = "The bundle: the directory with config.json. By default the working directory.")
    private Path bundle = Path.of(".");

    @Option(names = "--pid-file", paramLabel = "FILE", description = "Write the container's process id to this file.")
    private Path pidFile;

    @Option(
            names = "--console-socket",
            paramLabel = "PATH",
            description = "A listening unix socket, to which the master of the container's terminal is sent.")
    private Path consoleSocket;

    @Option(names = "--no-pivot", description = "Accepted for compatibility.")
    private boolean noPivot;

    @Option(names = "--no-new-keyring", description = "Accepted for compatibility.")
    private boolean noNewKeyring;

    @Option(names = "--preserve-fds", paramLabel = "N", description = "Only 0: nothing but 0, 1, 2 reaches a program.")
    private int preserveFds;

    void requireNoDescriptors() throws OciFailed {
        if (preserveFds != 0) {
            throw new OciFailed("--preserve-fds " + preserveFds + ": nothing but 0, 1 and 2 reaches a program");
        }
    }

    Path directory() throws IOException {
        try {
            return bundle.toRealPath();
        } catch (NoSuchFileException e) {
            throw new OciFailed("--bundle " + bundle + " is not there");
        }
    }

    /** @return empty for none; else absolute, because the keeper's working directory is another */
    String consoleSocket(Spec.Process process) throws OciFailed {
        if (process.terminal() && consoleSocket == null) {
            throw new OciFailed("process.terminal: a terminal needs --console-socket");
        }
        if (!process.terminal() && consoleSocket != null) {
            throw new OciFailed("--console-socket: process.terminal is false, there is no terminal to send");
        }
        return consoleSocket == null ? "" : consoleSocket.toAbsolutePath().toString();
    }

    /** Whole or not at all: who waits for the file reads it at once. */
    void writePid(int pid) throws OciFailed {
        if (pidFile == null) {
            return;
        }
        Path target = pidFile.toAbsolutePath();
        Path fresh = target.resolveSibling("." + target.getFileName() + ".new");
        try {
            try {
                Files.write(fresh, Integer.toString(pid).getBytes(StandardCharsets.US_ASCII));
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (NoSuchFileException e) {
            throw new OciFailed("--pid-file " + pidFile + " cannot be written: its directory is not there");
        } catch (IOException e) {
            throw new OciFailed("--pid-file " + pidFile + " cannot be written: " + e.getMessage());
        }
    }
}
