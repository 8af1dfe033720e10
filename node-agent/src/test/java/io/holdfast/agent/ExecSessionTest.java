package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.agent.keeper.ExecSession;
import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.agent.keeper.KeeperException;
import io.holdfast.keeper.Root;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.testkit.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The agent's side of execs and attaches, with a real keeper. */
@Tag("root")
class ExecSessionTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private RealKeeper keeper;
    private KeeperClient client;

    /** What was told, on the context; read from the test's thread once it waits for it. */
    private static final class Heard implements ExecSession.Listener {
        final Buffer out = Buffer.buffer();
        final Buffer err = Buffer.buffer();
        final CompletableFuture<Reply.Exit> end = new CompletableFuture<>();
        long drains;

        @Override
        public synchronized void output(ExecSession.Stream stream, Buffer bytes) {
            (stream == ExecSession.Stream.STDOUT ? out : err).appendBuffer(bytes);
        }

        @Override
        public synchronized void drained() {
            drains++;
        }

        @Override
        public void ended(Reply.Exit exit) {
            end.complete(exit);
        }

        @Override
        public void broken(KeeperException why) {
            end.completeExceptionally(why);
        }

        synchronized String text() {
            return out.toString(StandardCharsets.UTF_8);
        }

        synchronized String errors() {
            return err.toString(StandardCharsets.UTF_8);
        }

        synchronized int length() {
            return out.length();
        }

        Reply.Exit exit() throws Exception {
            return end.get(60, TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void start() throws Exception {
        Root.required();
        keeper = new RealKeeper().start();
        CompletableFuture<Void> connected = new CompletableFuture<>();
        context.runOnContext(now -> {
            client = new KeeperClient(vertx, keeper.socket(), false, new KeeperClient.Listener() {
                @Override
                public void connected(Reply.Hello hello) {
                    connected.complete(null);
                }

                @Override
                public void disconnected(String why) {}

                @Override
                public void event() {}
            });
            client.start();
        });
        connected.get(20, TimeUnit.SECONDS);
        get(() -> client.done(new Request.CreateSandbox("s1", "s1", "private", true, false, Map.of())));
        run(false, "echo on; while :; do sleep 1000; done");
    }

    @AfterEach
    void close() throws Exception {
        if (client != null) {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            context.runOnContext(now -> {
                client.close();
                closed.complete(null);
            });
            closed.get(20, TimeUnit.SECONDS);
        }
        if (keeper != null) {
            keeper.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void run(boolean terminal, String script) throws Exception {
        Spec.Process process = new Spec.Process(
                terminal,
                Spec.ConsoleSize.UNSET,
                List.of("/bin/sh", "-c", script),
                List.of("PATH=/usr/bin:/bin"),
                "/",
                new Spec.User(0, 0, List.of()),
                Spec.Capabilities.DEFAULT,
                true,
                List.of(),
                "",
                0);
        Spec spec = new Spec(null, process, null, "", List.of(), null);
        get(() -> client.start(
                new Request.StartContainer(terminal ? "t1" : "c1", "s1", "host", spec, 1 << 20, Map.of())));
    }

    private <T> T get(Supplier<Future<T>> call) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        context.runOnContext(now -> call.get().onComplete(done -> {
            if (done.succeeded()) {
                result.complete(done.result());
            } else {
                result.completeExceptionally(done.cause());
            }
        }));
        return result.get(60, TimeUnit.SECONDS);
    }

    private ExecSession exec(Heard heard, boolean terminal, String script) throws Exception {
        return get(() -> client.exec(
                new Request.Exec("c1", new Request.ExecProcess(List.of("/bin/sh", "-c", script)), terminal, 24, 80),
                heard));
    }

    private void on(Runnable action) throws Exception {
        get(() -> {
            action.run();
            return Future.succeededFuture();
        });
    }

    @Test
    void shouldCarryInputOutputAndEnd() throws Exception {
        Heard heard = new Heard();
        ExecSession session = exec(heard, false, "cat; echo err >&2; exit 7");
        on(() -> {
            session.write(Buffer.buffer("one\n"));
            session.write(Buffer.buffer("two\n"));
            session.closeInput();
        });

        assertThat(heard.exit().code()).isEqualTo(7);
        assertThat(heard.text()).isEqualTo("one\ntwo\n");
        assertThat(heard.errors()).isEqualTo("err\n");
        assertThat(session.pid()).isPositive();
    }

    @Test
    void shouldTellTheKeepersOwnWords() {
        assertThatThrownBy(() -> get(() -> client.exec(
                        new Request.Exec("c1", new Request.ExecProcess(List.of("none-such")), false, 0, 0),
                        new Heard())))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(KeeperException.class)
                .hasMessageStartingWith("program none-such is not in the image")
                .extracting(failure -> ((KeeperException) failure).code())
                .isEqualTo("program-not-found");
    }

    @Test
    void shouldQueueInputBoundedUntilTheProgramReads() throws Exception {
        Heard heard = new Heard();
        ExecSession session = exec(heard, false, "read go < /dev/null; sleep 0.3; wc -c");
        int all = ExecSession.MAX_QUEUED_INPUT_BYTES;
        Future<Void> written = get(() -> Future.succeededFuture(session.write(Buffer.buffer(new byte[all]))));
        on(() -> {
            assertThat(session.inputFull()).isTrue();
            Future<Void> tooMuch = session.write(Buffer.buffer(new byte[all]));
            assertThat(tooMuch.failed()).isTrue();
            assertThat(((KeeperException) tooMuch.cause()).code()).isEqualTo(KeeperException.BUSY);
            session.closeInput();
        });

        assertThat(heard.exit().code()).isZero();
        assertThat(heard.text().strip()).isEqualTo(Integer.toString(all));
        assertThat(written.succeeded()).isTrue();
        assertThat(heard.drains).isPositive();
    }

    /** The keeper waits a while for a client that was sent all, then hangs up: what waits for the reader must not go with that. */
    @Test
    void shouldTellTheEndToAReaderThatIsSlowerThanTheKeeperWaits() throws Exception {
        long before = connections();
        Heard heard = new Heard();
        ExecSession session = get(() -> client.exec(
                        new Request.Exec(
                                "c1",
                                new Request.ExecProcess(List.of("/bin/sh", "-c", "head -c 100000 /dev/zero; exit 7")),
                                false,
                                0,
                                0),
                        heard)
                .map(opened -> {
                    opened.pauseOutput();
                    return opened;
                }));
        Await.until("the keeper has hung up", BOUND, () -> connections() == before);

        on(session::resumeOutput);

        assertThat(heard.exit().code()).isEqualTo(7);
        assertThat(heard.length()).isEqualTo(100_000);
    }

    /** To the keeper's socket, on its side. */
    private long connections() throws IOException {
        // bound under another name first, and then renamed
        String path = keeper.socket().getParent() + "/";
        return Files.readAllLines(Path.of("/proc/net/unix")).stream()
                .filter(line -> line.contains(" 0001 03 ") && line.contains(" " + path))
                .count();
    }

    @Test
    void shouldHoldOutputBackWhilePaused() throws Exception {
        Heard heard = new Heard();
        ExecSession session = exec(heard, false, "head -c 20000000 /dev/zero");
        on(session::pauseOutput);
        Await.until("it stands", BOUND, () -> {
            int length = heard.length();
            pause();
            return heard.length() == length;
        });
        assertThat(heard.length()).isLessThan(20_000_000);
        assertThat(heard.end).isNotDone();

        on(session::resumeOutput);

        assertThat(heard.exit().code()).isZero();
        assertThat(heard.length()).isEqualTo(20_000_000);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldResizeSignalAndAttach() throws Exception {
        Heard heard = new Heard();
        ExecSession session =
                exec(heard, true, "trap 'stty size' WINCH; trap 'exit 3' TERM; echo on; while :; do sleep 0.01; done");
        Await.until("it is on", BOUND, () -> heard.text().contains("on\r\n"));
        on(() -> session.resize(33, 44));
        Await.until("its size", BOUND, () -> heard.text().contains("33 44\r\n"));
        on(() -> session.signal(15));
        assertThat(heard.exit().code()).isEqualTo(3);

        run(true, "stty -echo; echo ready; read line; echo got $line; exit 8");
        Heard attached = new Heard();
        ExecSession typing = get(() -> client.attach(new Request.Attach("t1", 0, 0), attached));
        Await.until("it is ready", BOUND, () -> attached.text().contains("ready"));
        on(() -> typing.write(Buffer.buffer("x\n")));
        assertThat(attached.exit().code()).isEqualTo(8);
        assertThat(attached.text()).endsWith("got x\r\n");
    }

    @Test
    void shouldPauseAndResume() throws Exception {
        get(() -> client.pause("c1"));
        assertThat(get(() -> client.list()).items().get(0).containers().get(0).state())
                .isEqualTo("paused");
        get(() -> client.resume("c1"));
        get(() -> client.pauseSandbox("s1"));
        assertThat(get(() -> client.list()).items().get(0).paused()).isTrue();
        get(() -> client.resumeSandbox("s1"));
        assertThat(get(() -> client.list()).items().get(0).containers().get(0).state())
                .isEqualTo("running");
    }

    @Test
    void shouldTellThatTheProgramEndedWithItsKeeperAndBeSilentAfterClose() throws Exception {
        Heard heard = new Heard();
        Heard silent = new Heard();
        exec(heard, false, "sleep 1000");
        ExecSession closed = exec(silent, false, "sleep 1000");
        on(closed::close);
        keeper.stop();
        try {
            // a keeper ends its execs when it closes: the client reads that before the connection breaks, or sees it
            // break
            heard.end
                    .handle((exit, broken) ->
                            broken instanceof KeeperException || exit != null && (exit.signal() != 0 || !exit.known()))
                    .thenAccept(ended -> assertThat(ended).isTrue())
                    .get(60, TimeUnit.SECONDS);
            assertThat(silent.end).isNotDone();
        } finally {
            keeper.start();
        }
    }
}
