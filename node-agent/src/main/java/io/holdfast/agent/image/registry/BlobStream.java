package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A blob's bytes, taken up again where they were cut: at the same place while it lasts, then at the next. */
final class BlobStream extends InputStream {
    private final List<Endpoint> endpoints;
    private final Source source;
    private final long sizeBytes;
    private final Pacing pacing;
    private final Retry retry;
    private final Progress progress;
    private final Set<Endpoint> sources = new LinkedHashSet<>();
    private final List<String> given = new ArrayList<>();

    private InputStream body;
    private int endpoint;
    private int failures;
    private long position;
    private long lastFailure;
    private boolean closed;

    /** Where the bytes come from. */
    interface Source {
        /** The blob from {@code position} on. */
        InputStream open(Endpoint endpoint, long position) throws Trouble;
    }

    BlobStream(List<Endpoint> endpoints, Source source, long sizeBytes, Pacing pacing, Retry retry, Progress progress) {
        this.endpoints = List.copyOf(endpoints);
        this.source = source;
        this.sizeBytes = sizeBytes;
        this.pacing = pacing;
        this.retry = retry;
        this.progress = progress;
    }

    /** Until the first answer; so that what is not there is told before anything is read. */
    BlobStream connect() throws ImageException {
        while (body == null) {
            try {
                body = source.open(endpoints.get(endpoint), position);
            } catch (Trouble trouble) {
                failed(trouble);
            }
        }
        return this;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        while (true) {
            connect();
            String host = endpoints.get(endpoint).host();
            try {
                int n = body.read(into, offset, length);
                if (n >= 0) {
                    sources.add(endpoints.get(endpoint));
                    position += n;
                    progress.bytes(n);
                    return n;
                }
                if (position >= sizeBytes) {
                    return -1;
                }
                failed(new Trouble(Kind.TEMPORARY, host + " ended the transfer" + at()));
            } catch (ImageException e) {
                throw e;
            } catch (IOException e) {
                failed(new Trouble(Kind.TEMPORARY, host + " " + e.getMessage() + at(), e));
            }
        }
    }

    /** Whoever sent a part. */
    Set<Endpoint> sources() {
        return sources;
    }

    /** Waits, or goes on to the next place, or gives up. */
    private void failed(Trouble trouble) throws ImageException {
        drop();
        // whoever sends a good part between two cuts may be cut often
        failures = position - lastFailure >= pacing.progressBytes() ? 1 : failures + 1;
        lastFailure = position;
        boolean mirror = endpoints.get(endpoint).mirror();
        boolean again = trouble.again() && failures < (mirror ? pacing.mirrorAttempts() : pacing.attempts());
        if (!again && endpoint + 1 == endpoints.size() || Thread.currentThread().isInterrupted()) {
            throw Mirrors.told(Retry.given(trouble, failures), given);
        }
        progress.again(trouble.getMessage());
        if (again) {
            retry.await(failures, trouble);
        } else {
            given.add(trouble.getMessage());
            endpoint++;
            failures = 0;
        }
    }

    private String at() {
        return " after " + position + " of " + sizeBytes + " bytes";
    }

    private void drop() throws ImageException {
        if (body != null) {
            try {
                body.close();
            } catch (IOException e) {
                throw new ImageException(Kind.TEMPORARY, "a broken transfer could not be closed", e);
            }
            body = null;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        drop();
    }
}
