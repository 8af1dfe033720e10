package io.holdfast.keeper.log;

import java.io.IOException;
import java.util.Arrays;

/** Finds places in a stream. Reads files: on a thread for that. */
public final class LogSearch {
    private static final int BLOCK_BYTES = 64 << 10;

    private final LogStream stream;
    private final long maxBytes;

    /** @param maxBytes how far from the end lines are counted: what lies before is taken for not there */
    public LogSearch(LogStream stream, long maxBytes) {
        this.stream = stream;
        this.maxBytes = maxBytes;
    }

    /** @param lines how many stand from the offset to the end */
    public record Place(long offset, long lines) {}

    /** Where the last so many lines begin; a last one without its newline is one. */
    public Place tail(long wanted) throws IOException {
        long end = stream.end();
        if (wanted == 0) {
            return new Place(end, 0);
        }
        long least = Math.max(stream.head(), end - maxBytes);
        long lines = 0;
        long known = end;
        for (long to = end; to > least; ) {
            long from = Math.max(least, to - BLOCK_BYTES);
            byte[] block = bytes(from, to);
            if (block.length < to - from) {
                // the bound has dropped what is missing
                from = to - block.length;
                least = from;
            }
            for (int i = block.length - 1; i >= 0; i--) {
                if (block[i] == '\n' && from + i != end - 1) {
                    lines++;
                    known = from + i + 1;
                    if (lines == wanted) {
                        return new Place(known, lines);
                    }
                }
            }
            to = from;
        }
        if (least == end) {
            return new Place(end, 0);
        }
        // at the head begins a line, or what is left of one; where the search was cut short only what was found is one
        boolean cutShort = least > stream.head();
        return cutShort && lines > 0 ? new Place(known, lines) : new Place(least, lines + 1);
    }

    /** Where the first line begins that began at this time or later; {@code lines} is counted up to {@code maxBytes}. */
    public Place since(long millis) throws IOException {
        long offset = lineStart(stream.since(millis));
        long lines = 0;
        long end = stream.end();
        boolean open = false;
        for (long at = offset; at < end && at < offset + maxBytes; ) {
            LogStream.Chunk chunk = stream.read(at, BLOCK_BYTES);
            if (chunk.data().length == 0) {
                break;
            }
            for (byte b : chunk.data()) {
                open = b != '\n';
                lines += open ? 0 : 1;
            }
            at = chunk.offset() + chunk.data().length;
        }
        return new Place(offset, lines + (open ? 1 : 0));
    }

    /** The offset itself where a line begins there, else behind the next newline. */
    private long lineStart(long offset) throws IOException {
        if (offset <= stream.head()) {
            return stream.head();
        }
        for (long at = offset - 1; at < stream.end(); ) {
            LogStream.Chunk chunk = stream.read(at, BLOCK_BYTES);
            for (int i = 0; i < chunk.data().length; i++) {
                if (chunk.data()[i] == '\n') {
                    return chunk.offset() + i + 1;
                }
            }
            if (chunk.data().length == 0) {
                break;
            }
            at = chunk.offset() + chunk.data().length;
        }
        return stream.end();
    }

    /** These bytes; fewer, from the back, where the first were dropped meanwhile. */
    private byte[] bytes(long from, long to) throws IOException {
        byte[] all = new byte[(int) (to - from)];
        long begun = from;
        for (long at = from; at < to; ) {
            LogStream.Chunk chunk = stream.read(at, (int) (to - at));
            if (chunk.offset() >= to || chunk.data().length == 0) {
                return new byte[0];
            }
            if (chunk.offset() > at) {
                begun = chunk.offset();
            }
            int length = (int) Math.min(chunk.data().length, to - chunk.offset());
            System.arraycopy(chunk.data(), 0, all, (int) (chunk.offset() - from), length);
            at = chunk.offset() + length;
        }
        return begun == from ? all : Arrays.copyOfRange(all, (int) (begun - from), all.length);
    }
}
