package io.holdfast.keeper;

import io.holdfast.keeper.api.Event;
import io.holdfast.keeper.api.Frame;
import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.Wire;
import io.holdfast.keeper.exec.PendingStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Two threads: one reads frames, one writes them, so that neither a slow client nor a long request holds up
 * anything but itself. A client that does not read its answers is hung up on.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** Read in pieces, so that a length alone allocates nothing. */
    private static final int PIECE_BYTES = 64 << 10;

    /** How long a client may take to read why it is hung up on. */
    private static final long LAST_WORD_MILLIS = 1_000;

    /** Behind the last frame. */
    private static final byte[] END = {};

    private final SocketChannel channel;
    private final Dispatcher dispatcher;
    private final Watchers watchers;
    private final Semaphore frameBytes;
    private final Consumer<Connection> onClose;
    private final Upgrade upgrade;
    private final boolean root;
    private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(Limits.MAX_OUTGOING_FRAMES);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Consumer<Event> watcher = event -> send(Wire.event(event));
    private final Thread reader = new Thread(this::read, "keeper-client-in");
    private final Thread writer = new Thread(this::write, "keeper-client-out");
    /** {@code hello} is answered on the reading thread, so only that one touches it. */
    private boolean greeted;

    private boolean watching;
    /** The channel is a session's now. Only the reading thread touches it. */
    private boolean handedOver;

    Connection(
            SocketChannel channel,
            Dispatcher dispatcher,
            Watchers watchers,
            Semaphore frameBytes,
            Upgrade upgrade,
            boolean root,
            Consumer<Connection> onClose) {
        this.channel = channel;
        this.dispatcher = dispatcher;
        this.watchers = watchers;
        this.frameBytes = frameBytes;
        this.upgrade = upgrade;
        this.root = root;
        this.onClose = onClose;
    }

    void start() {
        reader.setDaemon(true);
        writer.setDaemon(true);
        // the reader waits for the writer's last word: that one must be there first
        writer.start();
        reader.start();
    }

    private void read() {
        try {
            while (true) {
                readFrame();
            }
        } catch (EOFException e) {
            LOG.debug("a client has hung up");
        } catch (IOException e) {
            LOG.debug("a client is gone: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a connection failed", e);
        } finally {
            if (handedOver) {
                onClose.accept(this);
            } else {
                close();
            }
        }
    }

    private void readFrame() throws IOException {
        ByteBuffer prefix = ByteBuffer.allocate(4);
        fill(prefix);
        int length = prefix.flip().getInt();
        if (length <= 0 || length > Frame.MAX_BYTES) {
            sendLast(new KeeperError(
                    "bad-request", "a frame of %d bytes is not between 1 and %d".formatted(length, Frame.MAX_BYTES)));
        }
        if (!frameBytes.tryAcquire(length)) {
            sendLast(RefusedException.busy("too many bytes of requests are under way")
                    .error());
        }
        try {
            handle(Wire.readRequest(body(length)));
        } catch (Wire.BadFrame e) {
            // its length was right, so the next frame begins where it should
            send(Wire.failure(e.id(), new KeeperError("bad-request", e.getMessage())));
        } finally {
            frameBytes.release(length);
        }
    }

    private byte[] body(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(length, PIECE_BYTES));
        while (true) {
            fill(bytes);
            if (bytes.capacity() == length) {
                return bytes.array();
            }
            bytes = ByteBuffer.allocate((int) Math.min(length, bytes.capacity() * 2L))
                    .put(bytes.flip());
        }
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException();
            }
        }
    }

    private void handle(Wire.Call call) throws IOException {
        Request request = call.body();
        if (!greeted && !(request instanceof Request.Hello)) {
            sendLast(new KeeperError("bad-request", "hello must be the first request"));
        }
        if (request instanceof Request.CreateContainer && !root) {
            // it takes descriptors out of a process that the client names, and runs hooks as root
            send(Wire.failure(
                    call.id(),
                    RefusedException.byPolicy("only root may have an OCI configuration taken as it stands")
                            .error()));
            return;
        }
        if (request instanceof Request.Watch) {
            if (!watching) {
                watching = true;
                watchers.add(watcher);
            }
            send(Wire.answer(call.id(), new Reply.Done()));
            return;
        }
        if (request instanceof Request.Exec
                || request instanceof Request.Attach
                || request instanceof Request.PutLayer) {
            open(call);
            return;
        }
        if (inFlight.incrementAndGet() > Limits.MAX_IN_FLIGHT && !(request instanceof Request.Renew)) {
            inFlight.decrementAndGet();
            send(Wire.failure(
                    call.id(),
                    RefusedException.busy("%d requests are not answered yet, the most", Limits.MAX_IN_FLIGHT)
                            .error()));
            return;
        }
        if (request instanceof Request.Upgrade) {
            upgrade(call);
            return;
        }
        dispatcher.dispatch(request).whenComplete((reply, failure) -> {
            inFlight.decrementAndGet();
            if (failure == null && request instanceof Request.Hello) {
                greeted = true;
            }
            send(failure == null ? Wire.answer(call.id(), reply) : Wire.failure(call.id(), Dispatcher.error(failure)));
        });
    }

    /** Becomes a session, or answers why not. The client has nothing to say until it knows, so nothing is read meanwhile. */
    private void open(Wire.Call call) throws IOException {
        if (inFlight.get() > 0 || watching) {
            send(Wire.failure(
                    call.id(),
                    RefusedException.conflict(
                                    "%s needs a connection of its own: this one has other requests under way",
                                    Wire.nameOf(call.body()))
                            .error()));
            return;
        }
        PendingStream stream;
        CompletableFuture<PendingStream> opening = dispatcher.open(call.body());
        try {
            stream = opening.get(Limits.OPEN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            send(Wire.failure(call.id(), Dispatcher.error(e.getCause())));
            return;
        } catch (TimeoutException | InterruptedException e) {
            opening.thenAccept(PendingStream::abandon);
            sendLast(RefusedException.busy(
                            "%s was not answered within %d ms", Wire.nameOf(call.body()), Limits.OPEN_MILLIS)
                    .error());
            return;
        }
        send(Wire.answer(call.id(), stream.reply()));
        outgoing.offer(END);
        try {
            writer.join(LAST_WORD_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive() || !channel.isOpen()) {
            stream.abandon();
            throw new EOFException();
        }
        handedOver = true;
        stream.begin(channel);
        throw new EOFException();
    }

    private void upgrade(Wire.Call call) {
        upgrade.prepare(root).whenComplete((found, failure) -> {
            inFlight.decrementAndGet();
            if (failure != null) {
                send(Wire.failure(call.id(), Dispatcher.error(failure)));
                return;
            }
            send(Wire.answer(call.id(), new Reply.Upgrading(found.version())));
            upgrade.execute(found);
        });
    }

    /** The client gets what it was answered so far, within a bound; then it is hung up on. */
    void farewell(long millis) {
        outgoing.offer(END);
        try {
            writer.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    /** Queued, never blocking. */
    private void send(byte[] frame) {
        if (!outgoing.offer(frame)) {
            LOG.warn("a client does not read its answers: hanging up");
            close();
        }
    }

    /** The client is told, and nothing more is read from it. */
    private void sendLast(KeeperError error) throws IOException {
        send(Wire.failure(0, error));
        outgoing.offer(END);
        try {
            writer.join(LAST_WORD_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new EOFException();
    }

    private void write() {
        try {
            for (byte[] frame = outgoing.take(); frame != END; frame = outgoing.take()) {
                ByteBuffer bytes = ByteBuffer.allocate(4 + frame.length)
                        .putInt(frame.length)
                        .put(frame)
                        .flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (IOException e) {
            LOG.debug("a client is gone: {}", e.getMessage());
            close();
        } catch (InterruptedException e) {
            LOG.trace("closed");
        }
    }

    void close() {
        watchers.remove(watcher);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a connection: {}", e.getMessage());
        }
        writer.interrupt();
        onClose.accept(this);
    }
}
