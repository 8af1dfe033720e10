package io.holdfast.agent.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.agent.fake.FakeKeeper;
import io.holdfast.agent.fake.FakeNode;
import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.testkit.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperClientTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger events = new AtomicInteger();
    private FakeKeeper keeper;
    private KeeperClient client;

    @BeforeEach
    void start() throws Exception {
        keeper = new FakeKeeper(vertx, directory.resolve("keeper.sock"));
        client = on(() -> new KeeperClient(vertx, directory.resolve("keeper.sock"), true, new KeeperClient.Listener() {
            @Override
            public void connected(Reply.Hello hello) {
                heard.add("connected " + hello.version());
            }

            @Override
            public void disconnected(String why) {
                heard.add("disconnected");
            }

            @Override
            public void event() {
                events.incrementAndGet();
            }
        }));
    }

    @AfterEach
    void close() throws Exception {
        on(() -> {
            client.close();
            return true;
        });
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private <T> T on(Supplier<T> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(10, TimeUnit.SECONDS);
    }

    private <T> T ask(Supplier<Future<T>> question) throws Exception {
        return on(question).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void connect() throws Exception {
        keeper.start();
        on(() -> {
            client.start();
            return true;
        });
        Await.until("a connection", BOUND, () -> on(client::ready));
    }

    private static Request.CreateSandbox sandbox(String id) {
        return new Request.CreateSandbox(id, "host", "private", true, false, Map.of("holdfast.task", "x"));
    }

    @Test
    void shouldAnswerEachRequestWithItsOwnReply() throws Exception {
        connect();
        ask(() -> client.done(sandbox("s1")));
        Reply.Started started = ask(() -> client.start(new Request.StartContainer(
                "c1",
                "s1",
                "host",
                new io.holdfast.keeper.oci.Spec("", null, null, "", null, null),
                1,
                Map.of("holdfast.task", "x"))));

        assertThat(started.pid()).isPositive();
        assertThat(ask(client::list).items().get(0).containers().get(0).id()).isEqualTo("c1");
    }

    @Test
    void shouldFailWithTheKeepersWordsWhenItRefuses() throws Exception {
        connect();
        keeper.node.refuse(request -> Optional.of(new KeeperError("refused-by-policy", "not on this node")));

        assertThatThrownBy(() -> ask(() -> client.done(sandbox("s1"))))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(KeeperException.class, fault -> {
                    assertThat(fault.code()).isEqualTo("refused-by-policy");
                    assertThat(fault.hopeless()).isTrue();
                })
                .hasMessage("not on this node");
    }

    @Test
    void shouldFailAtOnceWhenThereIsNoKeeper() {
        assertThatThrownBy(() -> ask(client::list))
                .cause()
                .isInstanceOfSatisfying(
                        KeeperException.class,
                        fault -> assertThat(fault.notSent()).isTrue())
                .hasMessageContaining("keeper.sock");
    }

    @Test
    void shouldConnectWhenTheKeeperComesLater() throws Exception {
        on(() -> {
            client.start();
            return true;
        });
        keeper.start();

        Await.until("a connection", BOUND, () -> on(client::ready));
        assertThat(heard).containsExactly("connected fake");
    }

    @Test
    void shouldFailWhatIsUnderWayAndConnectAgainWhenTheKeeperDies() throws Exception {
        connect();
        keeper.keepSilentOn(request -> request instanceof Request.CreateSandbox);
        Future<Reply.Done> lost = on(() -> client.done(sandbox("s1")));
        keeper.stop();

        assertThatThrownBy(() -> lost.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        KeeperException.class,
                        fault -> assertThat(fault.outcomeUnknown()).isTrue());
        keeper.start();
        Await.until("a second connection", BOUND, () -> heard.size() == 3);
        assertThat(heard).containsExactly("connected fake", "disconnected", "connected fake");
    }

    @Test
    void shouldTellEventsOfEveryKind() throws Exception {
        connect();
        keeper.end("nobody", FakeNode.code(0, 1));
        keeper.tell("{\"event\":\"of-a-later-version\",\"body\":{\"x\":1}}");

        Await.until("two events", BOUND, () -> events.get() == 2);
    }

    @Test
    void shouldHangUpOnAFrameThatIsTooLong() throws Exception {
        connect();
        keeper.sayRaw(Buffer.buffer().appendInt(Integer.MAX_VALUE));

        Await.until("a second connection", BOUND, () -> heard.size() == 3);
    }

    @Test
    void shouldHangUpOnWhatIsNoJson() throws Exception {
        connect();
        keeper.sayRaw(FakeKeeper.framed("{nonsense"));

        Await.until("a second connection", BOUND, () -> heard.size() == 3);
    }

    @Test
    void shouldNotUseAKeeperOfAnotherProtocol() throws Exception {
        keeper.protocol(99);
        keeper.start();
        on(() -> {
            client.start();
            return true;
        });
        Await.until("an attempt", BOUND, () -> keeper.clientCount() > 0);

        assertThat(on(client::ready)).isFalse();
        keeper.protocol(io.holdfast.keeper.api.Frame.PROTOCOL);
        Await.until("a connection", BOUND, () -> on(client::ready));
    }

    @Test
    void shouldRefuseMoreThanItsBoundOfRequestsUnderWay() throws Exception {
        connect();
        keeper.keepSilentOn(request -> request instanceof Request.List);
        for (int i = 0; i < KeeperClient.MAX_IN_FLIGHT; i++) {
            on(client::list);
        }

        assertThatThrownBy(() -> ask(client::list))
                .cause()
                .isInstanceOfSatisfying(
                        KeeperException.class, fault -> assertThat(fault.code()).isEqualTo(KeeperException.BUSY));
    }

    @Test
    void shouldGiveEachRequestTheTimeThatItAsksFor() {
        assertThat(KeeperClient.timeoutMillis(new Request.StopContainer("c", 15, 30_000)))
                .isEqualTo(30_000 + KeeperClient.WAIT_MARGIN_MILLIS);
        assertThat(KeeperClient.timeoutMillis(new Request.List())).isEqualTo(KeeperClient.CALL_TIMEOUT_MILLIS);
        assertThat(KeeperClient.timeoutMillis(sandbox("s"))).isEqualTo(KeeperClient.START_TIMEOUT_MILLIS);
    }
}
