package io.holdfast.agent.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates gzip (RFC 1952) of any number of members.
 *
 * <p>Not {@code GZIPInputStream}: that one asks {@code available()} whether a second member follows, which a network answers
 * with 0 at a bad moment, and takes garbage after the last member for its end. Not commons-compress either: it keeps a
 * member's name in memory however long that is.
 */
final class GzipStream extends InputStream {
    private static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;
    private static final int DEFLATE = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final InputStream in;
    private final byte[] buffer = new byte[ImageLimits.BUFFER_BYTES];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private int at;
    private int limit;
    private int headerLeft;
    private long members;
    private boolean inMember;
    private boolean ended;

    GzipStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember && !header()) {
                ended = true;
                break;
            }
            int n = inflate(into, offset, length);
            if (n > 0) {
                crc.update(into, offset, n);
                return n;
            }
            if (inflater.finished()) {
                at = limit - inflater.getRemaining();
                trailer();
            } else if (inflater.needsDictionary()) {
                throw new IOException("is no sound gzip: it asks for a dictionary");
            } else if (!fill()) {
                throw new EOFException("ends in the middle of its gzip stream");
            } else {
                inflater.setInput(buffer, at, limit - at);
            }
        }
        return -1;
    }

    private int inflate(byte[] into, int offset, int length) throws IOException {
        try {
            return inflater.inflate(into, offset, length);
        } catch (DataFormatException e) {
            throw new IOException("is no sound gzip: " + e.getMessage(), e);
        }
    }

    /** False where the input ends instead. */
    private boolean header() throws IOException {
        if (at == limit && !fill()) {
            if (members == 0) {
                throw new EOFException("is empty where gzip should be");
            }
            return false;
        }
        headerLeft = ImageLimits.MAX_GZIP_HEADER_BYTES;
        if (next() != MAGIC_1 || next() != MAGIC_2) {
            throw new IOException(
                    members == 0 ? "is no gzip" : "has bytes after the end of its gzip stream that belong to nothing");
        }
        int method = next();
        int flags = next();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw new IOException("is gzip of an unknown kind (method " + method + ", flags " + flags + ")");
        }
        skip(6); // time, extra flags, system
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        crc.reset();
        inflater.reset();
        inflater.setInput(buffer, at, limit - at);
        members++;
        inMember = true;
        return true;
    }

    private void trailer() throws IOException {
        headerLeft = Long.BYTES;
        long sum = int32();
        long size = int32();
        // the size is told modulo 2^32
        if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new IOException("is no sound gzip: its checksum or length is wrong");
        }
        inMember = false;
    }

    private long int32() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        int c;
        do {
            c = next();
        } while (c != 0);
    }

    private int next() throws IOException {
        if (headerLeft-- <= 0) {
            throw new IOException("has a gzip header above " + ImageLimits.MAX_GZIP_HEADER_BYTES + " bytes, the most");
        }
        if (at == limit && !fill()) {
            throw new EOFException("ends in the middle of its gzip stream");
        }
        return buffer[at++] & 0xff;
    }

    private boolean fill() throws IOException {
        at = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
