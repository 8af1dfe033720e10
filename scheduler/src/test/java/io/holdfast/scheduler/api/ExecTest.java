package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.model.document.Json;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.line.ExecExit;
import io.holdfast.model.line.ExecFrame;
import io.holdfast.model.line.ExecFrame.Channel;
import io.holdfast.model.line.ExecStart;
import io.holdfast.model.line.LineMessage;
import io.holdfast.testkit.Allocations;
import io.holdfast.testkit.Await;
import io.holdfast.testkit.Jobs;
import io.holdfast.testkit.ManualClock;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecTest {
    private static final ExecStart DATE =
            new ExecStart(List.of("date", "-u"), true, new ExecStart.Size(24, 80), List.of(), "", "");

    private final List<ExecFrame> atAgent = new CopyOnWriteArrayList<>();
    private final List<ExecFrame> atUser = new CopyOnWriteArrayList<>();
    private ApiFixture api;
    private FakeAgent agent;
    private WebSocketClient client;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        api.cluster.put(Allocations.running(
                Allocations.pending("one", Jobs.service("web", 1), 0, "n1"), ManualClock.START_MILLIS));
        agent = FakeAgent.dial(api, "n1").keepAlive();
        agent.onExec(
                (open, socket) -> socket.binaryMessageHandler(bytes -> atAgent.add(ExecFrame.parse(bytes.getBytes()))));
        client = api.vertx.createWebSocketClient(new WebSocketClientOptions());
    }

    @AfterEach
    void stop() {
        ApiFixture.await(client.close());
        agent.close();
        api.close();
    }

    private static WebSocketConnectOptions options(ApiFixture api, String path) {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(api.port)
                .setURI(path)
                .setSubProtocols(List.of("other", ExecFrame.SUBPROTOCOL))
                .putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + ApiFixture.TOKEN);
    }

    private WebSocket connect() {
        WebSocket socket = ApiFixture.await(client.connect(options(api, "/v1/allocations/on/exec")));
        socket.binaryMessageHandler(bytes -> atUser.add(ExecFrame.parse(bytes.getBytes())));
        return socket;
    }

    private WebSocket started() {
        WebSocket user = connect();
        send(user, json(Channel.START, DATE));
        Await.until("the start at the agent", ApiFixture.BOUND, () -> !atAgent.isEmpty());
        return user;
    }

    private static void send(WebSocket socket, ExecFrame frame) {
        socket.writeBinaryMessage(Buffer.buffer(frame.bytes()));
    }

    private static ExecFrame json(Channel channel, Object value) {
        try {
            return new ExecFrame(channel, Json.mapper().writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private WebSocket agentSide() {
        return agent.streams.get(0);
    }

    private static void awaitClosed(WebSocket socket, int status) {
        Await.until("the end", ApiFixture.BOUND, socket::isClosed);
        assertThat((int) socket.closeStatusCode()).isEqualTo(status);
    }

    @Test
    void shouldPassFramesBothWaysAndEndWithTheAgent() throws Exception {
        WebSocket user = started();
        assertThat(user.subProtocol()).isEqualTo(ExecFrame.SUBPROTOCOL);
        assertThat(Json.mapper().readValue(atAgent.get(0).data(), ExecStart.class))
                .isEqualTo(DATE);
        send(user, ExecFrame.text(Channel.STDIN, "in"));
        send(user, json(Channel.RESIZE, new ExecStart.Size(10, 20)));
        send(user, ExecFrame.text(Channel.STDIN, ""));
        Await.until("input", ApiFixture.BOUND, () -> atAgent.size() == 4);
        assertThat(atAgent.get(1).text()).isEqualTo("in");
        assertThat(atAgent.get(3).data()).isEmpty();
        send(agentSide(), ExecFrame.text(Channel.STDOUT, "out"));
        send(agentSide(), ExecFrame.text(Channel.STDERR, "err"));
        send(agentSide(), json(Channel.EXIT, new ExecExit(3, 0)));
        agentSide().close((short) LineMessage.CLOSE_DONE, "");
        awaitClosed(user, LineMessage.CLOSE_DONE);
        assertThat(atUser)
                .extracting(frame -> frame.channel() + " " + frame.text())
                .containsExactly("STDOUT out", "STDERR err", "EXIT {\"code\":3,\"signal\":0}");
        assertThat(api.cluster.notes())
                .singleElement()
                .satisfies(event -> assertThat(event.data())
                        .containsEntry("command", "date -u")
                        .containsEntry("task", "main"));
        Await.until(
                "no stream", ApiFixture.BOUND, () -> api.get("/metrics").body().contains("holdfast_streams 0"));
    }

    @Test
    void shouldRunNothingWhenItCannotBeNoted() {
        api.cluster.refuse(Rejected.of(ErrorCode.UNAVAILABLE, "another scheduler leads"));
        WebSocket user = connect();
        send(user, json(Channel.START, DATE));
        awaitClosed(user, 1011);
        assertThat(atUser).singleElement().extracting(ExecFrame::text).isEqualTo("another scheduler leads");
        assertThat(atAgent).isEmpty();
        Await.until("the agent's end", ApiFixture.BOUND, () -> agentSide().isClosed());
    }

    @Test
    void shouldRefuseWhatIsNoStart() {
        for (String bad :
                List.of("\0data", "\6{", "\6{\"command\":[]}", "\6{\"command\":[\"\"]}", "\7aaaa", "\10", "")) {
            WebSocket user = connect();
            user.writeBinaryMessage(Buffer.buffer(bad));
            awaitClosed(user, LineMessage.CLOSE_REFUSED);
        }
        WebSocket user = connect();
        user.writeTextMessage("date");
        awaitClosed(user, LineMessage.CLOSE_REFUSED);
        assertThat(atAgent).isEmpty();
        assertThat(api.cluster.notes()).isEmpty();
    }

    @Test
    void shouldSayWhyWhenTheNodeFails() {
        WebSocket user = started();
        agentSide().close((short) 1011, "the keeper is away");
        awaitClosed(user, 1011);
        assertThat(atUser)
                .singleElement()
                .extracting(frame -> frame.channel() + " " + frame.text())
                .isEqualTo("ERROR the keeper is away");
    }

    @Test
    void shouldHangUpOnTheAgentWhenTheUserLeaves() {
        WebSocket user = started();
        user.close();
        Await.until("the agent's end", ApiFixture.BOUND, () -> agentSide().isClosed());
    }

    @Test
    void shouldWantATokenAndThisOriginAndTheSubprotocol() {
        for (WebSocketConnectOptions wrong : List.of(
                options(api, "/v1/allocations/one/exec").putHeader(HttpHeaders.AUTHORIZATION, "Bearer other"),
                options(api, "/v1/allocations/one/exec").putHeader(HttpHeaders.ORIGIN, "http://evil.example"),
                options(api, "/v1/allocations/one/exec").setSubProtocols(List.of("other")),
                options(api, "/v1/allocations/one/exec?task=none"))) {
            assertThat(client.connect(wrong).toCompletionStage().toCompletableFuture())
                    .failsWithin(ApiFixture.BOUND)
                    .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                    .withCauseInstanceOf(UpgradeRejectedException.class);
        }
        assertThat(agent.heard).noneMatch(message -> message instanceof LineMessage.OpenExec);
    }

    @Test
    void shouldAnswerAProblemWhenTheNodeDoesNotDialBack() {
        agent.close();
        agent = FakeAgent.dial(api, "n1").keepAlive();
        api.cluster.put(Allocations.running(
                Allocations.pending("far", Jobs.service("far", 1), 0, "n9"), ManualClock.START_MILLIS));
        assertThat(RawUpgrade.ask(api, "/v1/allocations/far/exec").body()).contains("node n9 has no line");
    }

    @Test
    void shouldTakeNoMoreThanTheOtherSideReadsAndLoseNothing() {
        int frames = 1_000;
        byte[] data = new byte[32 << 10];
        WebSocket user = started();
        AtomicLong read = new AtomicLong();
        user.pause();
        user.binaryMessageHandler(bytes -> read.addAndGet(bytes.length() - 1));
        AtomicLong written = new AtomicLong();
        pump(agentSide(), new ExecFrame(Channel.STDOUT, data), frames, written);
        awaitHeldUp(written);
        assertThat(written.get()).isLessThan(frames);
        user.resume();
        Await.until("all of it", ApiFixture.BOUND, () -> read.get() == (long) frames * data.length);

        agentSide().pause();
        written.set(0);
        pump(user, new ExecFrame(Channel.STDIN, data), frames, written);
        awaitHeldUp(written);
        assertThat(written.get()).isLessThan(frames);
        agentSide().resume();
        Await.until("all of it", ApiFixture.BOUND, () -> atAgent.size() == 1 + frames);
    }

    private static void awaitHeldUp(AtomicLong written) {
        Await.until("to be held up", ApiFixture.BOUND, () -> {
            long before = written.get();
            long start = System.nanoTime();
            Await.value("a moment", ApiFixture.BOUND, System::nanoTime, now -> now - start > 200_000_000);
            return before > 0 && before == written.get();
        });
    }

    /** Asks again and again, not by a drain handler: between a question off the socket's loop and the handler it may drain. */
    private void pump(WebSocket socket, ExecFrame frame, int frames, AtomicLong written) {
        api.vertx.setPeriodic(1, tick -> {
            while (written.get() < frames && !socket.writeQueueFull()) {
                send(socket, frame);
                written.incrementAndGet();
            }
            if (written.get() == frames || socket.isClosed()) {
                api.vertx.cancelTimer(tick);
            }
        });
    }

    @Test
    void shouldSurviveAnAgentThatSpeaksNoFrames() {
        WebSocket user = started();
        agentSide().writeBinaryMessage(Buffer.buffer("\0stdin comes from users"));
        awaitClosed(user, 1011);
        assertThat(atUser).singleElement().extracting(ExecFrame::channel).isEqualTo(Channel.ERROR);
    }
}
