package io.holdfast.keeper.layer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A layer's archive as it comes in: digests every byte, and bounds what is read while the parser looks for the next entry. Long names,
 * pax records and maps of holes are kept in memory whole, and the parser calls itself for each header that announces another, so that
 * without the bound an archive decides how much heap and stack it takes.
 */
final class LayerInput extends InputStream {
    private static final int BUFFER_BYTES = 128 << 10;

    private final InputStream source;
    private final LayerLimits limits;
    private final MessageDigest digest;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int length;

    /** How much more may be read before {@link #endHeader}. */
    private long allowance = Long.MAX_VALUE;

    LayerInput(InputStream source, LayerLimits limits) {
        this.source = source;
        this.limits = limits;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void beginHeader() {
        allowance = limits.headerBytes();
    }

    void endHeader() {
        allowance = Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
        spend(1);
        if (at == length && !fill()) {
            return -1;
        }
        return buffer[at++] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (at == length && !fill()) {
            return -1;
        }
        int part = Math.min(count, length - at);
        spend(part);
        System.arraycopy(buffer, at, bytes, from, part);
        at += part;
        return part;
    }

    @Override
    public long skip(long count) throws IOException {
        if (count <= 0 || at == length && !fill()) {
            return 0;
        }
        long part = Math.min(count, length - at);
        spend(part);
        at += (int) part;
        return part;
    }

    @Override
    public int available() {
        return length - at;
    }

    private void spend(long count) throws Refusal {
        allowance -= count;
        if (allowance < 0) {
            throw new Refusal("headers of one entry are above %d bytes".formatted(limits.headerBytes()));
        }
    }

    private boolean fill() throws IOException {
        at = 0;
        length = 0;
        int count = source.read(buffer, 0, buffer.length);
        if (count < 0) {
            return false;
        }
        if (count == 0) {
            throw new EOFException("the archive's source gives nothing");
        }
        length = count;
        digest.update(buffer, 0, count);
        return true;
    }

    /** Reads on to the end. Once only. */
    DiffId drain() throws IOException {
        long trailing = length - at;
        while (fill()) {
            trailing += length;
            if (trailing > limits.trailingBytes()) {
                throw new Refusal("more than %d bytes follow the archive's end".formatted(limits.trailingBytes()));
            }
        }
        return DiffId.ofHex(HexFormat.of().formatHex(digest.digest()));
    }
}
