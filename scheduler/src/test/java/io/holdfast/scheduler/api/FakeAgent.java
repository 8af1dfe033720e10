package io.holdfast.scheduler.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.holdfast.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** An agent's side of the line. What it does with a request for a stream is the test's to say; at first nothing. */
public final class FakeAgent implements AutoCloseable {
    private final ApiFixture api;
    private final WebSocketClient client;
    private final WebSocket line;
    public final List<LineMessage> heard = new CopyOnWriteArrayList<>();
    public final List<WebSocket> streams = new CopyOnWriteArrayList<>();
    private volatile BiConsumer<LineMessage.OpenStream, WebSocket> onStream = (open, socket) -> {};
    private volatile Consumer<LineMessage.OpenStream> onAsk = open -> {};
    private volatile BiConsumer<LineMessage.OpenUsage, WebSocket> onUsage = (open, socket) -> socket.close();
    private volatile BiConsumer<LineMessage.OpenExec, WebSocket> onExec = (open, socket) -> {};
    private volatile Optional<BiConsumer<LineMessage.OpenImport, WebSocket>> onImport = Optional.empty();
    private volatile Consumer<LineMessage.Ask> onControl = ask -> {};
    private volatile Consumer<LineMessage.AskNode> onNodeAsk = ask -> {};
    private volatile boolean answers;

    private FakeAgent(ApiFixture api, WebSocketClient client, WebSocket line) {
        this.api = api;
        this.client = client;
        this.line = line;
        line.textMessageHandler(text -> {
            LineMessage message = parse(text);
            heard.add(message);
            if (message instanceof LineMessage.OpenStream open) {
                onAsk.accept(open);
            }
            if (answers && message instanceof LineMessage.OpenStream open) {
                dial(open.streamId(), socket -> onStream.accept(open, socket));
            } else if (message instanceof LineMessage.OpenUsage open) {
                dial(open.streamId(), socket -> onUsage.accept(open, socket));
            } else if (message instanceof LineMessage.OpenExec open) {
                dial(open.streamId(), socket -> onExec.accept(open, socket));
            } else if (message instanceof LineMessage.OpenImport open) {
                onImport.ifPresent(action -> dial(open.streamId(), socket -> action.accept(open, socket)));
            } else if (message instanceof LineMessage.Ask ask) {
                onControl.accept(ask);
            } else if (message instanceof LineMessage.AskNode ask) {
                onNodeAsk.accept(ask);
            }
        });
    }

    private void dial(String streamId, Consumer<WebSocket> action) {
        dialStream(streamId).onSuccess(socket -> {
            streams.add(socket);
            action.accept(socket);
        });
    }

    /** Connected, nothing said yet. */
    public static FakeAgent connect(ApiFixture api) {
        WebSocketClient client = api.vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(1 << 20).setMaxMessageSize(1 << 20));
        WebSocket socket = ApiFixture.await(client.connect(options(api, LineMessage.PATH, ApiFixture.NODE_TOKEN)));
        return new FakeAgent(api, client, socket);
    }

    /** Connected and welcomed. */
    public static FakeAgent dial(ApiFixture api, String nodeId) {
        FakeAgent agent = connect(api);
        agent.send(hello(nodeId));
        Await.until(
                "a welcome",
                ApiFixture.BOUND,
                () -> agent.heard.stream().anyMatch(message -> message instanceof LineMessage.Welcome));
        return agent;
    }

    public static LineMessage.Hello hello(String nodeId) {
        return new LineMessage.Hello(LineMessage.PROTOCOL, nodeId, nodeId, FakeCluster.CLUSTER_ID, "0.1.0");
    }

    static WebSocketConnectOptions options(ApiFixture api, String path, String token) {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(api.port)
                .setURI(path)
                .putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token);
    }

    public void send(LineMessage message) {
        try {
            sendText(Json.mapper().writerFor(LineMessage.class).writeValueAsString(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public void sendText(String text) {
        line.writeTextMessage(text);
    }

    public WebSocket line() {
        return line;
    }

    public Future<WebSocket> dialStream(String streamId) {
        return client.connect(options(api, LineMessage.STREAMS_PATH + streamId, ApiFixture.NODE_TOKEN));
    }

    /** Renews its lease until it closes. */
    public FakeAgent keepAlive() {
        api.vertx.setPeriodic(FakeCluster.LEASE_MILLIS / 4, tick -> {
            if (line.isClosed()) {
                api.vertx.cancelTimer(tick);
            } else {
                send(new LineMessage.Renew(tick));
            }
        });
        return this;
    }

    /** Every stream is answered with this text and ended so. */
    public void logs(String text, int status, String reason) {
        onStream((open, socket) -> {
            if (!text.isEmpty()) {
                socket.writeBinaryMessage(Buffer.buffer(text));
            }
            socket.close((short) status, reason);
        });
    }

    /** Told of requests for streams. */
    public void onAsk(Consumer<LineMessage.OpenStream> action) {
        onAsk = action;
    }

    public void onStream(BiConsumer<LineMessage.OpenStream, WebSocket> action) {
        onStream = action;
        answers = true;
    }

    /** What to do with requests for usage; at first each is answered with nothing. */
    public void onUsage(BiConsumer<LineMessage.OpenUsage, WebSocket> action) {
        onUsage = action;
    }

    public void onExec(BiConsumer<LineMessage.OpenExec, WebSocket> action) {
        onExec = action;
    }

    /** What to do with archives; at first nothing, as agents that do not know of them. */
    public void onImport(BiConsumer<LineMessage.OpenImport, WebSocket> action) {
        onImport = Optional.of(action);
    }

    /** What to do when asked to do something; at first nothing. */
    public void onControl(Consumer<LineMessage.Ask> action) {
        onControl = action;
    }

    /** What to do when something is asked of the node as a whole; at first nothing. */
    public void onNodeAsk(Consumer<LineMessage.AskNode> action) {
        onNodeAsk = action;
    }

    /** Waits for the line's end and answers its status. */
    public int closeStatus() {
        Await.until("the line's end", ApiFixture.BOUND, line::isClosed);
        return line.closeStatusCode();
    }

    private static LineMessage parse(String text) {
        try {
            return Json.mapper().readValue(text, LineMessage.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }

    @Override
    public void close() {
        ApiFixture.await(client.close());
    }
}
