package io.holdfast.keeper.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Puts before each line when it began: {@code 2024-05-01T12:00:00.123Z } and then the line. One for each stream of each
 * container; not thread-safe.
 */
public final class LineTimes {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX ").withZone(ZoneOffset.UTC);

    private boolean atLineStart = true;
    private long expected = -1;

    /**
     * The chunk's bytes with the times in them. Chunks follow one another as they were read with {@code times}; where some were
     * dropped in between, what comes first after the gap is taken for a line of its own.
     */
    public byte[] stamp(Reply.LogChunk chunk) {
        byte[] data = chunk.data() == null ? new byte[0] : chunk.data();
        if (data.length == 0 || chunk.times().isEmpty()) {
            return data;
        }
        boolean gap = expected >= 0 && expected != chunk.offset();
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + data.length / 2);
        if (gap && !atLineStart) {
            out.write('\n');
        }
        atLineStart |= gap;
        List<Reply.LogTime> times = chunk.times();
        int time = 0;
        for (int start = 0; start < data.length; ) {
            int end = start;
            while (end < data.length && data[end] != '\n') {
                end++;
            }
            end = Math.min(end + 1, data.length);
            if (atLineStart) {
                while (time + 1 < times.size() && times.get(time + 1).offset() <= chunk.offset() + start) {
                    time++;
                }
                byte[] stamp = FORMAT.format(
                                Instant.ofEpochMilli(times.get(time).atMillis()))
                        .getBytes(StandardCharsets.US_ASCII);
                out.write(stamp, 0, stamp.length);
            }
            out.write(data, start, end - start);
            atLineStart = data[end - 1] == '\n';
            start = end;
        }
        expected = chunk.offset() + data.length;
        return out.toByteArray();
    }
}
