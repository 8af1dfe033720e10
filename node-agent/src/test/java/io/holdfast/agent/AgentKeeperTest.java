package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.holdfast.agent.fake.FakeScheduler;
import io.holdfast.agent.reconcile.Samples;
import io.holdfast.cluster.ClusterMaps;
import io.holdfast.cluster.MemberConfigs;
import io.holdfast.cluster.PublishManifest;
import io.holdfast.keeper.Root;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.NetworkMode;
import io.holdfast.model.job.Resources;
import io.holdfast.model.job.RestartPolicy;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.job.UpdatePolicy;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.model.state.Report;
import io.holdfast.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a manifest in a real Hazelcast member to a real container and back: only the scheduler is a fake. */
@Tag("root")
class AgentKeeperTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final long LEASE_MILLIS = 2_000;

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private HazelcastInstance member;
    private FakeScheduler scheduler;
    private RealKeeper keeper;
    private Agent agent;
    private long revision;
    private final List<ManifestRow> rows = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        Root.required();
        member = Hazelcast.newHazelcastInstance(MemberConfigs.alone(Samples.CLUSTER, 0));
        int port = member.getCluster().getLocalMember().getAddress().getPort();
        scheduler = new FakeScheduler(
                        vertx,
                        new LineMessage.Welcome(
                                Samples.CLUSTER,
                                LEASE_MILLIS,
                                MemberConfigs.clusterName(Samples.CLUSTER),
                                List.of("127.0.0.1:" + port)))
                .start(0);
        Files.writeString(directory.resolve("token"), FakeScheduler.TOKEN);
        keeper = new RealKeeper().start();
        startAgent();
    }

    @AfterEach
    void close() throws Exception {
        if (agent != null) {
            get(agent.close());
        }
        if (keeper != null) {
            keeper.close();
        }
        get(vertx.close());
        if (member != null) {
            member.getLifecycleService().terminate();
        }
    }

    private void startAgent() throws Exception {
        agent = get(Agent.start(
                new AgentConfig(
                        directory.resolve("agent"),
                        "host-1",
                        List.of(URI.create("http://127.0.0.1:" + scheduler.port())),
                        directory.resolve("token"),
                        keeper.socket(),
                        new Capacity(0, 0, 0, 0),
                        false,
                        10_000),
                vertx));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static GroupDocument shell(JobType type, int attempts, DisconnectPolicy disconnect, String script) {
        TaskSpec task = new TaskSpec(
                "main",
                new Image.Host(),
                List.of("/bin/sh", "-c", script),
                new TreeMap<>(),
                "0",
                "/",
                2_000,
                new Resources(100, 0, 32L << 20, 0, 32));
        return new GroupDocument(
                type,
                new GroupSpec(
                        "main",
                        1,
                        List.of(),
                        NetworkMode.PRIVATE,
                        new RestartPolicy(attempts, 100),
                        UpdatePolicy.DEFAULT,
                        disconnect,
                        List.of(task)));
    }

    private void want(String id, GroupDocument document, Desired desired) {
        String text = GroupCodec.encode(document);
        ClusterMaps.specs(member).put(GroupCodec.hash(text), text);
        rows.removeIf(row -> row.allocationId().equals(id));
        rows.add(Samples.row(id, GroupCodec.hash(text), desired));
        publish();
    }

    private void publish() {
        ClusterMaps.manifests(member)
                .executeOnKey(
                        agent.nodeId(),
                        new PublishManifest(new Manifest(Samples.CLUSTER, 1, ++revision, rows.size(), rows)));
    }

    private Report report() {
        return ClusterMaps.reports(member).get(agent.nodeId());
    }

    private AllocationReport reported(String id, AllocationState state) {
        return Await.value(
                id + " to be " + state,
                BOUND,
                () -> report().allocations().stream()
                        .filter(r -> r.allocationId().equals(id))
                        .findFirst()
                        .orElseThrow(),
                r -> r.state() == state);
    }

    private String output(String allocation, boolean follow) {
        Await.until("a line", BOUND, () -> scheduler.lineCount() == 1);
        FakeScheduler.Stream stream =
                scheduler.openStream("s-" + allocation + "-" + System.nanoTime(), allocation, "main", "stdout", follow);
        Await.until("the end of the output", BOUND, () -> stream.closeStatus() != 0);
        assertThat(stream.closeStatus()).isEqualTo(LineMessage.CLOSE_DONE);
        return stream.text();
    }

    @Test
    void shouldRunAContainerToItsEndAndTellItsExitCodeAndOutput() {
        String script = "echo hello from $(hostname), task $HOLDFAST_TASK of $HOLDFAST_ALLOCATION_ID on $HOLDFAST_NODE";
        want("a1", shell(JobType.BATCH, 0, DisconnectPolicy.KEEP, script), Desired.RUN);

        AllocationReport complete = reported("a1", AllocationState.COMPLETE);
        assertThat(complete.tasks().get(0).exit().success()).isTrue();
        assertThat(complete.startedAtMillis()).isPositive().isLessThanOrEqualTo(complete.finishedAtMillis());
        assertThat(output("a1", false)).isEqualTo("hello from web-main-0, task main of a1 on host-1\n");
    }

    @Test
    void shouldFailWithTheExitCodeAfterItsAttemptsAndKeepTheLastOutputs() {
        want("a1", shell(JobType.BATCH, 1, DisconnectPolicy.KEEP, "echo run; exit 3"), Desired.RUN);

        AllocationReport failed = reported("a1", AllocationState.FAILED);
        assertThat(failed.reason()).isEqualTo("exit code 3");
        assertThat(failed.tasks().get(0).restarts()).isEqualTo(1);
        assertThat(output("a1", true)).isEqualTo("run\nrun\n");
    }

    @Test
    void shouldSayOomKilledWhenATaskOutgrowsItsMemory() {
        String hog = "x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}";
        want("a1", shell(JobType.BATCH, 0, DisconnectPolicy.KEEP, hog), Desired.RUN);

        assertThat(reported("a1", AllocationState.FAILED).reason()).isEqualTo("oom-killed");
    }

    @Test
    void shouldSayWhyAProgramCannotBeExecuted() {
        GroupDocument good = shell(JobType.BATCH, 0, DisconnectPolicy.KEEP, "true");
        TaskSpec task = good.group().tasks().get(0);
        TaskSpec bad =
                new TaskSpec("main", task.image(), List.of("/no/such"), task.env(), "0", "/", 1_000, task.resources());
        GroupSpec g = good.group();
        want(
                "a1",
                new GroupDocument(
                        JobType.BATCH,
                        new GroupSpec(
                                g.name(),
                                1,
                                g.constraints(),
                                g.network(),
                                g.restart(),
                                g.update(),
                                g.disconnect(),
                                List.of(bad))),
                Desired.RUN);

        assertThat(reported("a1", AllocationState.FAILED).reason())
                .contains("ENOENT")
                .contains("/no/such");
    }

    @Test
    void shouldStopAServiceAndRemoveItWhenItIsForgotten() {
        want("a1", shell(JobType.SERVICE, 3, DisconnectPolicy.KEEP, "exec sleep 1000"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        want("a1", shell(JobType.SERVICE, 3, DisconnectPolicy.KEEP, "exec sleep 1000"), Desired.STOP);
        reported("a1", AllocationState.STOPPED);
        rows.clear();
        publish();

        Await.until("nothing to be told", BOUND, () -> report().allocations().isEmpty());
    }

    @Test
    void shouldKeepTheContainerOverTheRestartOfAgentAndKeeper() throws Exception {
        want("a1", shell(JobType.SERVICE, 3, DisconnectPolicy.KEEP, "echo once; exec sleep 1000"), Desired.RUN);
        AllocationReport before = reported("a1", AllocationState.RUNNING);
        long incarnation = report().incarnation();
        get(agent.close());
        keeper.stop();
        keeper.start();
        startAgent();
        Await.until(
                "a report of the new start",
                BOUND,
                () -> report().incarnation() > incarnation && report().manifestRevision() == revision);

        AllocationReport after = reported("a1", AllocationState.RUNNING);
        assertThat(after.tasks()).isEqualTo(before.tasks());
        assertThat(output("a1", false)).isEqualTo("once\n");
    }

    @Test
    void shouldGoOnWhenTheKeeperIsRestartedUnderneath() throws Exception {
        want("a1", shell(JobType.SERVICE, 3, DisconnectPolicy.KEEP, "exec sleep 1000"), Desired.RUN);
        AllocationReport before = reported("a1", AllocationState.RUNNING);
        keeper.stop();
        keeper.start();
        want("a2", shell(JobType.SERVICE, 3, DisconnectPolicy.KEEP, "exec sleep 1000"), Desired.RUN);
        reported("a2", AllocationState.RUNNING);

        assertThat(reported("a1", AllocationState.RUNNING).tasks()).isEqualTo(before.tasks());
    }

    @Test
    void shouldEndWhatMustNotRunTwiceWhenTheSchedulerIsGoneForTooLong() throws Exception {
        want("once", shell(JobType.SERVICE, 3, DisconnectPolicy.STOP, "exec sleep 1000"), Desired.RUN);
        want("kept", shell(JobType.SERVICE, 3, DisconnectPolicy.KEEP, "exec sleep 1000"), Desired.RUN);
        reported("once", AllocationState.RUNNING);
        reported("kept", AllocationState.RUNNING);
        scheduler.hang(true);

        assertThat(reported("once", AllocationState.STOPPED).reason()).isEqualTo("deadline-passed");
        assertThat(reported("kept", AllocationState.RUNNING).reason()).isEmpty();
    }
}
