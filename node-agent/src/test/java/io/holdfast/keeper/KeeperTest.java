package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.Event;
import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeRemover;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.error.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keeper's whole life over its socket, with processes that are nobody's container. */
@Tag("root")
class KeeperTest {
    @TempDir
    Path directory;

    private FakeLauncher launcher;
    private KeeperFixture node;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        launcher = new FakeLauncher();
        node = new KeeperFixture(directory, launcher::open, KeeperFixture.POLICY).start();
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void shouldSayWhatTheHostIs() throws Exception {
        Reply.Hello hello = node.client.hello();

        assertThat(hello.attributes()).containsKeys("arch", "kernel", "cgroup", "user-namespaces");
        assertThat(hello.bootId()).hasSize(36);
        assertThat(hello.capacity().memoryBytes()).isPositive();
        assertThat(hello.capacity().diskBytes()).isPositive();
        assertThat(hello.policy()).containsExactly("host-image", "host-network", "host-user");
    }

    @Test
    void shouldRunContainerAndKeepItsOutputAndEnd() throws Exception {
        node.sandbox("s1");
        Reply.Started started = node.run("c1", "s1", "echo out; echo err >&2; exit 7");

        assertThat(started.pid()).isPositive();
        assertThat(node.log("c1", "stdout")).isEqualTo("out\n");
        assertThat(node.log("c1", "stderr")).isEqualTo("err\n");
        Reply.Exit exit = node.exit("c1");
        assertThat(exit.code()).isEqualTo(7);
        assertThat(exit.known()).isTrue();
        assertThat(exit.reason()).isEmpty();
        assertThat(node.status("c1").annotations()).isEqualTo(Map.of("task", "c1"));
    }

    @Test
    void shouldTellWatchersOfTheEnd() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        try (KeeperClient watching = KeeperClient.connect(node.config.socket(), events::add)) {
            watching.watch();
            node.sandbox("s1");
            node.run("c1", "s1", "exit 3");

            Event event = events.poll(10, TimeUnit.SECONDS);

            assertThat(event).isInstanceOfSatisfying(Event.Exited.class, exited -> {
                assertThat(exited.container()).isEqualTo("c1");
                assertThat(exited.sandbox()).isEqualTo("s1");
                assertThat(exited.exit().code()).isEqualTo(3);
            });
        }
    }

    @Test
    void shouldStopByTheSignalAndKillAfterTheGrace() throws Exception {
        node.sandbox("s1");
        node.run("polite", "s1", "trap 'exit 5' TERM; echo on; while :; do sleep 0.01; done");
        node.run("deaf", "s1", "trap '' TERM; echo on; while :; do sleep 0.01; done");
        awaitOutput("polite");
        awaitOutput("deaf");

        node.client.stop("polite", Syscalls.SIGTERM, 60_000);
        node.client.stop("deaf", Syscalls.SIGTERM, 50);

        assertThat(node.exit("polite").code()).isEqualTo(5);
        assertThat(node.exit("deaf").signal()).isEqualTo(9);
        assertThat(node.exit("deaf").reason()).isEmpty();
        node.client.stop("deaf", Syscalls.SIGTERM, 50);
    }

    @Test
    void shouldSignalOnlyWhatRuns() throws Exception {
        node.sandbox("s1");
        node.run("c1", "s1", "trap 'echo got; exit 0' USR1; echo on; while :; do sleep 0.01; done");
        awaitOutput("c1");

        node.client.signal("c1", 10);

        assertThat(node.log("c1", "stdout")).isEqualTo("on\ngot\n");
        node.exit("c1");
        assertFails("conflict", () -> node.client.signal("c1", 10));
        assertFails("not-found", () -> node.client.signal("none", 10));
        assertFails("bad-request", () -> node.client.signal("c1", 0));
    }

    @Test
    void shouldRemoveContainerAndSandboxWithoutResidue() throws Exception {
        node.sandbox("s1");
        node.run("ended", "s1", "exit 0");
        node.run("running", "s1", "sleep 1000 & sleep 1001");
        node.exit("ended");

        assertFails("conflict", () -> node.client.removeContainer("running"));
        node.client.removeContainer("ended");
        assertThat(node.client.list().items().get(0).containers())
                .extracting(Reply.ContainerStatus::id)
                .containsExactly("running");
        node.client.removeSandbox("s1");

        assertThat(node.client.list().items()).isEmpty();
        assertThat(node.litter()).isEmpty();
        node.client.removeContainer("ended");
        node.client.removeSandbox("s1");
        node.sandbox("s1");
    }

    @Test
    void shouldLeaveNothingOfFailedStarts() throws Exception {
        node.sandbox("s1");
        List<String> before = node.litter();
        launcher.failAt = "launch";

        assertFails("set-up-failed", () -> node.run("c1", "s1", "exit 0"));
        assertThat(node.litter()).isEqualTo(before);

        launcher.failAt = "sandbox";
        // said in so many words, it is not one that can be made ahead
        var own = new Request.CreateSandbox("s2", "s2", "private", true, false, Map.of(), Map.of("ipc", "new"));
        assertFails("set-up-failed", () -> node.client.createSandbox(own));
        assertThat(node.litter()).isEqualTo(before);

        launcher.failAt = "";
        node.run("c1", "s1", "exit 0");
        node.sandbox("s2");
    }

    @Test
    void shouldGiveEachSandboxIdsOfItsOwn() throws Exception {
        node.sandbox("s1");
        node.sandbox("s2");
        Path first = node.directory.resolve("data/sandboxes/s1/sandbox.json");
        Path second = node.directory.resolve("data/sandboxes/s2/sandbox.json");

        assertThat(Files.readString(first))
                .isNotEqualTo(Files.readString(second).replace("s2", "s1"));
    }

    @Test
    void shouldRefuseWhatIsThereAlreadyOrMalformed() throws Exception {
        node.sandbox("s1");
        node.run("c1", "s1", "sleep 1000");

        assertFails("conflict", () -> node.sandbox("s1"));
        assertFails("conflict", () -> node.run("c1", "s1", "exit 0"));
        assertFails("not-found", () -> node.run("c2", "none", "exit 0"));
        assertFails("bad-request", () -> node.sandbox("../etc"));
        assertFails("bad-request", () -> node.sandbox("S"));
        assertFails("bad-request", () -> node.run("a/b", "s1", "exit 0"));
        assertFails(
                "bad-request", () -> node.client.start(KeeperFixture.container("c2", "s1", Spec.Resources.UNLIMITED)));
        assertFails(
                "refused-by-policy",
                () -> node.client.start(new Request.StartContainer(
                        "c2",
                        "s1",
                        "dir:/etc",
                        KeeperFixture.container("c2", "s1", Spec.Resources.UNLIMITED, "sh")
                                .spec(),
                        KeeperFixture.LOG_BYTES,
                        Map.of())));
        assertFails("bad-request", () -> node.client.readLog(new Request.ReadLog("c1", "stdin", 0, 1, 0)));
        assertFails("bad-request", () -> node.client.renew(0));
    }

    @Test
    void shouldReportOutOfMemory() throws Exception {
        node.sandbox("s1");
        node.client.start(KeeperFixture.container(
                "c1",
                "s1",
                new Spec.Resources(new Spec.Memory(32 << 20, 0, 32 << 20), null, null),
                "tail",
                "/dev/zero"));

        Reply.Exit exit = node.exit("c1");

        assertThat(exit.reason()).isEqualTo("oom-killed");
        assertThat(exit.oomKilled()).isTrue();
        assertThat(exit.signal()).isEqualTo(9);
        assertThat(node.client.hello().bootId()).isNotEmpty();
    }

    @Test
    void shouldWaitForOutputAndAnswerOthersMeanwhile() throws Exception {
        node.sandbox("s1");
        node.run("c1", "s1", "sleep 1000");
        Thread waiting = new Thread(() -> {
            try {
                node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 100, 10_000));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        waiting.start();
        for (int i = 0; i < 50; i++) {
            node.client.list();
        }
        assertThat(waiting.isAlive()).isTrue();
        node.client.removeSandbox("s1");
        waiting.join(10_000);
        assertThat(waiting.isAlive()).isFalse();
    }

    @Test
    void shouldKeepContainersRunningOverItsOwnEndAndAdoptThem() throws Exception {
        node.sandbox("s1");
        int pid = node.run("c1", "s1", "trap 'echo bye; exit 4' TERM; echo on; while :; do sleep 0.01; done")
                .pid();
        node.run("over", "s1", "echo kept; exit 6");
        node.exit("over");
        awaitOutput("c1");
        node.stop();
        assertThat(ProcessHandle.of(pid)).isPresent();

        node.start();

        assertThat(node.status("c1").state()).isEqualTo("running");
        assertThat(node.status("c1").pid()).isEqualTo(pid);
        assertThat(node.exit("over").code()).isEqualTo(6);
        assertThat(node.log("over", "stdout")).isEqualTo("kept\n");
        node.client.stop("c1", Syscalls.SIGTERM, 60_000);
        assertThat(node.exit("c1").code()).isEqualTo(4);
        assertThat(node.log("c1", "stdout")).isEqualTo("on\nbye\n");
    }

    @Test
    void shouldSayThatNobodySawTheEndThatCameWithoutKeeper() throws Exception {
        node.sandbox("s1");
        int pid = node.run("c1", "s1", "sleep 1000").pid();
        node.stop();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Await.until(
                "it is gone",
                () -> ProcessTable.stat(pid).map(ProcessTable.Stat::zombie).orElse(true));

        node.start();

        Reply.Exit exit = node.exit("c1");
        if (exit.known()) {
            // its parent, whoever that is, has not reaped it: the status could still be read
            assertThat(exit.signal()).isEqualTo(9);
        } else {
            assertThat(exit.reason()).isEqualTo("exit status unknown");
            assertThat(exit.code()).isEqualTo(-1);
        }
    }

    @Test
    void shouldNotTrustPidWithAnotherStartTime() throws Exception {
        node.sandbox("s1");
        int pid = node.run("c1", "s1", "sleep 1000").pid();
        node.stop();
        Path record = node.directory.resolve("run/containers/c1/process.json");
        Files.writeString(
                record, Files.readString(record).replaceAll("\"startTimeTicks\":\\d+", "\"startTimeTicks\":1"));

        node.start();

        assertThat(node.exit("c1").reason()).isEqualTo("exit status unknown");
        // what sits in its cgroup is killed all the same: the cgroup is the keeper's own
        Await.until(
                "it is gone",
                () -> ProcessTable.stat(pid).map(ProcessTable.Stat::zombie).orElse(true));
    }

    @Test
    void shouldClearWhatHasNoRecord() throws Exception {
        node.sandbox("s1");
        int pid = node.run("c1", "s1", "sleep 1000").pid();
        node.run("c2", "s1", "sleep 1000");
        node.stop();
        Files.delete(node.directory.resolve("data/containers/c1/container.json"));

        node.start();

        assertThat(node.client.list().items().get(0).containers())
                .extracting(Reply.ContainerStatus::id)
                .containsExactly("c2");
        Await.until(
                "it is gone",
                () -> ProcessTable.stat(pid).map(ProcessTable.Stat::zombie).orElse(true));
        assertThat(node.litter()).noneMatch(path -> path.contains("c1"));
    }

    @Test
    void shouldTakeContainersOfAnotherBootForEnded() throws Exception {
        node.sandbox("s1");
        node.run("c1", "s1", "echo before; sleep 1000");
        awaitOutput("c1");
        node.stop();
        for (String record : List.of("sandboxes/s1/sandbox.json", "containers/c1/container.json")) {
            Path file = node.directory.resolve("data").resolve(record);
            Files.writeString(
                    file, Files.readString(file).replaceAll("\"bootId\":\"[^\"]+\"", "\"bootId\":\"another\""));
        }
        Syscalls syscalls = new Syscalls(new JnrKernel());
        // a reboot ends what holds the pipes, too
        new PipeHolder(new Layout(node.config.dataDir(), node.config.runDir()), HostFacts.bootId(), syscalls).release();
        TreeRemover.remove(node.directory.resolve("run"), syscalls);

        node.start();

        assertThat(node.exit("c1").reason()).isEqualTo("exit status unknown");
        assertThat(node.log("c1", "stdout")).isEqualTo("before\n");
        assertFails("conflict", () -> node.run("c2", "s1", "exit 0"));
        node.client.removeSandbox("s1");
        node.sandbox("s1");
    }

    @Test
    void shouldRefuseSecondKeeperOnAnyOfItsThings() throws Exception {
        assertThat(refusal(Map.of())).contains("data-dir").contains("in use by another keeper");
        assertThat(refusal(Map.of("data-dir", directory.resolve("data2").toString())))
                .contains("run-dir");
        assertThat(refusal(Map.of(
                        "data-dir", directory.resolve("data2").toString(),
                        "run-dir", directory.resolve("run2").toString())))
                .contains("cgroup-parent");
        assertThat(node.client.list().items()).isEmpty();
    }

    @Test
    void shouldKillAtTheDeadlineAndSpareTheOthers() throws Exception {
        node.client.renew(600_000);
        node.sandbox("leased", true);
        node.sandbox("free", false);
        node.run("c1", "leased", "sleep 1000");
        node.run("c2", "free", "sleep 1000");

        node.client.renew(1);

        assertThat(node.exit("c1").reason()).isEqualTo("deadline-passed");
        assertThat(node.status("c2").state()).isEqualTo("running");
        assertFails("conflict", () -> node.run("c3", "leased", "exit 0"));
        node.client.renew(600_000);
        node.run("c3", "leased", "exit 0");
        assertThat(node.exit("c3").code()).isZero();
    }

    @Test
    void shouldGiveAdoptedSandboxesNoMoreThanTheirLease() throws Exception {
        node.client.renew(600_000);
        node.sandbox("leased", true);
        node.run("c1", "leased", "sleep 1000");
        node.client.renew(300);
        node.stop();

        node.start();

        assertThat(node.exit("c1").reason()).isEqualTo("deadline-passed");
    }

    @Test
    void shouldTakeMissingLeaseForPassed() throws Exception {
        node.client.renew(600_000);
        node.sandbox("leased", true);
        node.run("c1", "leased", "sleep 1000");
        node.stop();
        Files.delete(directory.resolve("run/lease.json"));

        node.start();

        assertThat(node.exit("c1").reason()).isEqualTo("deadline-passed");
    }

    private String refusal(Map<String, String> changes) throws Exception {
        Map<String, String> values = new java.util.HashMap<>(Map.of(
                "data-dir", node.config.dataDir().toString(),
                "run-dir", node.config.runDir().toString(),
                "socket", directory.resolve("second.sock").toString(),
                "cgroup-parent", node.config.cgroupParent()));
        values.putAll(changes);
        Outcome<Keeper> second =
                Keeper.start(KeeperFixture.ok(KeeperConfig.of(values)), node.source, directory.resolve("id-ranges"));
        return second.fold(
                keeper -> {
                    keeper.close();
                    throw new AssertionError("a second keeper started");
                },
                errors -> errors.get(0).text());
    }

    private void awaitOutput(String container) throws Exception {
        Reply.LogChunk chunk = node.client.readLog(new Request.ReadLog(container, "stdout", 0, 100, 10_000));
        assertThat(chunk.data()).isNotEmpty();
    }

    interface Attempt {
        void run() throws Exception;
    }

    static void assertFails(String code, Attempt attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(
                        KeeperClient.RequestFailedException.class,
                        e -> assertThat(e.error().code()).as(e.getMessage()).isEqualTo(code));
    }
}
