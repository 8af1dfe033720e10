package io.holdfast.keeper.exec;

import io.holdfast.keeper.api.ExecFrames;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.log.LogStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that follows a container. What it is told comes from the log, so that a slow one holds up neither the container nor the
 * others: it lags, and misses what the log's bound has dropped meanwhile. On the sessions' thread only.
 */
final class AttachSession implements ClientSocket.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(AttachSession.class);

    /** One stream, how far it was told, and what is waited for. */
    private static final class Follower {
        final LogStream stream;
        final int kind;
        long offset;
        boolean reading;
        boolean ended;
        CompletableFuture<Void> waiting = CompletableFuture.completedFuture(null);

        Follower(LogStream stream, int kind, long offset) {
            this.stream = stream;
            this.kind = kind;
            this.offset = offset;
        }
    }

    private final Streams streams;
    private final Streams.Attached container;
    private final Runnable onOver;
    private final List<Follower> followers = new ArrayList<>();
    private ClientSocket client;
    private Optional<Reply.Exit> exit = Optional.empty();
    private int windowBytes;
    private int uncreditedBytes;
    private boolean over;

    AttachSession(Streams streams, Streams.Attached container, Runnable onOver) {
        this.streams = streams;
        this.container = container;
        this.onOver = onOver;
        this.windowBytes = container.terminal().isPresent() ? ExecSession.INPUT_WINDOW_BYTES : 0;
        container.stdout().ifPresent(from -> add(from, ExecFrames.STDOUT));
        container.stderr().ifPresent(from -> add(from, ExecFrames.STDERR));
    }

    private void add(Streams.From from, int kind) {
        followers.add(new Follower(from.stream(), kind, from.offset()));
    }

    void begin(SocketChannel channel) {
        try {
            client = new ClientSocket(channel, streams, this);
        } catch (IOException e) {
            LOG.debug("an attached client is gone: {}", e.getMessage());
            release();
            return;
        }
        container
                .ended()
                .thenAccept(how -> streams.poller.execute(() -> {
                    exit = Optional.of(how);
                    finish();
                }));
        followers.forEach(this::follow);
    }

    private void follow(Follower follower) {
        if (over || follower.ended || follower.reading || client.full()) {
            return;
        }
        follower.reading = true;
        follower.waiting = follower.stream.readable(follower.offset);
        follower.waiting
                .thenApplyAsync(nothing -> read(follower), container.reads())
                .whenComplete((chunk, failure) -> streams.poller.execute(() -> deliver(follower, chunk, failure)));
    }

    private static LogStream.Chunk read(Follower follower) {
        try {
            return follower.stream.read(follower.offset, ExecFrames.MAX_DATA_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deliver(Follower follower, LogStream.Chunk chunk, Throwable failure) {
        follower.reading = false;
        if (over) {
            return;
        }
        if (failure != null) {
            LOG.warn("an attached client misses the rest of a stream: {}", failure.toString());
            follower.ended = true;
        } else {
            if (chunk.data().length > 0) {
                client.send(ExecFrames.frame(follower.kind, chunk.data()));
            }
            follower.offset = chunk.offset() + chunk.data().length;
            follower.ended = chunk.end();
        }
        follow(follower);
        finish();
    }

    private void finish() {
        if (!over && exit.isPresent() && followers.stream().allMatch(follower -> follower.ended)) {
            client.send(ExecFrames.exit(exit.get()));
            client.closeWhenSent();
            release();
        }
    }

    @Override
    public void frame(int kind, ByteBuffer data) throws IOException {
        switch (kind) {
            case ExecFrames.INPUT -> {
                windowBytes -= data.remaining();
                if (windowBytes < 0) {
                    throw new IOException("more input than there was credit for");
                }
                container.terminal().orElseThrow().type(data, this::taken);
            }
            case ExecFrames.CLOSE_INPUT -> LOG.trace("others may type on");
            case ExecFrames.RESIZE -> {
                ClientSocket.Size size = ClientSocket.size(data);
                if (container.terminal().isPresent()) {
                    container.terminal().get().resize(size.rows(), size.columns());
                }
            }
            case ExecFrames.SIGNAL -> container.signal().accept(ClientSocket.signal(data));
            default -> throw new IOException("frame of kind " + kind + " is unknown");
        }
    }

    private void taken(int bytes) {
        uncreditedBytes += bytes;
        credit();
    }

    private void credit() {
        if (!over && uncreditedBytes > 0 && !client.full()) {
            windowBytes += uncreditedBytes;
            int bytes = uncreditedBytes;
            uncreditedBytes = 0;
            client.send(ExecFrames.credit(bytes));
        }
    }

    @Override
    public void drained() {
        credit();
        followers.forEach(this::follow);
    }

    @Override
    public void gone() {
        release();
    }

    /** The client is let go; the container runs on. */
    void release() {
        if (over) {
            return;
        }
        over = true;
        // who waits no longer says so, or the stream would remember it for the container's life
        followers.forEach(follower -> follower.waiting.complete(null));
        streams.forget(this);
        onOver.run();
    }

    void close() {
        if (client != null) {
            client.close();
        }
        release();
    }
}
