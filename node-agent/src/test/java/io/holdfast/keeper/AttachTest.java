package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.ExecFrames;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.StreamClient;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers whose own program has a terminal, and clients that attach to containers. */
@Tag("root")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AttachTest {
    @TempDir
    Path directory;

    private KeeperFixture node;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        node = KeeperFixture.real(directory).start();
        node.sandbox("s1");
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private void runOnTerminal(String id, int uid, String script) throws IOException {
        node.client.start(KeeperFixture.onTerminal(id, "s1", new Spec.ConsoleSize(30, 100), uid, script));
    }

    private StreamClient attach(String container, long offset) throws IOException {
        return StreamClient.open(node.config.socket(), new Request.Attach(container, offset, offset));
    }

    private static String until(StreamClient client, String text) throws IOException {
        StringBuilder said = new StringBuilder();
        while (said.indexOf(text) < 0) {
            StreamClient.Told told = client.next();
            assertThat(told.kind()).as("before the end: " + said).isEqualTo(ExecFrames.STDOUT);
            said.append(new String(told.data(), StandardCharsets.UTF_8));
        }
        return said.toString();
    }

    private record Rest(String stdout, String stderr, Reply.Exit exit) {}

    private static Rest rest(StreamClient client) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        StreamClient.Told told = client.next();
        for (; told.kind() != ExecFrames.EXIT; told = client.next()) {
            (told.kind() == ExecFrames.STDOUT ? out : err).write(told.data());
        }
        return new Rest(
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8),
                ExecFrames.readExit(told.data()));
    }

    @Test
    void shouldLogWhatIsSaidOnTheTerminal() throws Exception {
        runOnTerminal(
                "t1",
                1000,
                "tty; stty size; test -t 0 -a -t 1 -a -t 2 && echo three; echo err >&2; echo x > /dev/tty; exit 4");

        assertThat(node.exit("t1").code()).isEqualTo(4);
        assertThat(node.log("t1", "stdout")).isEqualTo("/dev/pts/0\r\n30 100\r\nthree\r\nerr\r\nx\r\n");
        assertThat(node.log("t1", "stderr")).isEmpty();
    }

    @Test
    void shouldLoseNothingOfMuchThatIsSaidBeforeTheEnd() throws Exception {
        runOnTerminal("t1", 0, "seq 1 60000");

        node.exit("t1");

        assertThat(node.log("t1", "stdout").lines().count()).isEqualTo(60_000);
        assertThat(node.log("t1", "stdout")).endsWith("\r\n60000\r\n");
    }

    @Test
    void shouldTypeAndResizeAndSeeTheEnd() throws Exception {
        // a trap ends a read, which is then begun again
        runOnTerminal(
                "t1",
                0,
                "trap 'stty size' WINCH; stty -echo; echo ready;"
                        + " while [ \"$line\" != q ]; do line=; read line && echo got $line; done; exit 6");
        try (StreamClient client = attach("t1", 0)) {
            until(client, "ready\r\n");
            client.write("one\n".getBytes(StandardCharsets.UTF_8));
            until(client, "got one\r\n");
            client.resize(11, 22);
            until(client, "11 22\r\n");
            client.write("two\n".getBytes(StandardCharsets.UTF_8));
            until(client, "got two\r\n");
            client.write("q\n".getBytes(StandardCharsets.UTF_8));

            assertThat(rest(client).exit().code()).isEqualTo(6);
        }
    }

    @Test
    void shouldLeaveTheContainerWhenClientsGoAndServeTheNext() throws Exception {
        runOnTerminal("t1", 0, "stty -echo; echo ready; while read line; do echo got $line; done");
        StreamClient first = attach("t1", 0);
        until(first, "ready\r\n");
        first.close();

        try (StreamClient second = attach("t1", -1);
                StreamClient third = attach("t1", -1)) {
            second.write("a\n".getBytes(StandardCharsets.UTF_8));
            assertThat(until(second, "got a\r\n")).isEqualTo("got a\r\n");
            assertThat(until(third, "got a\r\n")).isEqualTo("got a\r\n");
        }
        assertThat(node.status("t1").state()).isEqualTo("running");
    }

    @Test
    void shouldInterruptByTheTerminal() throws Exception {
        runOnTerminal("t1", 0, "trap 'echo interrupted; exit 9' INT; echo ready; while :; do sleep 0.01; done");
        try (StreamClient client = attach("t1", 0)) {
            until(client, "ready\r\n");
            client.write(new byte[] {3});

            Rest rest = rest(client);

            assertThat(rest.stdout()).contains("interrupted\r\n");
            assertThat(rest.exit().code()).isEqualTo(9);
        }
    }

    @Test
    void shouldFollowContainerWithoutTerminalAndTakeNoInput() throws Exception {
        node.run("c1", "s1", "trap 'echo out; echo err >&2; exit 5' TERM; echo ready; while :; do sleep 0.01; done");
        try (StreamClient client = attach("c1", 0)) {
            until(client, "ready\n");
            client.signal(Syscalls.SIGTERM);

            Rest rest = rest(client);

            assertThat(rest.stdout()).isEqualTo("out\n");
            assertThat(rest.stderr()).isEqualTo("err\n");
            assertThat(rest.exit().code()).isEqualTo(5);
        }
        node.run("c2", "s1", "sleep 1000");
        try (StreamClient client = attach("c2", 0)) {
            client.send(ExecFrames.frame(ExecFrames.INPUT, new byte[1]));
            assertThatThrownBy(client::next).isInstanceOf(IOException.class);
        }
        assertThat(node.status("c2").state()).isEqualTo("running");
    }

    @Test
    void shouldTellWhatWasSaidAndTheEndOfContainerThatHasEnded() throws Exception {
        node.run("c1", "s1", "echo said; exit 3");
        node.exit("c1");

        try (StreamClient client = attach("c1", 0)) {
            Rest rest = rest(client);
            assertThat(rest.stdout()).isEqualTo("said\n");
            assertThat(rest.exit().code()).isEqualTo(3);
        }
    }

    @Test
    void shouldHoldUpNeitherContainerNorOthersForSlowClient() throws Exception {
        runOnTerminal("t1", 0, "seq 1 200000; echo end");
        try (StreamClient slow = attach("t1", 0)) {
            assertThat(node.exit("t1").code()).isZero();
            // what it did not read in time is gone with the log's bound; what is kept comes
            assertThat(rest(slow).stdout()).endsWith("end\r\n");
        }
    }

    @Test
    void shouldBoundHowManyAreAttached() throws Exception {
        node.run("c1", "s1", "sleep 1000");
        List<StreamClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < Limits.MAX_ATTACHED_PER_CONTAINER; i++) {
                open.add(attach("c1", 0));
            }
            assertThatThrownBy(() -> attach("c1", 0)).hasMessageStartingWith("busy: 16 clients");
            open.remove(0).close();
            Await.until("one may come", () -> {
                try {
                    attach("c1", 0).close();
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            for (StreamClient client : open) {
                client.close();
            }
        }
    }

    @Test
    void shouldRunOnWhenProgramClosesItsTerminal() throws Exception {
        runOnTerminal(
                "t1", 0, "echo before; exec </dev/null >/dev/null 2>&1; sleep 0.3; echo after > /dev/pts/0; exit 2");

        assertThat(node.exit("t1").code()).isEqualTo(2);
        assertThat(node.log("t1", "stdout")).isEqualTo("before\r\nafter\r\n");
    }
}
