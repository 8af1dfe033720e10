package io.holdfast.agent.pull;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A layer's tar that ends with an exception once nobody wants it and there is more of it. Not at its very end: the keeper has all of it
 * then, and whether the layer has come must be known.
 */
final class CancellableStream extends FilterInputStream {
    private final LayerFetch fetch;

    CancellableStream(InputStream tar, LayerFetch fetch) {
        super(tar);
        this.fetch = fetch;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        if (read >= 0) {
            fetch.check();
        }
        return read;
    }
}
