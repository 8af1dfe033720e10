package io.holdfast.keeper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code /proc/PID/stat}, proc(5). */
final class ProcessTable {
    private static final int MAX_BYTES = 4_096;

    // fields behind the name, which may hold blanks and brackets: field 3 is the first
    private static final int STATE = 3 - 3;
    private static final int PARENT = 4 - 3;
    private static final int START_TIME = 22 - 3;
    private static final int EXIT_CODE = 52 - 3;

    private ProcessTable() {}

    /**
     * @param parent its parent's pid
     * @param zombie it has ended, and its parent has not taken the status yet
     * @param waitStatus as wait(2) would give it; only of a zombie
     */
    record Stat(int parent, boolean zombie, long startTimeTicks, int waitStatus) {}

    /** All processes that this one's /proc shows. */
    static List<Integer> pids() throws IOException {
        List<Integer> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            entries.forEach(
                    entry -> pids.add(Integer.parseInt(entry.getFileName().toString())));
        }
        return pids;
    }

    /** Empty where there is no such process. */
    static Optional<Stat> stat(int pid) {
        try (var channel = Files.newByteChannel(Path.of("/proc", Integer.toString(pid), "stat"))) {
            ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
            channel.read(bytes);
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).strip().split(" ");
            return Optional.of(new Stat(
                    Integer.parseInt(fields[PARENT]),
                    fields[STATE].equals("Z") || fields[STATE].equals("X"),
                    Long.parseLong(fields[START_TIME]),
                    Integer.parseInt(fields[EXIT_CODE])));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
