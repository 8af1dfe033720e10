package io.holdfast.keeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The number of a listening unix socket's descriptor in this process, which the JDK does not tell. */
final class ListenerSearch {
    private static final long LISTENS = 0x10000; // __SO_ACCEPTCON, include/linux/net.h

    // columns of /proc/net/unix: Num RefCount Protocol Flags Type St Inode Path
    private static final int FLAGS = 3;
    private static final int INODE = 6;
    private static final int PATH = 7;

    private ListenerSearch() {}

    /** @param bound the name that it was bound to, whatever became of the file since */
    static OptionalInt find(Path bound) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/net/unix"), StandardCharsets.ISO_8859_1)) {
            String[] columns = line.strip().split(" +", PATH + 1);
            if (columns.length > PATH
                    && columns[PATH].equals(bytes(bound))
                    && (Long.parseLong(columns[FLAGS], 16) & LISTENS) != 0) {
                OptionalInt fd = descriptorOf("socket:[" + columns[INODE] + "]");
                if (fd.isPresent()) {
                    return fd;
                }
            }
        }
        return OptionalInt.empty();
    }

    private static String bytes(Path path) {
        return new String(path.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static OptionalInt descriptorOf(String link) throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    if (Files.readSymbolicLink(descriptor).toString().equals(link)) {
                        return OptionalInt.of(
                                Integer.parseInt(descriptor.getFileName().toString()));
                    }
                } catch (NoSuchFileException e) {
                    // closed since it was listed
                }
            }
        }
        return OptionalInt.empty();
    }
}
