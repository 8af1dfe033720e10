package io.holdfast.keeper.api;

import io.holdfast.keeper.oci.Spec;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A client of the keeper's socket that blocks: for tools, tests and measurements. Thread-safe; requests of several threads
 * are under way together on its one connection.
 */
public final class KeeperClient implements AutoCloseable {

    /** How long an answer may take, beyond what the request itself waits for. */
    public static final long ANSWER_MILLIS = 60_000;

    /** The new program is started to be asked, and what is under way comes to its end. */
    private static final long UPGRADE_MILLIS = 60_000;

    private final SocketChannel channel;
    private final Map<Long, CompletableFuture<Wire.Incoming>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final Consumer<Event> events;
    private final Object writing = new Object();
    private final CompletableFuture<IOException> hungUp = new CompletableFuture<>();
    private volatile IOException broken;

    /** The keeper did not fulfil a request. */
    public static final class RequestFailedException extends IOException {
        private static final long serialVersionUID = 1;
        private final transient KeeperError error;

        RequestFailedException(KeeperError error) {
            super(error.code() + ": " + error.message());
            this.error = error;
        }

        public KeeperError error() {
            return error;
        }
    }

    private KeeperClient(SocketChannel channel, Consumer<Event> events) {
        this.channel = channel;
        this.events = events;
    }

    /** Connects and says hello. */
    public static KeeperClient connect(Path socket) throws IOException {
        return connect(socket, event -> {});
    }

    /** @param events told on the client's own thread, once {@link Request.Watch} was sent */
    public static KeeperClient connect(Path socket, Consumer<Event> events) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot reach a keeper on %s: %s".formatted(socket, e.getMessage()), e);
        }
        KeeperClient client = new KeeperClient(channel, events);
        Thread reader = new Thread(client::read, "keeper-client");
        reader.setDaemon(true);
        reader.start();
        try {
            client.hello();
        } catch (IOException e) {
            client.close();
            throw e;
        }
        return client;
    }

    public Reply.Hello hello() throws IOException {
        return call(new Request.Hello(Frame.PROTOCOL), Reply.Hello.class);
    }

    public void createSandbox(Request.CreateSandbox request) throws IOException {
        call(request, Reply.Done.class);
    }

    public Reply.Started start(Request.StartContainer request) throws IOException {
        return call(request, Reply.Started.class);
    }

    public void signal(String container, int signal) throws IOException {
        call(new Request.SignalContainer(container, signal), Reply.Done.class);
    }

    public void stop(String container, int signal, long graceMillis) throws IOException {
        call(new Request.StopContainer(container, signal, graceMillis), Reply.Done.class);
    }

    public void removeContainer(String container) throws IOException {
        call(new Request.RemoveContainer(container), Reply.Done.class);
    }

    public void removeSandbox(String sandbox) throws IOException {
        call(new Request.RemoveSandbox(sandbox), Reply.Done.class);
    }

    public Reply.Sandboxes list() throws IOException {
        return call(new Request.List(), Reply.Sandboxes.class);
    }

    public Reply.LogChunk readLog(Request.ReadLog request) throws IOException {
        return call(request, Reply.LogChunk.class);
    }

    public Reply.LogPlace findLog(Request.FindLog request) throws IOException {
        return call(request, Reply.LogPlace.class);
    }

    /** @return the version of the program that takes over; the connection ends after it */
    public String upgrade() throws IOException {
        return call(new Request.Upgrade(), Reply.Upgrading.class).version();
    }

    public void renew(long ttlMillis) throws IOException {
        call(new Request.Renew(ttlMillis), Reply.Done.class);
    }

    public void update(String container, Spec.Resources resources) throws IOException {
        call(new Request.UpdateContainer(container, resources), Reply.Done.class);
    }

    /** @param sandboxes empty for all */
    public Reply.Stats stats(List<String> sandboxes) throws IOException {
        return call(new Request.Stats(sandboxes), Reply.Stats.class);
    }

    public void watch() throws IOException {
        call(new Request.Watch(), Reply.Done.class);
    }

    /** Completed when the connection has ended, by either side: no event comes any more. */
    public CompletableFuture<IOException> hungUp() {
        return hungUp;
    }

    /** @throws RequestFailedException with the keeper's own words */
    public <T extends Reply> T call(Request request, Class<T> reply) throws IOException {
        long id = ids.incrementAndGet();
        CompletableFuture<Wire.Incoming> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            if (broken != null) {
                throw new IOException("the keeper has hung up: " + broken.getMessage(), broken);
            }
            send(Wire.request(id, request));
            Wire.Incoming incoming = answer.get(ANSWER_MILLIS + waitMillis(request), TimeUnit.MILLISECONDS);
            if (incoming.failed()) {
                throw new RequestFailedException(incoming.error());
            }
            return Wire.body(incoming, reply);
        } catch (TimeoutException e) {
            throw new IOException("no answer to %s in time".formatted(Wire.nameOf(request)), e);
        } catch (ExecutionException e) {
            throw new IOException("the keeper has hung up: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            waiting.remove(id);
        }
    }

    private static long waitMillis(Request request) {
        if (request instanceof Request.StopContainer stop) {
            return stop.graceMillis();
        }
        if (request instanceof Request.Upgrade) {
            return UPGRADE_MILLIS;
        }
        return request instanceof Request.ReadLog read ? read.waitMillis() : 0;
    }

    private void send(byte[] frame) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .flip();
        synchronized (writing) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private void read() {
        try {
            while (true) {
                Wire.Incoming incoming = Wire.readIncoming(frame());
                if (incoming.isEvent()) {
                    events.accept(Wire.event(incoming));
                    continue;
                }
                if (incoming.id() == 0 && incoming.failed()) {
                    throw new RequestFailedException(incoming.error());
                }
                CompletableFuture<Wire.Incoming> answer = waiting.get(incoming.id());
                if (answer != null) {
                    answer.complete(incoming);
                }
            }
        } catch (IOException e) {
            broken = e;
            // first, so that whoever learns of it by an answer finds it done
            hungUp.complete(e);
            waiting.values().forEach(answer -> answer.completeExceptionally(e));
        }
    }

    private byte[] frame() throws IOException {
        ByteBuffer prefix = ByteBuffer.allocate(4);
        fill(prefix);
        int length = prefix.flip().getInt();
        if (length <= 0 || length > Frame.MAX_BYTES) {
            throw new IOException("a frame of %d bytes is not between 1 and %d".formatted(length, Frame.MAX_BYTES));
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        fill(body);
        return body.array();
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("end of stream");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
