package io.holdfast.keeper.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of one stream. Not thread-safe: {@link LogStream} guards it.
 *
 * <p>Kept is at most the bound and, once so much was written, at least three quarters of it; and beside each segment its {@link
 * TimeMarks}, which are at most as long: a segment whose times are is full. That takes a task that writes a few bytes at a time,
 * thousands of times a second.
 */
final class Segments {
    private static final int SEGMENTS = 4;

    /** Of a large bound there are more segments: times are looked for by reading those of a segment through. */
    private static final long MAX_SEGMENT_BYTES = 64 << 20;

    private final Path directory;
    private final String stream;
    private final long segmentBytes;
    private final long maxBytes;

    /** A header and some marks, however small the segment. */
    private static final long MIN_TIME_BYTES = 256;

    /** Length by first offset; the last entry is the one being written. */
    private final TreeMap<Long, Long> lengths = new TreeMap<>();

    private long kept;

    /** Finds what an earlier keeper wrote. */
    Segments(Path directory, String stream, long maxBytes) throws IOException {
        this.directory = directory;
        this.stream = stream;
        this.segmentBytes = Math.max(1, Math.min(maxBytes / SEGMENTS, MAX_SEGMENT_BYTES));
        this.maxBytes = Math.max(maxBytes, SEGMENTS);
        if (!Files.isDirectory(directory)) {
            return; // nothing was kept: the container has not got as far as its logs
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, stream + ".[0-9]*")) {
            for (Path file : files) {
                long first = Long.parseLong(file.getFileName().toString().substring(stream.length() + 1));
                long length = Files.size(file);
                lengths.put(first, length);
                kept += length;
            }
        }
    }

    Path file(long first) {
        return directory.resolve("%s.%019d".formatted(stream, first));
    }

    Path times(long first) {
        return TimeMarks.file(directory, stream, first);
    }

    /** Offset of the first byte that is kept. */
    long head() {
        return lengths.isEmpty() ? 0 : lengths.firstKey();
    }

    /** Offset behind the last byte. */
    long end() {
        return lengths.isEmpty() ? 0 : lengths.lastKey() + lengths.lastEntry().getValue();
    }

    /**
     * How many bytes still go into the last segment; 0 asks for {@link #roll}.
     *
     * @param timeBytes the length of its times
     */
    long room(long timeBytes) {
        if (lengths.isEmpty() || timeBytes >= Math.max(segmentBytes, MIN_TIME_BYTES)) {
            return 0;
        }
        return segmentBytes - lengths.lastEntry().getValue();
    }

    /** First offset of the segment that is being written. */
    long last() {
        return lengths.lastKey();
    }

    void wrote(long bytes) {
        lengths.merge(lengths.lastKey(), bytes, Long::sum);
        kept += bytes;
    }

    /**
     * Begins a new segment at the end, and drops old ones so that a full new one stays within the bound: of bytes, and of segments,
     * for those whose times were full first hold few bytes.
     */
    void roll() throws IOException {
        while (!lengths.isEmpty() && (kept + segmentBytes > maxBytes || lengths.size() >= maxBytes / segmentBytes)) {
            Map.Entry<Long, Long> oldest = lengths.firstEntry();
            long end = end();
            // the times first: a segment without them has none, but they alone would never be found again
            Files.deleteIfExists(times(oldest.getKey()));
            Files.deleteIfExists(file(oldest.getKey()));
            lengths.remove(oldest.getKey());
            kept -= oldest.getValue();
            if (lengths.isEmpty()) {
                begin(end);
                return;
            }
        }
        begin(end());
    }

    private void begin(long first) throws IOException {
        try {
            Files.createFile(file(first));
        } catch (NoSuchFileException e) {
            // the first byte of both streams: most containers that end quickly say nothing, and cost no directory
            Files.createDirectories(directory);
            Files.createFile(file(first));
        }
        lengths.put(first, 0L);
    }

    /** First offset of the segment that holds the offset. */
    long segmentOf(long offset) {
        Long first = lengths.floorKey(offset);
        return first == null ? head() : first;
    }

    /** When the segment was last written to, for one that an earlier version wrote without times; 0 for one that is gone. */
    long changedMillis(long first) throws IOException {
        try {
            return Files.getLastModifiedTime(file(first)).toMillis();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** First offsets of all segments, in order. */
    List<Long> firsts() {
        return List.copyOf(lengths.keySet());
    }

    /** Up to {@code maxBytes} from one segment; fails with NoSuchFileException when it was dropped meanwhile. Thread-safe. */
    byte[] read(long first, long offset, int maxBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file(first), StandardOpenOption.READ)) {
            long available = channel.size() - (offset - first);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(available, maxBytes)));
            while (bytes.hasRemaining() && channel.read(bytes, offset - first + bytes.position()) > 0) {
                continue;
            }
            byte[] read = new byte[bytes.position()];
            System.arraycopy(bytes.array(), 0, read, 0, read.length);
            return read;
        }
    }
}
