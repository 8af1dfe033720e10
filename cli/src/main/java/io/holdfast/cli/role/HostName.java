package io.holdfast.cli.role;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine calls itself, without asking a name server. */
final class HostName {
    private static final Path FILE = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    static String ofMachine() {
        try {
            return Files.readString(FILE).strip();
        } catch (IOException e) {
            return "node";
        }
    }
}
