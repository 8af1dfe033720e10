package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.api.LineTimes;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keeper with real containers. */
@Tag("root")
class ContainerTest {
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

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 127, 255})
    void shouldTellTheExactExitCode(int code) throws Exception {
        node.run("c1", "s1", "exit " + code);

        Reply.Exit exit = node.exit("c1");

        assertThat(exit.known()).isTrue();
        assertThat(exit.code()).isEqualTo(code);
        assertThat(exit.signal()).isZero();
    }

    @Test
    void shouldTellTheSignalThatEndedIt() throws Exception {
        node.run("c1", "s1", "echo on; exec sleep 1000");
        node.client.signal("c1", 9);

        Reply.Exit exit = node.exit("c1");

        assertThat(exit.signal()).isEqualTo(9);
        assertThat(exit.code()).isEqualTo(-1);
        assertThat(exit.known()).isTrue();
        assertThat(exit.reason()).isEmpty();
    }

    @Test
    void shouldBeRootOfItsOwnAndNobodyOutside() throws Exception {
        node.run("c1", "s1", "echo $$; id -u; hostname; cat /proc/self/uid_map; echo again > /dev/stdout");

        String output = node.log("c1", "stdout");

        List<String> lines = output.lines().toList();
        assertThat(lines.get(0)).isEqualTo("1");
        assertThat(lines.get(1)).isEqualTo("0");
        assertThat(lines.get(2)).isEqualTo("s1");
        assertThat(lines.get(3).strip().split("\\s+"))
                .hasSize(3)
                .endsWith("65536")
                .startsWith("0");
        assertThat(lines.get(4)).isEqualTo("again");
    }

    @Test
    void shouldLetAnyUserWriteToItsOutputByName() throws Exception {
        Spec spec = KeeperFixture.container(
                        "c1",
                        "s1",
                        Spec.Resources.UNLIMITED,
                        "/bin/sh",
                        "-c",
                        "echo a > /dev/stdout; echo b > /dev/stderr")
                .spec();
        Spec.Process process = spec.process();
        Spec asUser = new Spec(
                null,
                new Spec.Process(
                        process.args(), process.env(), "/", new Spec.User(1000, 1000, List.of()), true, List.of()),
                null,
                "",
                List.of(),
                spec.linux());
        node.client.start(new Request.StartContainer("c1", "s1", "host", asUser, KeeperFixture.LOG_BYTES, null));

        assertThat(node.log("c1", "stdout")).isEqualTo("a\n");
        assertThat(node.log("c1", "stderr")).isEqualTo("b\n");
        assertThat(node.exit("c1").code()).isZero();
    }

    @Test
    void shouldKillOverTheMemoryLimitAndStayUnharmed() throws Exception {
        node.run("neighbour", "s1", "echo on; exec sleep 1000");
        Spec.Resources small = new Spec.Resources(new Spec.Memory(32 << 20, 0, 32 << 20), null, null);
        for (int i = 0; i < 3; i++) {
            node.client.start(KeeperFixture.container("greedy" + i, "s1", small, "/usr/bin/tail", "/dev/zero"));

            Reply.Exit exit = node.exit("greedy" + i);

            assertThat(exit.reason()).isEqualTo("oom-killed");
            assertThat(exit.signal()).isEqualTo(9);
            assertThat(exit.oomKilled()).isTrue();
        }
        assertThat(node.status("neighbour").state()).isEqualTo("running");
        assertThat(node.client.hello().protocol()).isEqualTo(1);
    }

    @Test
    void shouldNotTellOutOfMemoryOfWhatWasOnlyKilled() throws Exception {
        node.run("c1", "s1", "exec sleep 1000");
        node.client.stop("c1", Syscalls.SIGTERM, 10);

        assertThat(node.exit("c1").reason()).isEmpty();
        assertThat(node.exit("c1").signal()).isEqualTo(9);
    }

    @Test
    void shouldTellWhichStepFailedAndLeaveNothing() throws Exception {
        List<String> before = node.litter();

        KeeperTest.assertFails(
                "set-up-failed",
                () -> node.client.start(
                        KeeperFixture.container("c1", "s1", Spec.Resources.UNLIMITED, "/no/such/program")));

        assertThat(node.litter()).isEqualTo(before);
        node.run("c1", "s1", "exit 0");
        assertThat(node.exit("c1").code()).isZero();
    }

    @Test
    void shouldTakeTheWholeProcessTreeWithTheFirstProcess() throws Exception {
        node.run("c1", "s1", "setsid sleep 1000 & sleep 1001 & echo on; exit 3");

        assertThat(node.exit("c1").code()).isEqualTo(3);
        assertThat(node.log("c1", "stdout")).isEqualTo("on\n");
        node.client.removeContainer("c1");
    }

    @Test
    @Tag("any-kernel")
    void shouldBoundTheLogOfFlood() throws Exception {
        Request.StartContainer flood = KeeperFixture.container(
                "c1", "s1", Spec.Resources.UNLIMITED, "/bin/sh", "-c", "seq 1 300000; echo end");
        node.client.start(new Request.StartContainer("c1", "s1", "host", flood.spec(), 64 << 10, flood.annotations()));

        // what is read while it floods is more than what is kept at last
        node.exit("c1");

        String kept = node.log("c1", "stdout");

        assertThat(kept.length()).isBetween(48 << 10, 64 << 10);
        assertThat(kept).endsWith("300000\nend\n");
    }

    @Test
    @Tag("any-kernel")
    void shouldFindLinesByNumberAndTimeAndSayWhenTheyWereWritten() throws Exception {
        long before = System.currentTimeMillis();
        node.run("c1", "s1", "echo one; echo two; echo three; sleep 0.3; echo four");
        assertThat(node.log("c1", "stdout")).isEqualTo("one\ntwo\nthree\nfour\n");

        Reply.LogPlace tail = node.client.findLog(new Request.FindLog("c1", "stdout", 2, 0));
        assertThat(tail).isEqualTo(new Reply.LogPlace(8, 2, 0, 19));
        Reply.LogChunk timed = node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 1 << 10, 0, true));
        assertThat(timed.times().get(0).offset()).isZero();
        long four = timed.times().get(timed.times().size() - 1).atMillis();
        assertThat(timed.times().get(timed.times().size() - 1).offset()).isEqualTo(14);
        assertThat(timed.times().get(0).atMillis()).isBetween(before, four - 250);
        assertThat(new String(new LineTimes().stamp(timed)))
                .matches("(?s)20\\S+Z one\n20\\S+Z two\n20\\S+Z three\n20\\S+Z four\n");
        Request.FindLog since = new Request.FindLog("c1", "stdout", Request.FindLog.ALL, four);
        assertThat(node.client.findLog(since)).isEqualTo(new Reply.LogPlace(14, 0, 0, 19));
        assertThat(node.client
                        .findLog(new Request.FindLog("c1", "stdout", 4, four))
                        .lines())
                .isEqualTo(1);
        KeeperTest.assertFails("bad-request", () -> node.client.findLog(new Request.FindLog("c1", "stdout", -2, 0)));
        KeeperTest.assertFails(
                "bad-request", () -> node.client.findLog(new Request.FindLog("c1", "stdout", 100_001, 0)));
        KeeperTest.assertFails("bad-request", () -> node.client.findLog(new Request.FindLog("c1", "x", 1, 0)));
        KeeperTest.assertFails("not-found", () -> node.client.findLog(new Request.FindLog("c9", "stdout", 1, 0)));
    }

    @Test
    void shouldLetSandboxShareItsNetworkAndIpc() throws Exception {
        node.run("a", "s1", "readlink /proc/self/ns/net /proc/self/ns/ipc /proc/self/ns/user");
        node.run("b", "s1", "readlink /proc/self/ns/net /proc/self/ns/ipc /proc/self/ns/user");
        node.sandbox("s2");
        node.run("c", "s2", "readlink /proc/self/ns/net /proc/self/ns/ipc /proc/self/ns/user");

        assertThat(node.log("a", "stdout")).isEqualTo(node.log("b", "stdout")).hasLineCount(3);
        assertThat(node.log("c", "stdout").lines())
                .doesNotContainAnyElementsOf(node.log("a", "stdout").lines().toList());
    }

    @Test
    void shouldAdoptRealContainers() throws Exception {
        node.run("c1", "s1", "trap 'echo bye; exit 4' TERM; echo on; while :; do sleep 0.01; done");
        node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 10, 10_000));
        node.stop();

        node.start();

        node.run("c2", "s1", "echo second");
        assertThat(node.log("c2", "stdout")).isEqualTo("second\n");
        node.client.stop("c1", Syscalls.SIGTERM, 60_000);
        assertThat(node.exit("c1").code()).isEqualTo(4);
        assertThat(node.log("c1", "stdout")).isEqualTo("on\nbye\n");
    }

    @Test
    void shouldFindTheLimitsInTheKernel() throws Exception {
        Spec.Resources limits = new Spec.Resources(
                new Spec.Memory(64 << 20, 0, 64 << 20), new Spec.Cpu(512, 50_000, 100_000), new Spec.Pids(32));
        node.client.start(
                KeeperFixture.container("c1", "s1", limits, "/bin/sh", "-c", "cat /proc/self/cgroup; sleep 1000"));
        String cgroups = new String(node.client
                .readLog(new Request.ReadLog("c1", "stdout", 0, 4096, 10_000))
                .data());

        assertThat(cgroups).isNotEmpty();
        assertThat(node.cgroups().stream()
                        .filter(path -> path.endsWith("/s1/c1"))
                        .map(Path::of)
                        .filter(path -> Files.exists(path.resolve("pids.max")))
                        .map(path -> {
                            try {
                                return Files.readString(path.resolve("pids.max"))
                                        .strip();
                            } catch (java.io.IOException e) {
                                throw new AssertionError(e);
                            }
                        }))
                .contains("32");
    }
}
