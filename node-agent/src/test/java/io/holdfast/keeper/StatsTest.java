package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.launch.Launchers;
import io.holdfast.keeper.oci.Spec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs {@code stats} and {@code update-container}, with real containers. */
@Tag("root")
class StatsTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final long BURNT_NANOS = 50_000_000;
    private static final Spec.Resources LIMITS = new Spec.Resources(
            new Spec.Memory(64 * MEBIBYTE, 0, 64 * MEBIBYTE), new Spec.Cpu(512, 50_000, 100_000), new Spec.Pids(32));

    /** Some tens of milliseconds of cpu time. */
    private static final String BURN = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; ";

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

    @Test
    void shouldTellWhatARunningContainerUses() throws Exception {
        run("c1", LIMITS, "while :; do :; done");
        Await.until(
                "cpu time is counted", () -> stats().containers().get(0).used().cpuNanos() > BURNT_NANOS);

        Reply.ContainerStats container = stats().containers().get(0);

        assertThat(container.id()).isEqualTo("c1");
        assertThat(container.memory().currentBytes()).isPositive();
        assertThat(container.memory().limitBytes()).isEqualTo(64 * MEBIBYTE);
        assertThat(container.pids()).isEqualTo(new Reply.PidsUse(1, 32));
        assertThat(stats().total().cpuNanos())
                .isGreaterThanOrEqualTo(container.used().cpuNanos());
    }

    @Test
    void shouldCountTheSandboxsOwnNetworkWithoutAProcessInIt() throws Exception {
        assertThat(stats().network()).containsExactly(new Reply.NetworkInterface("lo", 0, 0, 0, 0));
        Path host = Path.of("/proc/self/ns/net");
        Path before = Files.readSymbolicLink(host);

        run("c1", LIMITS, "exec 3<>/dev/null; " + ping());
        node.exit("c1");

        Reply.NetworkInterface loopback = stats().network().get(0);
        assertThat(loopback.sentBytes()).isPositive();
        assertThat(loopback.receivedPackets()).isEqualTo(loopback.sentPackets());
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            assertThat(thread.isAlive()).isTrue();
        }
        try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                assertThat(Files.readSymbolicLink(thread.resolve("ns/net"))).isEqualTo(before);
            }
        }
    }

    @Test
    void shouldNeverForgetWhatEndedContainersUsed() throws Exception {
        run("c1", LIMITS, BURN);
        node.exit("c1");
        Reply.Usage first = settled();
        assertThat(first.cpuNanos()).isGreaterThan(10_000_000);

        node.client.removeContainer("c1");
        assertThat(stats().total()).isEqualTo(first);
        run("c1", LIMITS, BURN);
        node.exit("c1");
        Reply.Usage second = settled();
        assertThat(second.cpuNanos()).isGreaterThan(first.cpuNanos() + 10_000_000);

        node.stop();
        node.start();
        assertThat(stats().total()).isEqualTo(second);
        node.client.removeContainer("c1");
        node.stop();
        node.start();
        assertThat(stats().total()).isEqualTo(second);

        node.client.removeSandbox("s1");
        node.sandbox("s1");
        assertThat(stats().total()).isEqualTo(Reply.Usage.NONE);
    }

    @Test
    void shouldAnswerForThoseThatAreAskedForAndThere() throws Exception {
        node.sandbox("s2");

        assertThat(node.client.stats(List.of()).sandboxes())
                .extracting(Reply.SandboxStats::id)
                .containsExactly("s1", "s2");
        assertThat(node.client.stats(List.of("s2", "none")).sandboxes())
                .extracting(Reply.SandboxStats::id)
                .containsExactly("s2");
        assertFails("bad-request", () -> node.client.stats(List.of("../etc")));
    }

    @Test
    void shouldSayThatAChildWasKilledForMemory() throws Exception {
        run("c1", LIMITS, "tail /dev/zero; echo lived on; sleep 1000");
        Await.until("the kill is counted", () -> stats().total().oomKills() > 0);
        if (node.client.hello().attributes().get("cgroup").equals("v2")) {
            // there all of it ends as one
            assertThat(node.exit("c1").reason()).isEqualTo("oom-killed");
            return;
        }
        assertThat(node.status("c1").state()).isEqualTo("running");
        assertThat(stats().containers().get(0).used().oomKills()).isEqualTo(1);

        node.client.stop("c1", 9, 0);

        assertThat(node.exit("c1").oomKilled()).isTrue();
        assertThat(settled().oomKills()).isEqualTo(1);
    }

    @Test
    void shouldChangeLimitsOfWhatRunsAndRemember() throws Exception {
        int pid = run("c1", LIMITS, "sleep 1000");
        Spec.Resources more = new Spec.Resources(
                new Spec.Memory(128 * MEBIBYTE, 0, 128 * MEBIBYTE), new Spec.Cpu(1024, 0, 0), new Spec.Pids(64));

        node.client.update("c1", more);

        assertThat(stats().containers().get(0).memory().limitBytes()).isEqualTo(128 * MEBIBYTE);
        assertThat(stats().containers().get(0).pids().limit()).isEqualTo(64);
        node.stop();
        node.start();
        assertThat(node.status("c1").pid()).isEqualTo(pid);
        Spec.Resources unlimited = Spec.Resources.UNLIMITED;
        node.client.update("c1", unlimited);
        assertThat(stats().containers().get(0).memory().limitBytes()).isEqualTo(-1);
        assertThat(stats().containers().get(0).pids().limit()).isEqualTo(-1);
    }

    @Test
    void shouldFinishAChangeThatAKeeperWasKilledIn() throws Exception {
        run("c1", LIMITS, "sleep 1000");
        node.stop();
        Spec.Resources after = new Spec.Resources(LIMITS.memory(), LIMITS.cpu(), new Spec.Pids(77));
        Records.write(
                directory.resolve("data/containers/c1/resources.json"), new Records.ResourcesRecord(LIMITS, after));

        node.start();

        assertThat(stats().containers().get(0).pids().limit()).isEqualTo(77);
    }

    @Test
    void shouldRefuseChangesThatMakeNoSense() throws Exception {
        run("c1", LIMITS, "sleep 1000");

        assertFails("bad-request", () -> node.client.update("c1", memory(1)));
        assertFails("not-found", () -> node.client.update("none", memory(64 * MEBIBYTE)));
        assertFails(
                "unsupported",
                () -> node.client.update("c1", new Spec.Resources(null, new Spec.Cpu(0, 0, 0, "8000", ""), null)));
        Spec.DeviceRule disk = new Spec.DeviceRule(true, "b", 8, 0, "rw");
        assertFails(
                "refused-by-policy",
                () -> node.client.update("c1", new Spec.Resources(null, null, null, null, List.of(disk), null)));
        node.client.stop("c1", 9, 0);
        assertFails("conflict", () -> node.client.update("c1", memory(64 * MEBIBYTE)));
        assertThat(directory.resolve("data/containers/c1/resources.json")).doesNotExist();
    }

    @Test
    void shouldKeepRootOfTheHostItselfFromDevices() throws Exception {
        node.client.createSandbox(new Request.CreateSandbox("open", "open", "private", false, false, Map.of()));
        String script = "cd /dev; mknod kmsg c 1 11 && mknod nil c 1 3 && echo made; "
                + "true < kmsg || echo kept off; true > nil && echo null";
        node.client.start(KeeperFixture.container("c1", "open", LIMITS, "/bin/sh", "-c", script));
        node.exit("c1");

        assertThat(node.log("c1", "stdout")).isEqualTo("made\nkept off\nnull\n");
    }

    @Test
    void shouldLetContainersUseTheDevicesThatTheyAreGiven() throws Exception {
        node.close();
        node = new KeeperFixture(directory, Launchers::open, KeeperFixture.POLICY + "devices: [/dev/kmsg]\n").start();
        node.sandbox("s1");
        Request.StartContainer plain = KeeperFixture.container(
                "c1",
                "s1",
                LIMITS,
                "/bin/sh",
                "-c",
                "echo on; while :; do true 2>/dev/null < /dev/k && echo open || echo shut; sleep 0.02; done");
        Spec.Linux linux = new Spec.Linux(
                null,
                null,
                null,
                List.of(new Spec.Device("c", "/dev/k", 1, 11, 0666, 0, 0)),
                "",
                LIMITS,
                "",
                null,
                null,
                null,
                null);
        node.client.start(new Request.StartContainer(
                "c1", "s1", "host", plain.spec().withLinux(linux), KeeperFixture.LOG_BYTES, Map.of()));
        Await.until("it opens its device", () -> output("c1").contains("open"));

        node.client.update("c1", memory(64 * MEBIBYTE));

        int seen = output("c1").length();
        Await.until("it goes on", () -> output("c1").length() > seen + 100);
        assertThat(output("c1")).doesNotContain("shut");
    }

    private String output(String container) throws Exception {
        return new String(
                node.client
                        .readLog(new Request.ReadLog(container, "stdout", 0, 1 << 20, 0))
                        .data(),
                StandardCharsets.US_ASCII);
    }

    private int run(String id, Spec.Resources limits, String script) throws Exception {
        return node.client
                .start(KeeperFixture.container(id, "s1", limits, "/bin/sh", "-c", script))
                .pid();
    }

    /** A datagram to itself by whatever the host's image has. */
    private static String ping() {
        return "exec bash -c 'echo hello > /dev/udp/127.0.0.1/9'";
    }

    /** What is told once the last end is taken over and nothing runs. */
    private Reply.Usage settled() throws Exception {
        Await.until("nothing runs", () -> stats().containers().isEmpty());
        return stats().total();
    }

    private Reply.SandboxStats stats() throws Exception {
        return node.client.stats(List.of("s1")).sandboxes().get(0);
    }

    private static Spec.Resources memory(long bytes) {
        return new Spec.Resources(new Spec.Memory(bytes, 0, bytes), null, null);
    }

    private interface Call {
        void run() throws Exception;
    }

    private static void assertFails(String code, Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        KeeperClient.RequestFailedException.class,
                        e -> assertThat(e.error().code()).as(e.getMessage()).isEqualTo(code));
    }
}
