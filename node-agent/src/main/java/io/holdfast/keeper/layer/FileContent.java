package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.TreeCalls;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Moves the content of entries from the archive to files. Blocks of zeros become holes. */
final class FileContent {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int BLOCK_BYTES = 4 << 10;
    private static final byte[] ZEROS = new byte[64 << 10];

    private final RawTar tar;
    private final TreeCalls calls;
    private final Budget budget;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final CRC32C crc = new CRC32C();

    /** How long the file has become by what was written to it. */
    private long written;

    FileContent(RawTar tar, TreeCalls calls, Budget budget) {
        this.tar = tar;
        this.calls = calls;
        this.budget = budget;
    }

    /** @return CRC32C of the whole content, holes as zeros */
    int write(int fd, TarEntry entry) throws IOException {
        budget.content(entry.size());
        crc.reset();
        written = 0;
        if (entry.sparse()) {
            long at = 0;
            for (TarEntry.Extent extent : entry.data()) {
                hole(extent.offset() - at);
                copy(fd, extent.offset(), extent.length());
                at = extent.offset() + extent.length();
            }
            hole(entry.size() - at);
        } else {
            copy(fd, 0, entry.size());
        }
        if (written < entry.size()) {
            calls.truncate(fd, entry.size());
        }
        return (int) crc.getValue();
    }

    /** Reads and drops the content of an entry that needs none. */
    void drop(TarEntry entry) throws IOException {
        if (entry.sparse()) {
            throw new Refusal("has holes, and is no file");
        }
        // the parser takes a directory's size for nothing
        if (entry.kind() != TarEntry.Kind.DIRECTORY && entry.size() > 0) {
            budget.content(entry.size());
            while (tar.read(buffer, 0, buffer.length) > 0) {
                // on to the next header
            }
        }
    }

    private void copy(int fd, long offset, long length) throws IOException {
        for (long done = 0; done < length; ) {
            int wanted = (int) Math.min(buffer.length, length - done);
            int filled = 0;
            while (filled < wanted) {
                int count = tar.read(buffer, filled, wanted - filled);
                if (count <= 0) {
                    throw new Refusal("the archive ends within its content");
                }
                filled += count;
            }
            crc.update(buffer, 0, filled);
            writeData(fd, filled, offset + done);
            done += filled;
        }
    }

    /** Writes runs of blocks that are not all zeros. */
    private void writeData(int fd, int length, long offset) throws IOException {
        int from = 0;
        for (int at = 0; at < length; at += BLOCK_BYTES) {
            int block = Math.min(BLOCK_BYTES, length - at);
            if (block == BLOCK_BYTES && isZero(at)) {
                write(fd, from, at, offset);
                from = at + block;
            }
        }
        write(fd, from, length, offset);
    }

    private void write(int fd, int from, int to, long offset) throws IOException {
        if (from < to) {
            calls.write(fd, buffer, from, to - from, offset + from);
            written = offset + to;
        }
    }

    private boolean isZero(int at) {
        // most blocks show it in their first byte
        return buffer[at] == 0 && Arrays.equals(buffer, at, at + BLOCK_BYTES, ZEROS, 0, BLOCK_BYTES);
    }

    private void hole(long length) throws IOException {
        for (long left = length; left > 0; ) {
            long skipped = tar.skip(left);
            if (skipped <= 0) {
                // a last hole that the map does not speak of
                break;
            }
            left -= skipped;
        }
        for (long left = length; left > 0; ) {
            int part = (int) Math.min(left, ZEROS.length);
            crc.update(ZEROS, 0, part);
            left -= part;
        }
    }
}
