package io.holdfast.agent.fake;

import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The far end of lines: welcomes, confirms, asks for streams and collects what comes; may hang or refuse. */
public final class FakeScheduler {
    public static final String TOKEN = "node-token-1";

    /** What came on one dialled-back stream. */
    public static final class Stream {
        private final Buffer bytes = Buffer.buffer();
        private final List<byte[]> messages = new CopyOnWriteArrayList<>();
        private volatile int closeStatus;
        private volatile ServerWebSocket socket;

        public synchronized String text() {
            return bytes.toString();
        }

        synchronized void took(Buffer more) {
            bytes.appendBuffer(more);
            messages.add(more.getBytes());
        }

        /** Each as it came. */
        public List<byte[]> messages() {
            return List.copyOf(messages);
        }

        /** 0 while it is open. */
        public int closeStatus() {
            return closeStatus;
        }

        public ServerWebSocket socket() {
            return socket;
        }
    }

    private final Vertx vertx;
    private final LineMessage.Welcome welcome;
    public final List<LineMessage.Hello> hellos = new CopyOnWriteArrayList<>();
    public final List<LineMessage.Answer> answers = new CopyOnWriteArrayList<>();
    public final AtomicInteger renewals = new AtomicInteger();
    private final List<ServerWebSocket> lines = new CopyOnWriteArrayList<>();
    private final Map<String, Stream> streams = new ConcurrentHashMap<>();
    private volatile boolean hung;
    private volatile boolean deaf;
    private volatile boolean slowReaders;
    private HttpServer server;

    public FakeScheduler(Vertx vertx, LineMessage.Welcome welcome) {
        this.vertx = vertx;
        this.welcome = welcome;
    }

    /** @param port 0 for any */
    public FakeScheduler start(int port) throws Exception {
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(port))
                .requestHandler(this::serve);
        server.listen().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        return this;
    }

    public void stop() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        lines.forEach(ServerWebSocket::close);
        lines.clear();
    }

    public int port() {
        return server.actualPort();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** From now on nothing is answered; connections stay. */
    public void hang(boolean now) {
        hung = now;
    }

    /** New lines are not welcomed. */
    public void ignoreHellos(boolean now) {
        deaf = now;
    }

    /** Streams are accepted and not read. */
    public void readSlowly(boolean now) {
        slowReaders = now;
    }

    public int lineCount() {
        return lines.size();
    }

    public Stream openStream(String id, String allocation, String task, String stream, boolean follow) {
        return openStream(id, new LineMessage.OpenStream(id, allocation, task, stream, follow));
    }

    /** @param ask a message that asks for a stream of this id */
    public Stream openStream(String id, LineMessage ask) {
        Stream collector = new Stream();
        streams.put(id, collector);
        sayToAll(ask);
        return collector;
    }

    public void sayToAll(LineMessage message) {
        lines.forEach(line -> say(line, message));
    }

    public void sayText(String text) {
        lines.forEach(line -> line.writeTextMessage(text));
    }

    private void serve(HttpServerRequest request) {
        if (!("Bearer " + TOKEN).equals(request.getHeader("Authorization"))) {
            request.response().setStatusCode(401).end();
        } else if (request.path().equals(LineMessage.PATH)) {
            request.toWebSocket().onSuccess(this::line);
        } else if (request.path().startsWith(LineMessage.STREAMS_PATH)) {
            Stream collector = streams.get(request.path().substring(LineMessage.STREAMS_PATH.length()));
            request.toWebSocket().onSuccess(socket -> collect(collector, socket));
        } else {
            request.response().setStatusCode(404).end();
        }
    }

    private void collect(Stream collector, ServerWebSocket socket) {
        collector.socket = socket;
        socket.binaryMessageHandler(collector::took);
        socket.closeHandler(
                closed -> collector.closeStatus = socket.closeStatusCode() == null ? -1 : socket.closeStatusCode());
        if (slowReaders) {
            socket.pause();
        }
    }

    private void line(ServerWebSocket socket) {
        lines.add(socket);
        socket.closeHandler(closed -> lines.remove(socket));
        socket.textMessageHandler(text -> {
            LineMessage message = read(text);
            if (message instanceof LineMessage.Hello hello && !deaf) {
                hellos.add(hello);
                say(socket, welcome);
            } else if (message instanceof LineMessage.Renew renew && !hung) {
                renewals.incrementAndGet();
                say(socket, new LineMessage.Renewed(renew.sequence(), welcome.leaseMillis()));
            } else if (message instanceof LineMessage.Answer answer) {
                answers.add(answer);
            }
        });
    }

    private static LineMessage read(String text) {
        try {
            return Json.mapper().readValue(text, LineMessage.class);
        } catch (IOException e) {
            throw new AssertionError("no message of the line: " + text, e);
        }
    }

    private static void say(ServerWebSocket socket, LineMessage message) {
        try {
            socket.writeTextMessage(Json.mapper().writeValueAsString(message));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
