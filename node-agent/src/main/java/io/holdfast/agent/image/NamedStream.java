package io.holdfast.agent.image;

import io.holdfast.agent.image.ImageException.Kind;
import java.io.IOException;
import java.io.InputStream;

/** Fails with {@link ImageException}s alone, that say which layer of which image it was, and goes on failing once it has. */
final class NamedStream extends InputStream {
    private final InputStream in;
    private final String what;
    private ImageException failure;

    NamedStream(InputStream in, String what) {
        this.in = in;
        this.what = what;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            return in.read(into, offset, length);
        } catch (ImageException e) {
            failure = e.about(what);
            throw failure;
        } catch (IOException e) {
            failure = new ImageException(Kind.CORRUPT, what + ": " + e.getMessage(), e);
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
