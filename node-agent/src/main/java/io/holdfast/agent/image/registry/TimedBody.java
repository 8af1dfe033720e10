package io.holdfast.agent.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A response's body as a stream that gives up when no byte comes for a while. The JDK's own stream waits for ever: its
 * client has a time-out for the head of a response, not for the body.
 *
 * <p>Few parts are asked for ahead, so that what waits in memory is bounded (16 KiB each, mostly); closing early closes the
 * connection.
 */
final class TimedBody extends InputStream implements BodySubscriber<InputStream> {
    /** Parts under way. Two, and the connection would wait for the reader at each. */
    private static final int AHEAD = 8;

    private static final List<ByteBuffer> END = List.of();

    private final long stallMillis;
    private final BlockingQueue<List<ByteBuffer>> parts = new LinkedBlockingQueue<>();
    private final CompletableFuture<InputStream> ready = new CompletableFuture<>();
    private final ArrayDeque<ByteBuffer> current = new ArrayDeque<>();
    private volatile Flow.Subscription subscription;
    private volatile Throwable failure;
    private volatile boolean closed;
    private boolean ended;

    TimedBody(long stallMillis) {
        this.stallMillis = stallMillis;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return ready;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else {
            given.request(AHEAD);
        }
        ready.complete(this);
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
        parts.add(part);
    }

    @Override
    public void onError(Throwable error) {
        failure = error;
        parts.add(END);
        ready.complete(this);
    }

    @Override
    public void onComplete() {
        parts.add(END);
        ready.complete(this);
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
        while (current.isEmpty()) {
            if (ended) {
                return -1;
            }
            next();
        }
        ByteBuffer buffer = current.peek();
        int n = Math.min(length, buffer.remaining());
        buffer.get(into, offset, n);
        if (!buffer.hasRemaining()) {
            current.poll();
        }
        return n;
    }

    private void next() throws IOException {
        List<ByteBuffer> part;
        try {
            part = closed ? null : parts.poll(stallMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (part == null) {
            boolean before = closed;
            close();
            throw before
                    ? new IOException("the stream is closed")
                    : new SocketTimeoutException("sent nothing for " + stallMillis + " ms");
        }
        // parts may be empty: only this one list is the end
        if (part == END) {
            if (failure != null) {
                throw new IOException("cut the transfer", failure);
            }
            ended = true;
            return;
        }
        for (Iterator<ByteBuffer> it = part.iterator(); it.hasNext(); ) {
            ByteBuffer buffer = it.next();
            if (buffer.hasRemaining()) {
                current.add(buffer);
            }
        }
        subscription.request(1);
    }

    @Override
    public void close() {
        closed = true;
        current.clear();
        if (subscription != null && !ended) {
            subscription.cancel();
        }
        parts.clear();
    }
}
