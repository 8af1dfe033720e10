package io.holdfast.agent.pull;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A layer's tar that ends with an exception once nobody wants it. */
final class CancellableStream extends FilterInputStream {
    private final LayerFetch fetch;

    CancellableStream(InputStream tar, LayerFetch fetch) {
        super(tar);
        this.fetch = fetch;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        fetch.check();
        return super.read(bytes, offset, length);
    }
}
