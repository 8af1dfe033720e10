package io.holdfast.keeper.log;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * When the bytes of a segment were written: the format of the file beside it, and its reading.
 *
 * <pre>
 * file    = "HFT" format mark*            format = 1
 * mark    = varint(offset - last offset) varint(zigzag(millis - last millis))
 * </pre>
 *
 * The first mark counts from the segment's first offset and from 1970. Varints have seven bits a byte, lowest first, as Protocol
 * Buffers have them. A mark says when the bytes from its offset on left the pipe, until the next mark. It is written before they
 * do: killed in between, a drainer leaves a mark that no byte follows, and its successor's stands at the same offset and counts.
 * What a power failure tears at the end is cut off; zeros say nothing.
 */
final class TimeMarks {
    static final byte[] HEADER = {'H', 'F', 'T', 1};

    /** Of a varint of 64 bits. */
    static final int MAX_VARINT_BYTES = 10;

    private static final int BUFFER_BYTES = 16 << 10;

    private TimeMarks() {}

    /** @param bytes length of the file up to and with this mark */
    record Mark(long offset, long atMillis, long bytes) {}

    /** Beside {@code STREAM.OFFSET}; named so that what looks for segments does not take it for one. */
    static Path file(Path directory, String stream, long first) {
        return directory.resolve("%s-times.%019d".formatted(stream, first));
    }

    interface Visitor {
        /** @return whether to go on */
        boolean visit(Mark mark);
    }

    /**
     * All marks in order; none where there is no file.
     *
     * @throws IOException for a format that this keeper does not know
     */
    static void read(Path file, long first, Visitor visitor) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            byte[] header = in.readNBytes(HEADER.length);
            if (header.length < HEADER.length) {
                return; // torn before its first mark
            }
            for (int i = 0; i < HEADER.length; i++) {
                if (header[i] != HEADER[i]) {
                    throw new IOException(
                            "%s is not a file of line times of format %d".formatted(file, HEADER[HEADER.length - 1]));
                }
            }
            Varints varints = new Varints(in);
            Mark last = new Mark(first, 0, HEADER.length);
            while (true) {
                long offset = varints.next();
                long millis = varints.next();
                if (varints.ended) {
                    return;
                }
                last = new Mark(
                        last.offset() + offset,
                        last.atMillis() + (millis >>> 1 ^ -(millis & 1)),
                        HEADER.length + varints.bytes);
                if (!visitor.visit(last)) {
                    return;
                }
            }
        } catch (NoSuchFileException e) {
            // nothing was written yet, or the bound has dropped it
        }
    }

    static Optional<Mark> last(Path file, long first) throws IOException {
        Mark[] last = new Mark[1];
        read(file, first, mark -> {
            last[0] = mark;
            return true;
        });
        return Optional.ofNullable(last[0]);
    }

    /** @return the place behind it */
    static int putVarint(byte[] bytes, int at, long value) {
        long rest = value;
        int next = at;
        while ((rest & ~0x7fL) != 0) {
            bytes[next++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[next++] = (byte) rest;
        return next;
    }

    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    private static final class Varints {
        private final InputStream in;
        private long bytes;
        private boolean ended;

        Varints(InputStream in) {
            this.in = in;
        }

        long next() throws IOException {
            long value = 0;
            for (int i = 0; i < MAX_VARINT_BYTES; i++) {
                int b = in.read();
                if (b < 0) {
                    ended = true;
                    return 0;
                }
                bytes++;
                value |= (b & 0x7fL) << 7 * i;
                if ((b & 0x80) == 0) {
                    return value;
                }
            }
            ended = true; // not of our writing: nothing behind it can be trusted
            return 0;
        }
    }
}
