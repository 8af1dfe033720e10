package io.holdfast.agent.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.fake.FakeKeeper;
import io.holdfast.agent.fake.FakeNode;
import io.holdfast.agent.fake.FakeScheduler;
import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.AllocationUsage;
import io.holdfast.model.line.ExecExit;
import io.holdfast.model.line.ExecFrame;
import io.holdfast.model.line.ExecFrame.Channel;
import io.holdfast.model.line.ExecStart;
import io.holdfast.model.line.LineMessage;
import io.holdfast.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams between a line's far end and a keeper, both played: two runs of a task, the first of which has ended. */
class StreamsTest {
    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final String FIRST = "1\n2\n3\n";

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong cpuMicros = new AtomicLong();
    private FakeScheduler scheduler;
    private FakeKeeper keeper;
    private Line line;
    private Streams streams;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(directory.resolve("token"), FakeScheduler.TOKEN);
        scheduler = new FakeScheduler(vertx, new LineMessage.Welcome("c", 3_000, "c", List.of())).start(0);
        keeper = new FakeKeeper(vertx, directory.resolve("k.sock")).start();
        keeper.node.handle(new Request.CreateSandbox("a1", "h", "private", true, false, Map.of()), 1);
        for (String id : List.of("a1-0-0", "a1-0-1")) {
            keeper.node.handle(
                    new Request.StartContainer(id, "a1", "host", null, 0, Map.of("holdfast.task", "one")), 1);
            if (id.endsWith("0-0")) {
                keeper.node.end(id, FakeNode.code(1, 2));
            }
        }
        keeper.log("a1-0-0", FIRST);
        keeper.log("a1-0-1", "4\n5\n");
        CompletableFuture<Void> ready = new CompletableFuture<>();
        vertx.runOnContext(now -> wire(ready));
        ready.get(10, TimeUnit.SECONDS);
        Await.until("a line", BOUND, () -> scheduler.renewals.get() > 0);
    }

    private void wire(CompletableFuture<Void> ready) {
        KeeperClient client = new KeeperClient(vertx, directory.resolve("k.sock"), false, new KeeperClient.Listener() {
            @Override
            public void connected(Reply.Hello hello) {
                ready.complete(null);
            }

            @Override
            public void disconnected(String why) {}

            @Override
            public void event() {}
        });
        List<Runs.Run> runs = List.of(new Runs.Run("a1-0-0", 0, false), new Runs.Run("a1-0-1", 1, true));
        streams = new Streams(
                vertx,
                client,
                (id, task) ->
                        id.equals("a1") ? new Runs(true, task.equals("one") ? runs : List.of(), true) : Runs.UNKNOWN,
                ids -> Future.succeededFuture(ids.contains("a1") ? List.of(usage()) : List.of()),
                archives);
        line = new Line(
                vertx,
                new LineConfig(List.of(scheduler.address()), directory.resolve("token"), "node-1", "host-1", "0.1.0"),
                () -> "c",
                BootClock.system(),
                new Random(1),
                new Far());
        client.start();
        line.start();
    }

    /** Refuses all. */
    private final ImportStream.Archives archives = new ImportStream.Archives() {
        @Override
        public Future<ImportStream.Archive> take(LineMessage.OpenImport ask) {
            return Future.failedFuture("none is taken");
        }

        @Override
        public LineMessage.Answer refusal(LineMessage.OpenImport ask, Throwable why) {
            return new LineMessage.Answer(ask.streamId(), "unavailable", why.getMessage());
        }
    };

    private final class Far implements Line.Listener {
        @Override
        public String welcome(LineMessage.Welcome welcome) {
            return "";
        }

        @Override
        public void renewed(long sentAtMillis, long leaseMillis) {}

        @Override
        public void lost(String why) {}

        @Override
        public void openStream(LineMessage open) {
            streams.open(line, open);
        }

        @Override
        public void closeStream(String streamId) {
            streams.close(streamId);
        }

        @Override
        public void asked(LineMessage.Ask ask) {}

        @Override
        public void askedNode(LineMessage.AskNode ask) {}
    }

    private AllocationUsage usage() {
        AllocationUsage.Usage usage = AllocationUsage.Usage.NONE;
        usage = new AllocationUsage.Usage(
                -1, cpuMicros.getAndAdd(50_000), 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, null, null, null);
        return new AllocationUsage(
                "a1",
                System.currentTimeMillis(),
                false,
                usage,
                null,
                List.of(new AllocationUsage.TaskUsage("one", usage)));
    }

    @AfterEach
    void close() throws Exception {
        vertx.runOnContext(now -> {
            streams.closeAll();
            line.close();
        });
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private String log(long tailLines) {
        String id = "log" + tailLines;
        FakeScheduler.Stream stream = scheduler.openStream(
                id, new LineMessage.OpenStream(id, "a1", "one", "stdout", false, tailLines, 0, false));
        Await.until("its end", BOUND, () -> stream.closeStatus() != 0);
        assertThat(stream.closeStatus()).isEqualTo(LineMessage.CLOSE_DONE);
        return stream.text();
    }

    @Test
    void shouldGoBackOverRunsWhenTheLastLinesAreWanted() {
        assertThat(log(LineMessage.OpenStream.ALL)).isEqualTo("1\n2\n3\n4\n5\n");
        assertThat(log(0)).isEmpty();
        assertThat(log(1)).isEqualTo("5\n");
        assertThat(log(2)).isEqualTo("4\n5\n");
        assertThat(log(4)).isEqualTo("2\n3\n4\n5\n");
        assertThat(log(100)).isEqualTo("1\n2\n3\n4\n5\n");
    }

    private FakeScheduler.Stream exec(String id, String task) {
        FakeScheduler.Stream stream = scheduler.openStream(id, new LineMessage.OpenExec(id, "a1", task));
        Await.until("the dialling back", BOUND, () -> stream.socket() != null);
        send(
                stream,
                json(
                        Channel.START,
                        new ExecStart(
                                List.of("cat", "-u"),
                                true,
                                new ExecStart.Size(24, 80),
                                List.of("A=1"),
                                "1000:5",
                                "/tmp")));
        return stream;
    }

    private void send(FakeScheduler.Stream stream, ExecFrame frame) {
        stream.socket().writeBinaryMessage(Buffer.buffer(frame.bytes()));
    }

    private static ExecFrame json(Channel channel, Object value) {
        try {
            return new ExecFrame(channel, Json.mapper().writeValueAsBytes(value));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<ExecFrame> frames(FakeScheduler.Stream stream, Channel channel) {
        return stream.messages().stream()
                .map(ExecFrame::parse)
                .filter(frame -> frame.channel() == channel)
                .toList();
    }

    private static String text(FakeScheduler.Stream stream, Channel channel) {
        StringBuilder text = new StringBuilder();
        frames(stream, channel).forEach(frame -> text.append(frame.text()));
        return text.toString();
    }

    @Test
    void shouldJoinAProgramInTheNewestRunWithTheScheduler() throws Exception {
        FakeScheduler.Stream stream = exec("e1", "one");
        Await.until("credit", BOUND, () -> frames(stream, Channel.CREDIT).size() == 1);
        assertThat(frames(stream, Channel.CREDIT).get(0).creditBytes()).isEqualTo(ExecStream.INPUT_WINDOW_BYTES);
        Request.Exec asked = keeper.execs().get(0);
        assertThat(asked.container()).isEqualTo("a1-0-1");
        assertThat(asked.terminal()).isTrue();
        assertThat(asked.rows()).isEqualTo(24);
        assertThat(asked.process().args()).containsExactly("cat", "-u");
        assertThat(asked.process().env()).containsExactly("A=1");
        assertThat(asked.process().cwd()).isEqualTo("/tmp");
        assertThat(asked.process().user().uid()).isEqualTo(1000);
        assertThat(asked.process().user().gid()).isEqualTo(5);

        send(stream, ExecFrame.text(Channel.STDIN, "hello"));
        send(stream, json(Channel.RESIZE, new ExecStart.Size(10, 20)));
        Await.until(
                "both",
                BOUND,
                () -> text(stream, Channel.STDOUT).equals("hello")
                        && text(stream, Channel.STDERR).equals("10x20"));
        assertThat(frames(stream, Channel.CREDIT).get(1).creditBytes()).isEqualTo(5);
        send(stream, ExecFrame.text(Channel.STDIN, ""));
        Await.until("its end", BOUND, () -> stream.closeStatus() == LineMessage.CLOSE_DONE);
        assertThat(Json.mapper().readValue(frames(stream, Channel.EXIT).get(0).data(), ExecExit.class))
                .isEqualTo(new ExecExit(3, 0));
    }

    @Test
    void shouldHangUpOnTheProgramWhenTheSchedulerLeaves() {
        FakeScheduler.Stream stream = exec("e1", "one");
        Await.until("the program", BOUND, () -> keeper.execs().size() == 1);
        stream.socket().close();
        Await.until("its end", BOUND, () -> keeper.execs().isEmpty());
    }

    @Test
    void shouldSayWhyWhenNothingCanBeRun() {
        FakeScheduler.Stream stream = exec("e1", "two");
        Await.until("its end", BOUND, () -> stream.closeStatus() != 0);
        assertThat(text(stream, Channel.ERROR)).isEqualTo("task two does not run now");
        FakeScheduler.Stream bad = scheduler.openStream("e2", new LineMessage.OpenExec("e2", "a1", "one"));
        Await.until("the dialling back", BOUND, () -> bad.socket() != null);
        send(bad, new ExecFrame(Channel.START, new byte[] {'{'}));
        Await.until("its end", BOUND, () -> bad.closeStatus() != 0);
        assertThat(text(bad, Channel.ERROR)).contains("not understood");
    }

    @Test
    void shouldTellRatesOverTheWindowAndLeaveOutWhatIsNotThere() throws Exception {
        FakeScheduler.Stream stream =
                scheduler.openStream("u1", new LineMessage.OpenUsage("u1", List.of("none", "a1"), 100));
        Await.until("its end", BOUND, () -> stream.closeStatus() == LineMessage.CLOSE_DONE);
        assertThat(stream.messages()).hasSize(1);
        AllocationUsage usage = Json.mapper().readValue(stream.messages().get(0), AllocationUsage.class);
        // 50 ms of a processor in at least 100 ms
        assertThat(usage.total().cpuMillis()).isBetween(1L, 500L);
        assertThat(usage.tasks().get(0).usage().cpuMillis())
                .isEqualTo(usage.total().cpuMillis());

        FakeScheduler.Stream once = scheduler.openStream("u2", new LineMessage.OpenUsage("u2", List.of("a1"), 0));
        Await.until("its end", BOUND, () -> once.closeStatus() == LineMessage.CLOSE_DONE);
        assertThat(Json.mapper()
                        .readValue(once.messages().get(0), AllocationUsage.class)
                        .total()
                        .cpuMillis())
                .isEqualTo(AllocationUsage.Usage.UNKNOWN);
    }
}
