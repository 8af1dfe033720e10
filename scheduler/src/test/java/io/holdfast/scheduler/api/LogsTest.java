package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.line.LineMessage;
import io.holdfast.model.state.Allocation;
import io.holdfast.testkit.Allocations;
import io.holdfast.testkit.Await;
import io.holdfast.testkit.Jobs;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogsTest {
    private ApiFixture api;
    private FakeAgent agent;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        var one = Jobs.service("web", 1);
        api.cluster.put(Allocations.pending("one", one, 0, "n1"));
        var two = Jobs.job("pair", one.type(), Jobs.group("main", 1, Jobs.task("left"), Jobs.task("right")));
        api.cluster.put(Allocations.pending("two", two, 0, "n1"));
        agent = FakeAgent.dial(api, "n1").keepAlive();
    }

    @AfterEach
    void stop() {
        agent.close();
        api.close();
    }

    private LineMessage.OpenStream asked() {
        return (LineMessage.OpenStream) agent.heard.stream()
                .filter(message -> message instanceof LineMessage.OpenStream)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldPassOnWhatTheTaskWrote() {
        agent.logs("hello\nworld\n", LineMessage.CLOSE_DONE, "");
        HttpResponse<String> answer = api.get("/v1/allocations/one/logs");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello\nworld\n");
        assertThat(asked()).isEqualTo(new LineMessage.OpenStream(asked().streamId(), "one", "main", "stdout", false));
    }

    @Test
    void shouldAskForWhatWasAskedFor() {
        agent.logs("", LineMessage.CLOSE_DONE, "");
        HttpResponse<String> answer = api.get("/v1/allocations/tw/logs?task=right&stream=stderr&follow=true");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(asked()).isEqualTo(new LineMessage.OpenStream(asked().streamId(), "two", "right", "stderr", true));
    }

    @Test
    void shouldWantATaskOfTheAllocationWhenThereAreSeveral() {
        assertThat(api.get("/v1/allocations/two/logs").body()).contains("left, right");
        assertThat(api.get("/v1/allocations/two/logs").statusCode()).isEqualTo(400);
        assertThat(api.get("/v1/allocations/two/logs?task=rigth").body()).contains("left, right");
    }

    @Test
    void shouldTakeTasksFromTheJobWhenNothingIsReportedYet() {
        Allocation bare = Allocations.pending("one", Jobs.service("web", 1), 0, "n1");
        api.cluster.put(new Allocation(
                bare.id(),
                bare.job(),
                1,
                "main",
                0,
                "n1",
                bare.specHash(),
                bare.desired(),
                bare.state(),
                "",
                1,
                0,
                0,
                List.of()));
        api.cluster.put(FakeCluster.job("default", Jobs.service("web", 1), 1, "pending"));
        agent.logs("x", LineMessage.CLOSE_DONE, "");
        assertThat(api.get("/v1/allocations/one/logs").body()).isEqualTo("x");
        assertThat(asked().task()).isEqualTo("main");
    }

    @Test
    void shouldSayWhenTheNodeHasNoSuchLog() {
        agent.logs("", LineMessage.CLOSE_NOT_FOUND, "task main has not started");
        HttpResponse<String> answer = api.get("/v1/allocations/one/logs");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("task main has not started");
    }

    @Test
    void shouldSayWhenTheNodeFailsBeforeTheFirstByte() {
        agent.logs("", 1011, "the keeper is away");
        HttpResponse<String> answer = api.get("/v1/allocations/one/logs");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("the keeper is away");
    }

    @Test
    void shouldBreakOffSoThatTheReaderKnowsWhenTheNodeFailsLater() {
        agent.logs("half", 1011, "the keeper is away");
        assertThatThrownBy(() -> api.get("/v1/allocations/one/logs")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void shouldBreakOffWhenTheAgentsConnectionBreaks() throws Exception {
        CompletableFuture<LineMessage.OpenStream> asked = new CompletableFuture<>();
        agent.onAsk(asked::complete);
        var answer = api.client()
                .sendAsync(
                        api.request("/v1/allocations/one/logs?follow=true")
                                .GET()
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (Socket raw = new Socket("127.0.0.1", api.port)) {
            String request = "GET " + LineMessage.STREAMS_PATH
                    + asked.get(5, TimeUnit.SECONDS).streamId() + " HTTP/1.1\r\nHost: 127.0.0.1:" + api.port
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " + ApiFixture.NODE_TOKEN
                    + "\r\n\r\n";
            raw.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(raw.getInputStream().readNBytes(12))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("HTTP/1.1 101");
            // one masked binary frame of four bytes (RFC 6455, section 5.2), and no closing handshake
            raw.getOutputStream().write(new byte[] {(byte) 0x82, (byte) 0x84, 0, 0, 0, 0, 'h', 'a', 'l', 'f'});
            try (InputStream body = answer.get(5, TimeUnit.SECONDS).body()) {
                assertThat(body.readNBytes(4)).asString(StandardCharsets.UTF_8).isEqualTo("half");
                raw.shutdownOutput();
                assertThatThrownBy(body::read).isInstanceOf(IOException.class);
            }
        }
    }

    private InputStream follow() {
        return api.send(
                        api.request("/v1/allocations/one/logs?follow=true").GET(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    @Test
    void shouldAnswerTheHeadWhileALogIsSilent() throws Exception {
        agent.onStream((open, socket) -> {});
        try (InputStream body = follow()) {
            assertThat(api.get("/metrics").body()).contains("holdfast_streams 1");
            agent.streams.get(0).writeBinaryMessage(Buffer.buffer("late"));
            assertThat(body.readNBytes(4)).asString(StandardCharsets.UTF_8).isEqualTo("late");
        }
    }

    @Test
    void shouldEndTheAgentsStreamWhenTheReaderLeaves() throws Exception {
        agent.onStream((open, socket) -> socket.writeBinaryMessage(Buffer.buffer("x")));
        InputStream body = follow();
        assertThat(body.read()).isEqualTo('x');
        body.close();
        Await.until(
                "the stream's end", ApiFixture.BOUND, () -> agent.streams.get(0).isClosed());
        Await.until(
                "no stream", ApiFixture.BOUND, () -> api.get("/metrics").body().contains("holdfast_streams 0"));
    }

    @Test
    void shouldNotTakeMoreFromTheAgentThanTheReaderReadsAndLoseNothing() throws Exception {
        byte[] frame = new byte[32 << 10];
        new Random(7).nextBytes(frame);
        int frames = 1_000;
        AtomicLong written = new AtomicLong();
        agent.onStream((open, socket) -> pump(socket, frame, frames, written));
        try (InputStream body = follow()) {
            Await.until("the agent to be held up", ApiFixture.BOUND, () -> {
                long before = written.get();
                Await.value("a moment", ApiFixture.BOUND, System::nanoTime, moment(System.nanoTime()));
                return before > 0 && before == written.get();
            });
            assertThat(written.get()).isLessThan(frames);
            for (int i = 0; i < frames; i++) {
                assertThat(Arrays.equals(body.readNBytes(frame.length), frame)).isTrue();
            }
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    private static java.util.function.Predicate<Long> moment(long start) {
        return now -> now - start > 200_000_000;
    }

    private static void pump(WebSocket socket, byte[] frame, int frames, AtomicLong written) {
        while (written.get() < frames) {
            if (socket.writeQueueFull()) {
                socket.drainHandler(drained -> pump(socket, frame, frames, written));
                return;
            }
            socket.writeBinaryMessage(Buffer.buffer(frame));
            written.incrementAndGet();
        }
        socket.close();
    }

    @Test
    void shouldGiveUpOnAnAgentThatDoesNotDialBackAndTellIt() {
        HttpResponse<String> answer = api.get("/v1/allocations/one/logs");
        assertThat(answer.statusCode()).isEqualTo(503);
        String streamId = asked().streamId();
        Await.until(
                "the agent to be told",
                ApiFixture.BOUND,
                () -> agent.heard.contains(new LineMessage.CloseStream(streamId)));
        // too late now
        assertThat(agent.dialStream(streamId).toCompletionStage().toCompletableFuture())
                .failsWithin(ApiFixture.BOUND);
    }

    @Test
    void shouldGiveUpAtOnceWhenTheAskedAgentLeaves() throws Exception {
        var answer = api.client()
                .sendAsync(api.request("/v1/allocations/one/logs").GET().build(), HttpResponse.BodyHandlers.ofString());
        Await.until(
                "a request for a stream",
                ApiFixture.BOUND,
                () -> agent.heard.stream().anyMatch(message -> message instanceof LineMessage.OpenStream));
        agent.close();
        assertThat(answer.get(2, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    }

    @Test
    void shouldTakeEachStreamIdOnce() {
        agent.logs("x", LineMessage.CLOSE_DONE, "");
        api.get("/v1/allocations/one/logs");
        assertThat(agent.dialStream(asked().streamId()).toCompletionStage().toCompletableFuture())
                .failsWithin(ApiFixture.BOUND);
        assertThat(agent.dialStream("guessed").toCompletionStage().toCompletableFuture())
                .failsWithin(ApiFixture.BOUND);
    }
}
