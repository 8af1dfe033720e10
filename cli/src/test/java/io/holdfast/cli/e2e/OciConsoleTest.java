package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.linux.Syscalls;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code holdfast oci} with {@code --console-socket}: a container's terminal in somebody else's hands. */
@Tag("root")
class OciConsoleTest {
    private static final String ASKS = "tty; stty size; read x; echo got $x";
    private static final String ASKED = "/dev/pts/0\n30 100\n";

    @TempDir
    private static Path place;

    private static OciNode node;

    @TempDir
    private Path directory;

    private OciBundle bundle;

    @BeforeAll
    static void start() throws Exception {
        node = OciNode.start(place);
    }

    @AfterAll
    static void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void make() throws Exception {
        bundle = new OciBundle(directory.resolve("bundle"), ASKS);
        bundle.process()
                .put("terminal", true)
                .putObject("consoleSize")
                .put("height", 30)
                .put("width", 100);
        bundle.write();
    }

    @AfterEach
    void leaveNothing() throws Exception {
        node.leaveNothing("c1");
    }

    private Path socket() {
        return directory.resolve("console.sock");
    }

    private String[] words(String command, Path socket) {
        return new String[] {command, "-b", bundle.directory.toString(), "--console-socket", socket.toString(), "c1"};
    }

    @Test
    void shouldSendTheTerminalOfACreatedContainer() throws Exception {
        try (ConsoleListener console = new ConsoleListener(socket())) {
            Path out = node.create("", words("create", socket()));
            console.receive();
            // whoever reads it as a file is to wait, not to be told EAGAIN
            assertThat(console.masterFlags() & Syscalls.O_NONBLOCK).isZero();
            node.quietly("start", "c1");

            assertThat(console.hear("100\n")).isEqualTo(ASKED);
            console.type("this\n");
            assertThat(console.hear("got this\n")).isEqualTo(ASKED + "this\ngot this\n");

            node.awaitStopped("c1");
            assertThat(out).isEmptyFile();
            node.quietly("delete", "c1");
        }
    }

    @Test
    void shouldSendTheTerminalOfARun() throws Exception {
        try (ConsoleListener console = new ConsoleListener(socket());
                Tool run = Tool.start(node.command(words("run", socket())))) {
            console.receive();
            assertThat(console.hear("100\n")).isEqualTo(ASKED);
            console.type("this\n");
            assertThat(console.hear("got this\n")).endsWith("this\ngot this\n");

            assertThat(run.await()).isEqualTo(new Tool.Ran(0, "", ""));
        }
    }

    /** The specification's default devices: the terminal is bound there. */
    @Test
    void shouldHaveTheTerminalAtTheConsole() throws Exception {
        bundle.process()
                .putArray("args")
                .add("/bin/sh")
                .add("-c")
                .add("echo there > /dev/console; read x </dev/console");
        bundle.write();
        try (ConsoleListener console = new ConsoleListener(socket());
                Tool run = Tool.start(node.command(words("run", socket())))) {
            console.receive();
            assertThat(console.hear("there\n")).isEqualTo("there\n");
            console.type("\n");

            assertThat(run.await()).isEqualTo(new Tool.Ran(0, "", ""));
        }
    }

    @Test
    void shouldFindAConsoleSocketFromTheCommandsDirectory() throws Exception {
        Path relative = Path.of("").toAbsolutePath().relativize(socket());
        try (ConsoleListener console = new ConsoleListener(socket())) {
            node.create("", words("create", relative));
            console.receive();
            node.quietly("delete", "--force", "c1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "run"})
    void shouldRefuseATerminalThatNobodyGetsAndAConsoleSocketWithoutOne(String command) throws Exception {
        assertThat(node.refusal(command, "-b", bundle.directory.toString(), "c1"))
                .isEqualTo("process.terminal: a terminal needs --console-socket");

        bundle.process().put("terminal", false);
        bundle.write();
        assertThat(node.refusal(words(command, socket())))
                .isEqualTo("--console-socket: process.terminal is false, there is no terminal to send");
    }

    @Test
    void shouldSayWhyAConsoleSocketDoesNotServe() throws Exception {
        String refused = "set-up-failed: console socket %s cannot be connected to: ";
        assertThat(node.refusal(words("create", socket())))
                .isEqualTo(refused.formatted(socket()) + "ENOENT (no such file or directory)");
        assertThat(node.left()).isEmpty();

        new ConsoleListener(socket()).abandon();
        assertThat(node.refusal(words("create", socket())))
                .isEqualTo(refused.formatted(socket()) + "ECONNREFUSED (nobody listens)");
        assertThat(node.left()).isEmpty();

        Path tooLong = directory.resolve("x".repeat(108));
        assertThat(node.refusal(words("run", tooLong)))
                .isEqualTo(
                        "set-up-failed: console socket %s has a path of %d bytes, more than a socket's address holds (107)"
                                .formatted(tooLong, tooLong.toString().length()));
        assertThat(node.left()).isEmpty();
    }

    @Test
    void shouldNotWaitForAListenerThatAcceptsNobody() throws Exception {
        ConsoleListener console = new ConsoleListener(socket());
        List<SocketChannel> waiting = new ArrayList<>();
        try {
            assertThatThrownBy(() -> {
                        while (true) {
                            waiting.add(SocketChannel.open(StandardProtocolFamily.UNIX));
                            waiting.get(waiting.size() - 1).configureBlocking(false);
                            waiting.get(waiting.size() - 1).connect(UnixDomainSocketAddress.of(socket()));
                        }
                    })
                    .isInstanceOf(SocketException.class);

            assertThat(node.refusal(words("create", socket())))
                    .isEqualTo("set-up-failed: console socket %s cannot be connected to: its listener accepts nobody"
                            .formatted(socket()));
        } finally {
            for (SocketChannel client : waiting) {
                client.close();
            }
            console.close();
        }
    }
}
