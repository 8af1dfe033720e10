package io.holdfast.agent.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.fake.FakeScheduler;
import io.holdfast.model.line.LineMessage;
import io.holdfast.testkit.Await;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineTest {
    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final long LEASE_MILLIS = 600;
    private static final LineMessage.Welcome WELCOME =
            new LineMessage.Welcome("cluster-1", LEASE_MILLIS, "holdfast-cluster-1", List.of("127.0.0.1:5701"));

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<LineMessage> opened = new CopyOnWriteArrayList<>();
    private final List<Long> leases = new CopyOnWriteArrayList<>();
    private volatile String refusal = "";
    private Path token;
    private FakeScheduler scheduler;
    private Line line;

    @BeforeEach
    void start() throws Exception {
        token = directory.resolve("token");
        Files.writeString(token, FakeScheduler.TOKEN + "\n");
        scheduler = new FakeScheduler(vertx, WELCOME).start(0);
    }

    @AfterEach
    void close() throws Exception {
        on(() -> {
            if (line != null) {
                line.close();
            }
        });
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void on(Runnable work) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        vertx.runOnContext(now -> {
            work.run();
            done.complete(null);
        });
        done.get(10, TimeUnit.SECONDS);
    }

    private void dial(URI... schedulers) throws Exception {
        on(() -> {
            line = new Line(
                    vertx,
                    new LineConfig(List.of(schedulers), token, "node-1", "host-1", "0.1.0"),
                    () -> "cluster-1",
                    BootClock.system(),
                    new Random(1),
                    new Line.Listener() {
                        @Override
                        public String welcome(LineMessage.Welcome welcome) {
                            heard.add("welcome " + welcome.clusterId());
                            return refusal;
                        }

                        @Override
                        public void renewed(long sentAtMillis, long leaseMillis) {
                            leases.add(leaseMillis);
                        }

                        @Override
                        public void lost(String why) {
                            heard.add("lost");
                        }

                        @Override
                        public void openStream(LineMessage open) {
                            opened.add(open);
                        }

                        @Override
                        public void closeStream(String streamId) {
                            heard.add("close " + streamId);
                        }

                        @Override
                        public void asked(LineMessage.Ask ask) {
                            line.answer(new LineMessage.Answer(ask.askId(), "", ask.action()));
                        }

                        @Override
                        public void askedNode(LineMessage.AskNode ask) {}
                    });
            line.start();
        });
    }

    @Test
    void shouldSayHelloAndRenewThreeTimesPerLease() throws Exception {
        dial(scheduler.address());
        Await.until("four renewals", BOUND, () -> leases.size() >= 4);

        assertThat(scheduler.hellos)
                .containsExactly(new LineMessage.Hello(1, "node-1", "host-1", "cluster-1", "0.1.0"));
        assertThat(heard).containsExactly("welcome cluster-1");
        assertThat(leases).containsOnly(LEASE_MILLIS);
    }

    @Test
    void shouldDialAgainWhenTheSchedulerWasRestarted() throws Exception {
        dial(scheduler.address());
        Await.until("a line", BOUND, () -> !leases.isEmpty());
        int port = scheduler.port();
        scheduler.stop();
        Await.until("its loss", BOUND, () -> heard.contains("lost"));
        scheduler.start(port);

        Await.until("a second welcome", BOUND, () -> scheduler.hellos.size() == 2);
    }

    @Test
    void shouldGoToTheNextSchedulerWithinThreeSecondsWhenTheFirstHangs() throws Exception {
        FakeScheduler other = new FakeScheduler(vertx, WELCOME).start(0);
        dial(scheduler.address(), other.address());
        Await.until("a line", BOUND, () -> scheduler.renewals.get() > 0);
        scheduler.hang(true);
        int before = scheduler.renewals.get();

        Await.until("a line to the other", Duration.ofMillis(3_000 + LEASE_MILLIS), () -> other.renewals.get() > 0);
        assertThat(scheduler.renewals.get()).isEqualTo(before);
    }

    @Test
    void shouldGoToTheNextSchedulerWhenTheFirstTakesTheLineAndSaysNothing() throws Exception {
        FakeScheduler other = new FakeScheduler(vertx, WELCOME).start(0);
        scheduler.ignoreHellos(true);
        dial(scheduler.address(), other.address());

        Await.until("a line to the other", Duration.ofMillis(3_500), () -> !other.hellos.isEmpty());
    }

    @Test
    void shouldTakeTheNewTokenWhenItsFileWasReplaced() throws Exception {
        Files.writeString(token, "another");
        dial(scheduler.address());
        Files.writeString(token, FakeScheduler.TOKEN);

        Await.until("a welcome", BOUND, () -> !heard.isEmpty());
    }

    @Test
    void shouldNotFollowASchedulerThatIsRefusedAndTryOn() throws Exception {
        refusal = "it is of another cluster";
        dial(scheduler.address());
        Await.until("two attempts", BOUND, () -> heard.size() >= 2);
        assertThat(leases).isEmpty();

        refusal = "";
        Await.until("a lease", BOUND, () -> !leases.isEmpty());
    }

    @Test
    void shouldHandOnStreamsAndOverlookWhatALaterVersionSays() throws Exception {
        dial(scheduler.address());
        Await.until("a line", BOUND, () -> !leases.isEmpty());
        scheduler.sayText("{\"type\":\"of-a-later-version\",\"x\":1}");
        scheduler.sayText("nonsense");
        scheduler.openStream("stream-1", "a1", "greet", "stdout", true);
        scheduler.sayToAll(new LineMessage.CloseStream("stream-1"));

        Await.until("both", BOUND, () -> heard.contains("close stream-1"));
        assertThat(opened).containsExactly(new LineMessage.OpenStream("stream-1", "a1", "greet", "stdout", true));
        assertThat(heard).doesNotContain("lost");
    }

    @Test
    void shouldReadTheBootClockInHundredths() {
        assertThat(BootClock.parse("1234.56 7890.12\n")).isEqualTo(1_234_560);
        long first = BootClock.system().nowMillis();
        assertThat(BootClock.system().nowMillis()).isGreaterThanOrEqualTo(first).isPositive();
    }
}
