package io.holdfast.agent.image;

import io.holdfast.agent.image.ImageException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Hashes and counts what passes; answers the end only when digest and size were right. */
public final class VerifiedStream extends InputStream {
    /** No size is known. */
    public static final long ANY_SIZE = -1;

    private final InputStream in;
    private final String digest;
    private final long sizeBytes;
    private final MessageDigest hash = Digests.sha256();
    private long count;
    private boolean verified;

    public VerifiedStream(InputStream in, String digest, long sizeBytes) {
        this.in = in;
        this.digest = digest;
        this.sizeBytes = sizeBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int n = in.read(into, offset, length);
        if (n >= 0) {
            count += n;
            if (sizeBytes != ANY_SIZE && count > sizeBytes) {
                throw new ImageException(Kind.CORRUPT, "is longer than the " + sizeBytes + " bytes it should have");
            }
            hash.update(into, offset, n);
            return n;
        }
        verify();
        return -1;
    }

    private void verify() throws ImageException {
        if (verified) {
            return;
        }
        if (sizeBytes != ANY_SIZE && count != sizeBytes) {
            throw new ImageException(Kind.CORRUPT, "ends after " + count + " of " + sizeBytes + " bytes");
        }
        String found = Digests.of(hash);
        if (!found.equals(digest)) {
            throw new ImageException(
                    Kind.CORRUPT, "has content of digest " + found + " where " + digest + " should be");
        }
        verified = true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
