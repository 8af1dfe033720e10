package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.ExecFrames;
import io.holdfast.keeper.api.KeeperClient.RequestFailedException;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.StreamClient;
import io.holdfast.keeper.launch.Launchers;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Further programs in real containers, over the keeper's socket. */
@Tag("root")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExecTest {
    @TempDir
    Path directory;

    private KeeperFixture node;
    private long descriptorsBefore;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        node = new KeeperFixture(directory, Launchers::open, KeeperFixture.POLICY + "apparmor-profiles: [unconfined]\n")
                .start();
        node.sandbox("s1");
        node.run("c1", "s1", "echo on; while :; do sleep 1000; done");
        node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 10, 10_000));
        // everything lazy is there after the first
        exec("true");
        settled();
        descriptorsBefore = descriptors();
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private static long descriptors() throws IOException {
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }

    private void settled() throws Exception {
        Await.until(
                "only the container's program is left", () -> processes("c1").size() <= 2);
    }

    /** Of a container, as its cgroups list them. */
    private Set<String> processes(String container) throws IOException {
        Set<String> found = new HashSet<>();
        for (String cgroup : node.cgroups()) {
            if (cgroup.endsWith("/" + container)) {
                found.addAll(Files.readAllLines(Path.of(cgroup, "cgroup.procs")));
            }
        }
        return found;
    }

    private long sleeping() throws IOException {
        long count = 0;
        for (String pid : processes("c1")) {
            try {
                count += Files.readString(Path.of("/proc", pid, "comm")).equals("sleep\n") ? 1 : 0;
            } catch (IOException e) {
                // it has ended
            }
        }
        return count;
    }

    private static Request.Exec request(String container, Request.ExecProcess process) {
        return new Request.Exec(container, process, false, 0, 0);
    }

    private static Request.ExecProcess shell(String script) {
        return new Request.ExecProcess(List.of("/bin/sh", "-c", script));
    }

    private StreamClient open(String script) throws IOException {
        return StreamClient.open(node.config.socket(), request("c1", shell(script)));
    }

    private StreamClient terminal(String script) throws IOException {
        return StreamClient.open(node.config.socket(), new Request.Exec("c1", shell(script), true, 24, 80));
    }

    private record Ran(String stdout, String stderr, Reply.Exit exit) {}

    private Ran exec(String script) throws IOException {
        return exec(request("c1", shell(script)));
    }

    private Ran exec(Request.Exec request) throws IOException {
        try (StreamClient client = StreamClient.open(node.config.socket(), request)) {
            return rest(client);
        }
    }

    private static Ran rest(StreamClient client) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        while (true) {
            StreamClient.Told told = client.next();
            if (told.kind() == ExecFrames.EXIT) {
                return new Ran(
                        out.toString(StandardCharsets.UTF_8),
                        err.toString(StandardCharsets.UTF_8),
                        ExecFrames.readExit(told.data()));
            }
            (told.kind() == ExecFrames.STDOUT ? out : err).write(told.data());
        }
    }

    /** Reads until the text has come. */
    private static String until(StreamClient client, String text) throws IOException {
        StringBuilder said = new StringBuilder();
        while (said.indexOf(text) < 0) {
            StreamClient.Told told = client.next();
            assertThat(told.kind()).as("before the end: " + said).isNotEqualTo(ExecFrames.EXIT);
            said.append(new String(told.data(), StandardCharsets.UTF_8));
        }
        return said.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldKeepOutputAndErrorsApartAndTellTheExactCode() throws Exception {
        Ran ran = exec("echo out; echo err >&2; exit 7");

        assertThat(ran.stdout()).isEqualTo("out\n");
        assertThat(ran.stderr()).isEqualTo("err\n");
        assertThat(ran.exit().code()).isEqualTo(7);
        assertThat(ran.exit().signal()).isZero();
        assertThat(ran.exit().known()).isTrue();
        assertThat(ran.exit().reason()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 15, 6, 34})
    void shouldTellTheExactSignal(int signal) throws Exception {
        Ran ran = exec("ulimit -c 0; kill -" + signal + " $$");

        assertThat(ran.exit().signal()).isEqualTo(signal);
        assertThat(ran.exit().code()).isEqualTo(-1);
    }

    @Test
    void shouldTellItsEndToAClientThatStillWrites() throws Exception {
        try (StreamClient client = open("echo on; exit 7")) {
            Await.until("it has ended", () -> !Files.exists(Path.of("/proc", Integer.toString(client.pid()))));
            client.write(bytes("too late\n"));
            client.closeInput();

            assertThat(rest(client).exit().code()).isEqualTo(7);
        }
    }

    @Test
    void shouldDeliverSignalsByNumber() throws Exception {
        try (StreamClient client = open("trap 'echo usr1; exit 3' USR1; echo on; while :; do sleep 0.01; done")) {
            until(client, "on\n");
            client.signal(10);

            Ran ran = rest(client);

            assertThat(ran.stdout()).isEqualTo("usr1\n");
            assertThat(ran.exit().code()).isEqualTo(3);
        }
    }

    @Test
    void shouldHandOnInputAndItsEnd() throws Exception {
        try (StreamClient client = open("cat; echo end")) {
            client.write(bytes("one\n"));
            until(client, "one\n");
            client.write(bytes("two\n"));
            client.closeInput();

            assertThat(rest(client).stdout()).isEqualTo("two\nend\n");
        }
    }

    @Test
    void shouldBeInsideWithEnvironmentDirectoryAndUserAsAsked() throws Exception {
        Ran ran = exec(request(
                "c1",
                new Request.ExecProcess(
                        List.of(
                                "sh",
                                "-c",
                                "echo $A $PATH; pwd; id -u; id -g; echo $PPID; echo x > /dev/stdout; hostname"),
                        List.of("A=b"),
                        "/usr",
                        new Spec.User(1000, 1000, List.of()))));

        assertThat(ran.stdout()).isEqualTo("b /usr/sbin:/usr/bin:/sbin:/bin\n/usr\n1000\n1000\n0\nx\ns1\n");
        assertThat(ran.stderr()).isEmpty();
    }

    @Test
    void shouldRunAsTheUserOfTheContainer() throws Exception {
        Request.StartContainer asRoot =
                KeeperFixture.container("u1", "s1", Spec.Resources.UNLIMITED, "/bin/sleep", "1000");
        Spec spec = asRoot.spec().withProcess(asRoot.spec().process().withUser(new Spec.User(1000, 1000, List.of())));
        node.client.start(new Request.StartContainer("u1", "s1", "host", spec, KeeperFixture.LOG_BYTES, null));

        Ran ran = exec(request("u1", shell("id -u; echo x > /dev/stderr; kill -9 1 && echo killed; exit 5")));

        assertThat(ran.stdout()).isEqualTo("1000\nkilled\n");
        assertThat(ran.stderr()).isEqualTo("x\n");
        assertThat(ran.exit().code()).isEqualTo(5);
    }

    @Test
    void shouldTellWhatCannotBeExecuted() throws Exception {
        exec("echo text > /tmp/text; echo x > /tmp/broken; chmod 755 /tmp/broken");

        assertThatThrownBy(() -> exec(request("c1", new Request.ExecProcess(List.of("none-such")))))
                .isInstanceOf(RequestFailedException.class)
                .hasMessageStartingWith("program-not-found: program none-such is not in the image");
        assertThatThrownBy(() -> exec(request("c1", new Request.ExecProcess(List.of("/tmp/text")))))
                .hasMessageStartingWith("program-not-executable: program /tmp/text may not be executed by this user");
        assertThatThrownBy(() -> exec(request("c1", new Request.ExecProcess(List.of("/tmp/broken")))))
                .hasMessageStartingWith("program-not-executable: program /tmp/broken cannot be executed")
                .hasMessageContaining("ENOEXEC");
        assertThatThrownBy(() -> exec(request(
                        "c1",
                        new Request.ExecProcess(
                                List.of("true"), List.of(), "/none", shell("").user()))))
                .hasMessageStartingWith("set-up-failed: working directory /none: chdir");
    }

    @Test
    void shouldRefuseWhatIsNoRequest() throws Exception {
        assertThatThrownBy(() -> exec(request("none", shell("true"))))
                .hasMessage("not-found: container none is not there");
        assertThatThrownBy(() -> exec(request("c1", new Request.ExecProcess(List.of()))))
                .hasMessage("bad-request: process.args is missing: the program to run");
        assertThatThrownBy(() -> exec(request(
                        "c1",
                        new Request.ExecProcess(
                                List.of("true"), List.of(), "tmp", shell("").user()))))
                .hasMessage("bad-request: process.cwd tmp is not absolute");
        assertThatThrownBy(() -> exec(request(
                        "c1",
                        new Request.ExecProcess(List.of("true"), List.of(), "", new Spec.User(65_536, 0, List.of())))))
                .hasMessage("bad-request: process.user uid 65536 is not between 0 and 65535");
        assertThatThrownBy(() ->
                        StreamClient.open(node.config.socket(), new Request.Exec("c1", shell("true"), true, -1, 80)))
                .hasMessage("bad-request: rows -1 is not between 0 and 65535");
        node.client.watch();
        assertThatThrownBy(() -> node.client.call(request("c1", shell("true")), Reply.ExecStarted.class))
                .hasMessage("conflict: exec needs a connection of its own: this one has other requests under way");
    }

    @Test
    void shouldRefuseContainerThatHasEnded() throws Exception {
        node.run("c2", "s1", "exit 0");
        node.exit("c2");

        assertThatThrownBy(() -> exec(request("c2", shell("true")))).hasMessage("conflict: container c2 has ended");
    }

    @Test
    void shouldRefusePausedContainerAndStandStillWithIt() throws Exception {
        try (StreamClient client = open("while read line; do echo got $line; done")) {
            client.write(bytes("a\n"));
            until(client, "got a\n");
            node.client.call(new Request.PauseContainer("c1"), Reply.Done.class);

            assertThatThrownBy(() -> exec("true")).hasMessage("conflict: container c1 is paused: resume it first");
            client.write(bytes("b\n"));
            node.client.call(new Request.ResumeContainer("c1"), Reply.Done.class);

            until(client, "got b\n");
        }
    }

    @Test
    void shouldEndWithTheContainer() throws Exception {
        try (StreamClient client = open("trap '' TERM HUP; echo on; while :; do sleep 1; done");
                StreamClient onTerminal = terminal("trap '' TERM HUP; echo on; while :; do sleep 1; done")) {
            until(client, "on\n");
            until(onTerminal, "on\r\n");

            node.client.signal("c1", Syscalls.SIGKILL);

            assertThat(rest(client).exit().signal()).isEqualTo(Syscalls.SIGKILL);
            assertThat(rest(onTerminal).exit().signal()).isEqualTo(Syscalls.SIGKILL);
        }
        assertThat(node.exit("c1").signal()).isEqualTo(Syscalls.SIGKILL);
        node.client.removeContainer("c1");
    }

    @Test
    void shouldTellThatItRanOutOfMemory() throws Exception {
        Spec.Resources limits =
                new Spec.Resources(new Spec.Memory(16 << 20, 0, 16 << 20), new Spec.Cpu(0, 0, 0), new Spec.Pids(0));
        node.client.start(KeeperFixture.container("small", "s1", limits, "/bin/sleep", "1000"));

        Ran ran = exec(request("small", shell("exec tail /dev/zero")));

        assertThat(ran.exit().signal()).isEqualTo(Syscalls.SIGKILL);
        assertThat(ran.exit().oomKilled()).isTrue();
        assertThat(ran.exit().reason()).isEqualTo("oom-killed");
        assertThat(node.status("small").state()).isEqualTo("running");
    }

    @Test
    void shouldLoseNoLaunchThreadToContainerThatStopsWhatComes() throws Exception {
        // STOP cannot be blocked, and reaches also what is on its way into the container
        Request.StartContainer plain = KeeperFixture.container(
                "bad",
                "s1",
                Spec.Resources.UNLIMITED,
                "/bin/sh",
                "-c",
                "echo on; while :; do kill -STOP -1; done 2>/dev/null");
        // under the node's default profile it could stop only what is under that, too
        Spec spec = plain.spec().withProcess(plain.spec().process().withApparmorProfile("unconfined"));
        node.client.start(new Request.StartContainer(
                plain.id(), "s1", "host", spec, KeeperFixture.LOG_BYTES, plain.annotations()));
        node.client.readLog(new Request.ReadLog("bad", "stdout", 0, 10, 10_000));
        int caught = 0;
        for (int i = 0; i < 500 && caught == 0; i++) {
            try (StreamClient stopped = StreamClient.open(node.config.socket(), request("bad", shell("exit 0")))) {
                stopped.signal(Syscalls.SIGKILL); // it was faster
            } catch (RequestFailedException e) {
                assertThat(e).hasMessageStartingWith("set-up-failed: the program was not executed within 10000 ms");
                caught++;
            }
        }
        assertThat(caught).isEqualTo(1);
        assertThat(exec("echo free").stdout()).isEqualTo("free\n");
        node.client.stop("bad", Syscalls.SIGKILL, 0);
    }

    // -- terminals

    @Test
    void shouldGiveTerminalOfTheSizeAskedForAndThenAnother() throws Exception {
        try (StreamClient client = terminal(
                "trap 'stty size' WINCH; test -t 0 && test -t 1 && test -t 2 && echo all three; tty; stty size; echo $TERM;"
                        + " while :; do sleep 0.01; done")) {
            assertThat(until(client, "xterm\r\n")).isEqualTo("all three\r\n/dev/pts/0\r\n24 80\r\nxterm\r\n");

            client.resize(50, 132);

            until(client, "50 132\r\n");
        }
    }

    @Test
    void shouldInterruptTheForegroundProcess() throws Exception {
        try (StreamClient client = terminal("trap 'echo shell >/dev/null' INT; sleep 1000; echo code $?")) {
            Await.until("the sleep runs, beside the container's own", () -> sleeping() == 2);
            client.write(new byte[] {3});

            Ran ran = rest(client);

            assertThat(ran.stdout()).contains("code 130");
            assertThat(ran.exit().code()).isZero();
        }
    }

    @Test
    void shouldTypeTheEndOfInputOnTerminal() throws Exception {
        try (StreamClient client = terminal("cat; echo end")) {
            client.write(bytes("one\n"));
            client.closeInput();

            assertThat(rest(client).stdout()).isEqualTo("one\r\none\r\nend\r\n");
        }
    }

    @Test
    void shouldRefuseTerminalThatTheContainerHasReplaced() throws Exception {
        // by default no container has the right to mount; this one could put anything in the terminal's place
        KeeperFixture open = new KeeperFixture(
                Files.createDirectory(directory.resolve("open")),
                Launchers::open,
                KeeperFixture.POLICY + "capabilities: [CAP_SYS_ADMIN]\n");
        try {
            open.start();
            open.sandbox("s1");
            for (String replaced :
                    List.of("mkfifo /dev/pts/ptmx", "touch /dev/pts/ptmx", "ln -s /dev/zero /dev/pts/ptmx")) {
                Request.StartContainer plain = KeeperFixture.container(
                        "c" + replaced.length(),
                        "s1",
                        Spec.Resources.UNLIMITED,
                        "/bin/sh",
                        "-c",
                        "umount -l /dev/pts && " + replaced + " && echo replaced; exec sleep 1000");
                Spec spec = plain.spec()
                        .withProcess(plain.spec()
                                .process()
                                .withCapabilities(Spec.Capabilities.of(List.of("CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE"))));
                open.client.start(new Request.StartContainer(
                        plain.id(), "s1", "host", spec, KeeperFixture.LOG_BYTES, plain.annotations()));
                assertThat(new String(open.client
                                .readLog(new Request.ReadLog(plain.id(), "stdout", 0, 100, 10_000))
                                .data()))
                        .isEqualTo("replaced\n");

                assertThatThrownBy(() -> StreamClient.open(
                                open.config.socket(), new Request.Exec(plain.id(), shell("true"), true, 0, 0)))
                        .as(replaced)
                        .hasMessageStartingWith("set-up-failed: ")
                        .hasMessageContaining(replaced.startsWith("ln") ? "ELOOP" : "/dev/pts/ptmx lies in a devpts");
            }
        } finally {
            open.close();
        }
    }

    // -- much, many, and those who go away

    @Test
    void shouldCarryHundredMegabytes() throws Exception {
        int megabytes = 100;
        long before = System.nanoTime();
        long read = 0;
        try (StreamClient client = open("head -c " + megabytes + "M /dev/zero")) {
            StreamClient.Told told = client.next();
            for (; told.kind() == ExecFrames.STDOUT; told = client.next()) {
                read += told.data().length;
            }
            assertThat(ExecFrames.readExit(told.data()).code()).isZero();
        }
        System.out.printf("exec carried %d MB in %d ms%n", megabytes, (System.nanoTime() - before) / 1_000_000);
        assertThat(read).isEqualTo((long) megabytes << 20);
    }

    @Test
    void shouldCarryMuchInputAndGiveItBack() throws Exception {
        byte[] input = new byte[5 << 20];
        new java.util.Random(7).nextBytes(input);
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        try (StreamClient client = open("cat")) {
            Thread typing = new Thread(() -> {
                try {
                    client.write(input);
                    client.closeInput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            typing.start();
            StreamClient.Told told = client.next();
            for (; told.kind() == ExecFrames.STDOUT; told = client.next()) {
                back.write(told.data());
            }
            typing.join();
            assertThat(ExecFrames.readExit(told.data()).code()).isZero();
        }
        assertThat(Arrays.equals(back.toByteArray(), input)).isTrue();
    }

    @Test
    void shouldHoldUpProgramWhoseClientDoesNotRead() throws Exception {
        try (StreamClient slow = open("exec yes")) {
            Await.until("it stands", () -> {
                long wrote = written(slow.pid());
                TimeUnit.MILLISECONDS.sleep(50);
                return wrote > 0 && written(slow.pid()) == wrote;
            });
            assertThat(written(slow.pid())).isLessThan(2 << 20);
            // and nobody else stands with it
            assertThat(exec("echo quick").stdout()).isEqualTo("quick\n");
            slow.signal(Syscalls.SIGTERM);
            StreamClient.Told told = slow.next();
            while (told.kind() != ExecFrames.EXIT) {
                told = slow.next();
            }
            assertThat(ExecFrames.readExit(told.data()).signal()).isEqualTo(Syscalls.SIGTERM);
        }
    }

    private static long written(int pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", "" + pid, "io")).stream()
                .filter(line -> line.startsWith("wchar: "))
                .mapToLong(line -> Long.parseLong(line.substring(7)))
                .sum();
    }

    @Test
    void shouldReachProgramThatReadsNoInputByResizeAndSignal() throws Exception {
        try (StreamClient client = open("trap 'echo term; exit 0' TERM; echo on; while :; do sleep 0.01; done")) {
            until(client, "on\n");
            Thread typing = new Thread(() -> {
                try {
                    client.write(new byte[1 << 20]);
                } catch (IOException e) {
                    // the program ended with most of it unread
                }
            });
            typing.start();
            client.signal(Syscalls.SIGTERM);

            assertThat(rest(client).stdout()).isEqualTo("term\n");
            typing.join();
        }
    }

    @Test
    void shouldHangUpOnProgramWhoseClientIsGone() throws Exception {
        StreamClient plain =
                open("trap '' PIPE; trap 'touch /tmp/plain; exit' HUP; echo on; while :; do sleep 0.01; done");
        StreamClient onTerminal =
                terminal("trap 'touch /tmp/terminal; exit' HUP; echo on; while :; do sleep 0.01; done");
        until(plain, "on\n");
        until(onTerminal, "on\r\n");

        plain.close();
        onTerminal.close();

        settled();
        assertThat(exec("ls /tmp/plain /tmp/terminal").stdout()).isEqualTo("/tmp/plain\n/tmp/terminal\n");
        Await.until("no descriptor is left", () -> descriptors() <= descriptorsBefore);
    }

    @Test
    void shouldKillProgramThatHeedsNoHangUp() throws Exception {
        StreamClient deaf = open("trap '' HUP PIPE TERM; echo on; while :; do sleep 0.1; done");
        until(deaf, "on\n");
        int pid = deaf.pid();

        deaf.close();

        Await.until("it is killed", () -> !Files.exists(Path.of("/proc", "" + pid)));
        assertThat(node.status("c1").state()).isEqualTo("running");
    }

    @Test
    void shouldHangUpOnClientsThatDoNotKeepToTheProtocol() throws Exception {
        for (ByteBuffer wrong : List.of(
                ExecFrames.frame(99, new byte[0]),
                ExecFrames.frame(ExecFrames.RESIZE, new byte[3]),
                ExecFrames.signal(65),
                ByteBuffer.allocate(4).putInt(1 << 20).flip(),
                ByteBuffer.allocate(4).putInt(0).flip())) {
            try (StreamClient client = open("exec sleep 1000")) {
                client.send(wrong);
                assertThatThrownBy(client::next).isInstanceOf(IOException.class);
            }
        }
        try (StreamClient client = open("exec sleep 1000")) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 40; i++) {
                            client.send(ExecFrames.frame(ExecFrames.INPUT, new byte[ExecFrames.MAX_DATA_BYTES]));
                        }
                        client.next();
                    })
                    .isInstanceOf(IOException.class);
        }
        settled();
        assertThat(exec("echo still").stdout()).isEqualTo("still\n");
    }

    @Test
    void shouldRunFiftyAtOnceAndLeaveNothing() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(50);
        try {
            List<Callable<Ran>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                int number = i;
                all.add(() -> exec("echo " + number + "; sleep 0.2; exit " + number));
            }
            List<Future<Ran>> ran = clients.invokeAll(all);
            for (int i = 0; i < 50; i++) {
                assertThat(ran.get(i).get().stdout()).isEqualTo(i + "\n");
                assertThat(ran.get(i).get().exit().code()).isEqualTo(i);
            }
        } finally {
            clients.shutdownNow();
        }
        settled();
        Await.until("no descriptor is left", () -> descriptors() <= descriptorsBefore);
    }

    @Test
    void shouldBoundHowManyRunAtOnce() throws Exception {
        List<StreamClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < Limits.MAX_EXECS_PER_CONTAINER; i++) {
                open.add(open("exec sleep 1000"));
            }
            assertThatThrownBy(() -> open("true"))
                    .hasMessage("busy: 64 programs have been executed in container c1, the most at once");
            open.remove(0).close();
            Await.until("one may come", () -> {
                try {
                    return exec("exit 3").exit().code() == 3;
                } catch (RequestFailedException e) {
                    return false;
                }
            });
        } finally {
            for (StreamClient client : open) {
                client.close();
            }
        }
        settled();
    }

    @Test
    void shouldEndWithTheKeeperAndLetTheContainerBe() throws Exception {
        StreamClient client = open("trap '' HUP PIPE; echo on; while :; do sleep 0.1; done");
        until(client, "on\n");
        int pid = client.pid();

        node.stop();

        // told, or hung up on first
        try {
            assertThat(rest(client).exit().signal()).isEqualTo(Syscalls.SIGKILL);
        } catch (IOException e) {
            assertThat(e).isInstanceOf(EOFException.class);
        }
        assertThat(Path.of("/proc", "" + pid)).doesNotExist();
        node.start();
        assertThat(node.status("c1").state()).isEqualTo("running");
        assertThat(exec("echo again").stdout()).isEqualTo("again\n");
        client.close();
    }
}
