package io.holdfast.scheduler.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.line.LineMessage;
import io.holdfast.scheduler.api.ApiFixture;
import io.holdfast.scheduler.api.FakeAgent;
import io.holdfast.scheduler.api.FakeCluster;
import io.holdfast.testkit.Await;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineServerTest {
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void awaitLeases(String... calls) {
        Await.passes(
                ApiFixture.BOUND, () -> assertThat(api.cluster.leaseCalls()).containsExactly(calls));
    }

    @Test
    void shouldWelcomeANodeThenConfirmItsRenewals() {
        try (FakeAgent agent = FakeAgent.dial(api, "n1")) {
            assertThat(agent.heard)
                    .containsExactly(new LineMessage.Welcome(
                            FakeCluster.CLUSTER_ID, FakeCluster.LEASE_MILLIS, "holdfast", List.of("127.0.0.1:5701")));
            agent.send(new LineMessage.Renew(41));
            agent.send(new LineMessage.Renew(42));
            Await.until("both confirmations", ApiFixture.BOUND, () -> agent.heard.size() == 3);
            assertThat(agent.heard.subList(1, 3))
                    .containsExactly(
                            new LineMessage.Renewed(41, FakeCluster.LEASE_MILLIS),
                            new LineMessage.Renewed(42, FakeCluster.LEASE_MILLIS));
            awaitLeases("connected n1 n1", "renewed n1", "renewed n1");
        }
        awaitLeases("connected n1 n1", "renewed n1", "renewed n1", "disconnected n1");
    }

    @Test
    void shouldWelcomeANewNodeThatFollowsNoClusterYet() {
        try (FakeAgent agent = FakeAgent.connect(api)) {
            agent.send(new LineMessage.Hello(LineMessage.PROTOCOL, "n1", "n1", "", "0.1.0"));
            Await.until("a welcome", ApiFixture.BOUND, () -> agent.heard.size() == 1);
        }
    }

    @Test
    void shouldTolerateFieldsThatANewerAgentSends() {
        try (FakeAgent agent = FakeAgent.connect(api)) {
            agent.sendText("{\"type\":\"hello\",\"protocol\":1,\"nodeId\":\"n1\",\"name\":\"n1\",\"clusterId\":\"\","
                    + "\"agentVersion\":\"9\",\"moods\":[]}");
            Await.until("a welcome", ApiFixture.BOUND, () -> agent.heard.size() == 1);
        }
    }

    @Test
    void shouldReplaceAnOlderLineOfTheSameNodeWithoutDisconnectingIt() {
        try (FakeAgent older = FakeAgent.dial(api, "n1");
                FakeAgent newer = FakeAgent.dial(api, "n1")) {
            assertThat(older.closeStatus()).isEqualTo(LineMessage.CLOSE_REPLACED);
            newer.send(new LineMessage.Renew(1));
            awaitLeases("connected n1 n1", "connected n1 n1", "renewed n1");
        }
        awaitLeases("connected n1 n1", "connected n1 n1", "renewed n1", "disconnected n1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"hello\",\"protocol\":2,\"nodeId\":\"n1\",\"name\":\"n1\",\"clusterId\":\"\",\"agentVersion\":\"\"}",
                "{\"type\":\"hello\",\"protocol\":1,\"nodeId\":\"n1\",\"name\":\"n1\",\"clusterId\":\"other\",\"agentVersion\":\"\"}",
                "{\"type\":\"hello\",\"protocol\":1,\"nodeId\":\"\",\"name\":\"n1\",\"clusterId\":\"\",\"agentVersion\":\"\"}",
                "{\"type\":\"hello\",\"protocol\":1}",
                "{\"type\":\"renew\",\"sequence\":1}",
                "{\"type\":\"welcome\"}",
                "{\"type\":\"nonsense\"}",
                "{\"type\":null}",
                "null",
                "[]",
                "",
                "{",
            })
    void shouldEndALineThatBeginsWithAnythingElseThanAGoodHello(String text) {
        try (FakeAgent agent = FakeAgent.connect(api)) {
            agent.sendText(text);
            assertThat(agent.closeStatus()).isEqualTo(LineMessage.CLOSE_REFUSED);
            assertThat(agent.line().closeReason()).isNotBlank().doesNotContain("Exception", "io.holdfast");
        }
        assertThat(api.cluster.leaseCalls()).isEmpty();
    }

    @Test
    void shouldEndALineThatSaysHelloTwice() {
        try (FakeAgent agent = FakeAgent.dial(api, "n1")) {
            agent.send(FakeAgent.hello("n2"));
            assertThat(agent.closeStatus()).isEqualTo(LineMessage.CLOSE_REFUSED);
        }
        awaitLeases("connected n1 n1", "disconnected n1");
    }

    @Test
    void shouldEndALineWithBinaryOrEndlessFrames() {
        try (FakeAgent agent = FakeAgent.dial(api, "n1")) {
            agent.line().writeBinaryMessage(Buffer.buffer("x"));
            assertThat(agent.closeStatus()).isEqualTo(LineMessage.CLOSE_REFUSED);
        }
        try (FakeAgent agent = FakeAgent.dial(api, "n2")) {
            agent.sendText("x".repeat(LineMessage.MAX_BYTES + 1));
            Await.until("the line's end", ApiFixture.BOUND, () -> agent.line().isClosed());
        }
        awaitLeases("connected n1 n1", "disconnected n1", "connected n2 n2", "disconnected n2");
    }

    @Test
    void shouldEndALineThatFallsSilentForLongerThanALease() {
        try (FakeAgent agent = FakeAgent.dial(api, "n1")) {
            assertThat(agent.closeStatus()).isEqualTo(LineMessage.CLOSE_TRY_LATER);
            awaitLeases("connected n1 n1", "disconnected n1");
        }
    }

    @Test
    void shouldEndALineThatNeverSaysHello() {
        try (FakeAgent agent = FakeAgent.connect(api)) {
            assertThat(agent.closeStatus()).isEqualTo(LineMessage.CLOSE_REFUSED);
        }
    }

    @Test
    void shouldSendAgentsAwayWhileTheStateIsLoading() {
        try (FakeAgent agent = FakeAgent.connect(api)) {
            api.cluster.loading();
            agent.send(FakeAgent.hello("n1"));
            assertThat(agent.closeStatus()).isEqualTo(LineMessage.CLOSE_TRY_LATER);
        }
        assertThat(api.cluster.leaseCalls()).isEmpty();
    }

    @Test
    void shouldSendAgentsToAnotherSchedulerWhenItStops() {
        try (FakeAgent agent = FakeAgent.dial(api, "n1")) {
            ApiFixture.await(api.server.close());
            // all that the core is told of it has been told by now
            assertThat(api.cluster.leaseCalls()).containsExactly("connected n1 n1", "disconnected n1");
            assertThat(agent.closeStatus()).isEqualTo(LineMessage.CLOSE_GOING_AWAY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ApiFixture.TOKEN, "", "wrong"})
    void shouldRefuseEveryOtherToken(String token) {
        for (String path : List.of(LineMessage.PATH, LineMessage.STREAMS_PATH + "x")) {
            assertThat(dial(path, token, "").toCompletionStage().toCompletableFuture())
                    .failsWithin(ApiFixture.BOUND)
                    .withThrowableThat()
                    .withMessageContaining("401");
        }
    }

    @Test
    void shouldRefuseBrowsersOfOtherPages() {
        assertThat(dial(LineMessage.PATH, ApiFixture.NODE_TOKEN, "http://evil.example")
                        .toCompletionStage()
                        .toCompletableFuture())
                .failsWithin(ApiFixture.BOUND)
                .withThrowableThat()
                .withMessageContaining("403");
    }

    private io.vertx.core.Future<?> dial(String path, String token, String origin) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(api.port)
                .setURI(path)
                .putHeader("Authorization", "Bearer " + token);
        if (!origin.isEmpty()) {
            options.putHeader("Origin", origin);
        }
        return api.vertx.createWebSocketClient().connect(options);
    }
}
