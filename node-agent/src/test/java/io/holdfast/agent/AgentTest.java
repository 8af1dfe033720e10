package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.holdfast.agent.disk.DataDirException;
import io.holdfast.agent.fake.FakeKeeper;
import io.holdfast.agent.fake.FakeNode;
import io.holdfast.agent.fake.FakeScheduler;
import io.holdfast.agent.image.Digests;
import io.holdfast.agent.image.TestLayout;
import io.holdfast.agent.reconcile.Samples;
import io.holdfast.cluster.ClusterMaps;
import io.holdfast.cluster.MemberConfigs;
import io.holdfast.cluster.PublishManifest;
import io.holdfast.keeper.LayerTars;
import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.document.Json;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobType;
import io.holdfast.model.line.AllocationUsage;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.model.state.NodeRegistration;
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
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent between a real Hazelcast member, a fake scheduler's line and a fake keeper. */
class AgentTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final long LEASE_MILLIS = 3_000;

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private HazelcastInstance member;
    private FakeScheduler scheduler;
    private FakeKeeper keeper;
    private Agent agent;
    private long revision;
    private final List<ManifestRow> rows = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
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
        keeper = new FakeKeeper(vertx, directory.resolve("k.sock")).start();
    }

    @AfterEach
    void close() throws Exception {
        if (agent != null) {
            get(agent.close());
        }
        get(vertx.close());
        member.getLifecycleService().terminate();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private AgentConfig config(boolean drain) {
        return new AgentConfig(
                directory.resolve("data"),
                "host-1",
                List.of(URI.create("http://127.0.0.1:" + scheduler.port())),
                directory.resolve("token"),
                directory.resolve("k.sock"),
                new Capacity(500, 1L << 30, 0, 0),
                drain,
                10_000);
    }

    private void startAgent() throws Exception {
        agent = get(Agent.start(config(false), vertx));
    }

    private void want(String id, GroupDocument document, Desired desired) {
        String text = GroupCodec.encode(document);
        ClusterMaps.specs(member).put(GroupCodec.hash(text), text);
        rows.removeIf(row -> row.allocationId().equals(id));
        rows.add(Samples.row(id, GroupCodec.hash(text), desired));
        publish();
    }

    private void publish() {
        publish(new Manifest(Samples.CLUSTER, 3, ++revision, rows.size(), rows));
    }

    private void publish(Manifest manifest) {
        ClusterMaps.manifests(member).executeOnKey(agent.nodeId(), new PublishManifest(manifest));
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

    @Test
    void shouldRegisterWhatTheKeeperAllowsLessWhatIsReserved() throws Exception {
        startAgent();
        NodeRegistration registration = Await.value(
                "a registration", BOUND, () -> ClusterMaps.nodes(member).get(agent.nodeId()), r -> r != null);

        assertThat(registration.name()).isEqualTo("host-1");
        assertThat(registration.capacity()).isEqualTo(new Capacity(3_500, 7L << 30, 100L << 30, 1_000));
        assertThat(registration.attributes())
                .containsEntry("node.arch", "amd64")
                .containsEntry("node.cgroup", "hybrid")
                .containsEntry("node.kernel", "6.1")
                .containsEntry("node.user-namespaces", "true")
                .containsEntry("node.name", "host-1")
                .containsEntry("node.pool", "default")
                .containsEntry("node.datacenter", "default")
                .containsEntry("node.keeper", "ready");
    }

    @Test
    void shouldRunABatchFromManifestToCompleteReport() throws Exception {
        startAgent();
        want("a1", Samples.batch(0, "one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        keeper.end("a1-0-0", FakeNode.code(0, System.currentTimeMillis()));

        AllocationReport complete = reported("a1", AllocationState.COMPLETE);
        assertThat(complete.tasks()).hasSize(1);
        assertThat(complete.tasks().get(0).exit().success()).isTrue();
        assertThat(report().manifestRevision()).isEqualTo(revision);
        assertThat(report().epochSeen()).isEqualTo(3);
        assertThat(report().clusterId()).isEqualTo(Samples.CLUSTER);
        rows.clear();
        publish();
        Await.until("its sandbox to go", BOUND, () -> keeper.node.list().isEmpty());
        Await.until(
                "the report to be empty", BOUND, () -> report().allocations().isEmpty());
    }

    @Test
    void shouldStopOnTheLeadersWord() throws Exception {
        startAgent();
        want("a1", Samples.service("one", "two"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        want("a1", Samples.service("one", "two"), Desired.STOP);

        reported("a1", AllocationState.STOPPED);
        assertThat(keeper.aliveIds()).isEmpty();
    }

    @Test
    void shouldTouchNothingWhenItEndsAndAdoptWhatRunsWhenItComesBack() throws Exception {
        startAgent();
        want("a1", Samples.service("one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        String nodeId = agent.nodeId();
        Report before = report();
        get(agent.close());
        assertThat(keeper.aliveIds()).containsExactly("a1-0-0");
        startAgent();

        assertThat(agent.nodeId()).isEqualTo(nodeId);
        Await.until(
                "a report of the new start",
                BOUND,
                () -> report().incarnation() > before.incarnation() && report().manifestRevision() == revision);
        reported("a1", AllocationState.RUNNING);
        assertThat(keeper.aliveIds()).containsExactly("a1-0-0");
    }

    @Test
    void shouldRefuseALowerEpochAlsoAfterItsRestart() throws Exception {
        startAgent();
        want("a1", Samples.service("one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        get(agent.close());
        ClusterMaps.manifests(member).clear();
        startAgent();
        publish(new Manifest(Samples.CLUSTER, 2, 99, 0, List.of()));
        Await.until("a look at it", BOUND, () -> get(agent.health()).hazelcast() && report() != null);
        want("a2", Samples.service("one"), Desired.RUN);
        reported("a2", AllocationState.RUNNING);

        assertThat(keeper.aliveIds()).containsExactly("a1-0-0", "a2-0-0");
    }

    @Test
    void shouldRunOnWithoutSchedulerAndMember() throws Exception {
        startAgent();
        want("a1", Samples.service("one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        scheduler.stop();
        member.getLifecycleService().terminate();
        Await.until(
                "the loss",
                BOUND,
                () -> !get(agent.health()).hazelcast() && !get(agent.health()).line());
        keeper.end("a1-0-0", FakeNode.code(1, System.currentTimeMillis()));

        Await.until("its restart", BOUND, () -> keeper.aliveIds().equals(List.of("a1-0-1")));
    }

    @Test
    void shouldKeepItsReportAndSaySoWhenTheKeeperIsAway() throws Exception {
        startAgent();
        want("a1", Samples.service("one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        keeper.stop();
        Await.until(
                "the registration to say so",
                BOUND,
                () -> ClusterMaps.nodes(member)
                        .get(agent.nodeId())
                        .attributes()
                        .get("node.keeper")
                        .equals("unreachable"));
        assertThat(report().allocations().get(0).state()).isEqualTo(AllocationState.RUNNING);
        assertThat(get(agent.health()).line()).isTrue();

        keeper.node.end("a1-0-0", FakeNode.code(1, System.currentTimeMillis()));
        keeper.start();
        Await.until("its restart", BOUND, () -> keeper.aliveIds().equals(List.of("a1-0-1")));
        Await.until(
                "the registration to say so",
                BOUND,
                () -> ClusterMaps.nodes(member)
                        .get(agent.nodeId())
                        .attributes()
                        .get("node.keeper")
                        .equals("ready"));
    }

    @Test
    void shouldMoveTheKeepersDeadlineWithEachRenewalByLessThanTheLease() throws Exception {
        startAgent();
        Await.until("three renewals", BOUND, () -> keeper.renewals.size() >= 3);

        assertThat(keeper.renewals)
                .allSatisfy(ttl -> assertThat(ttl).isPositive().isLessThan(LEASE_MILLIS));
    }

    @Test
    void shouldStartWhatMustNotRunTwiceOnlyWithALease() throws Exception {
        scheduler.hang(true);
        startAgent();
        GroupDocument once = new GroupDocument(JobType.SERVICE, Samples.group(3, DisconnectPolicy.STOP, "one"));
        want("a1", once, Desired.RUN);
        reported("a1", AllocationState.PENDING);
        assertThat(keeper.aliveIds()).isEmpty();
        scheduler.hang(false);

        reported("a1", AllocationState.RUNNING);
    }

    @Test
    void shouldNotFollowAnotherCluster() throws Exception {
        startAgent();
        want("a1", Samples.service("one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        scheduler.stop();
        FakeScheduler foreign = new FakeScheduler(
                        vertx,
                        new LineMessage.Welcome(
                                "cluster-2", LEASE_MILLIS, "holdfast-cluster-2", List.of("127.0.0.1:1")))
                .start(scheduler.port());
        Await.until("two attempts", BOUND, () -> foreign.hellos.size() >= 2);

        assertThat(get(agent.health()).line()).isFalse();
        assertThat(get(agent.health()).clusterId()).isEqualTo(Samples.CLUSTER);
        assertThat(keeper.aliveIds()).containsExactly("a1-0-0");
        foreign.stop();
    }

    @Test
    void shouldEndEverythingFirstWhenItDrains() throws Exception {
        agent = get(Agent.start(config(true), vertx));
        want("a1", Samples.service("one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        get(agent.close());

        assertThat(keeper.aliveIds()).isEmpty();
        assertThat(report().allocations().get(0).state()).isEqualTo(AllocationState.STOPPED);
        agent = null;
    }

    @Test
    void shouldRunFiftyAllocationsSideBySide() throws Exception {
        startAgent();
        GroupDocument document = Samples.service("one");
        String text = GroupCodec.encode(document);
        ClusterMaps.specs(member).put(GroupCodec.hash(text), text);
        for (int i = 0; i < 50; i++) {
            rows.add(Samples.row("a" + i, GroupCodec.hash(text), Desired.RUN));
        }
        publish();

        Await.until(
                "fifty",
                BOUND,
                () -> report().allocations().stream()
                                .filter(r -> r.state() == AllocationState.RUNNING)
                                .count()
                        == 50);
        long creates = keeper.node.requests().stream()
                .filter(Request.CreateSandbox.class::isInstance)
                .count();
        assertThat(creates).isEqualTo(50);
    }

    @Test
    void shouldTryAgainWhenASandboxConflictsForAWhile() throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        keeper.node.refuse(request -> request instanceof Request.CreateSandbox && refusals.incrementAndGet() <= 2
                ? Optional.of(new KeeperError("conflict", "the node's lease has passed: renew it first"))
                : Optional.empty());
        startAgent();
        want("a1", Samples.batch(0, "one"), Desired.RUN);

        assertThat(reported("a1", AllocationState.RUNNING).tasks().get(0).restarts())
                .as("a conflict is no failed start")
                .isZero();
    }

    @Test
    void shouldPauseBeforeItRepeatsAStepThatFailed() throws Exception {
        startAgent();
        want("a1", Samples.batch(0, "one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        keeper.end("a1-0-0", FakeNode.code(0, System.currentTimeMillis()));
        reported("a1", AllocationState.COMPLETE);
        AtomicInteger refusals = new AtomicInteger();
        long beganNanos = System.nanoTime();
        keeper.node.refuse(request -> request instanceof Request.RemoveSandbox && refusals.incrementAndGet() <= 3
                ? Optional.of(new KeeperError("internal", "rmdir: EBUSY"))
                : Optional.empty());
        rows.clear();
        publish();

        Await.until("the sandbox to go", BOUND, () -> keeper.node.list().isEmpty());
        assertThat(refusals.get()).isEqualTo(4);
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos))
                .isGreaterThanOrEqualTo(Duration.ofMillis(7 * NodeLoop.FIRST_HOLD_MILLIS));
    }

    @Test
    void shouldStreamATasksOutputOverItsRestartsUntilItsEnd() throws Exception {
        startAgent();
        want("a1", Samples.batch(1, "one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        keeper.log("a1-0-0", "first run\n");
        Await.until("a line", BOUND, () -> scheduler.lineCount() == 1);
        FakeScheduler.Stream followed = scheduler.openStream("s1", "a1", "one", "stdout", true);
        FakeScheduler.Stream once = scheduler.openStream("s2", "a1", "one", "stdout", false);
        Await.until("what is there", BOUND, () -> followed.text().equals("first run\n") && once.closeStatus() == 1000);
        keeper.end("a1-0-0", FakeNode.code(1, System.currentTimeMillis()));
        Await.until("its restart", BOUND, () -> keeper.aliveIds().equals(List.of("a1-0-1")));
        keeper.log("a1-0-1", "second run\n");
        Await.until("the second run", BOUND, () -> followed.text().equals("first run\nsecond run\n"));
        keeper.end("a1-0-1", FakeNode.code(0, System.currentTimeMillis()));

        Await.until("its end", BOUND, () -> followed.closeStatus() == LineMessage.CLOSE_DONE);
        assertThat(once.text()).isEqualTo("first run\n");
    }

    @Test
    void shouldPauseAndResumeWhenAskedAndTellIt() throws Exception {
        startAgent();
        want("a1", Samples.service("one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        Await.until("a line", BOUND, () -> scheduler.lineCount() == 1);
        scheduler.sayToAll(new LineMessage.Ask("k1", "a1", LineMessage.Ask.PAUSE));
        Await.until(
                "it to be told",
                BOUND,
                () -> reported("a1", AllocationState.RUNNING).reason().equals("paused"));
        assertThat(reported("a1", AllocationState.RUNNING).tasks().get(0).reason())
                .isEqualTo("paused");
        scheduler.sayToAll(new LineMessage.Ask("k2", "a1", LineMessage.Ask.RESUME));
        Await.until(
                "it to be told",
                BOUND,
                () -> reported("a1", AllocationState.RUNNING).reason().isEmpty());
        scheduler.sayToAll(new LineMessage.Ask("k3", "nobody", LineMessage.Ask.PAUSE));
        scheduler.sayToAll(new LineMessage.Ask("k4", "a1", "dance"));

        Await.until("answers", BOUND, () -> scheduler.answers.size() == 4);
        assertThat(scheduler.answers)
                .extracting(answer -> answer.askId() + " " + answer.code())
                .containsExactlyInAnyOrder("k1 ", "k2 ", "k3 not-found", "k4 unsupported");
    }

    @Test
    void shouldAnswerWhatIsAskedOfItsImages() throws Exception {
        startAgent();
        Await.until("a line", BOUND, () -> scheduler.lineCount() == 1);
        assertThat(answer("list-images", "").body().path("images")).isEmpty();
        assertThat(answer("dance", "").code()).isEqualTo("unsupported");
        assertThat(answer("pull-image", "dir:/srv").message()).contains("dir:/srv is not made of layers");
        assertThat(answer("remove-image", "oci:/none").message()).isEqualTo("image oci:/none is not on this node");

        assertThat(answer("resolve-image", "oci:/none").message())
                .isEqualTo("image oci:/none has no tag of a registry: there is nothing to look up");
        assertThat(answer("resolve-image", "r.test/a@sha256:" + "1".repeat(64)).code())
                .isEqualTo("bad-request");

        assertThat(answer("pull-image", "oci:/none").code()).isEmpty();
        Await.until(
                "its failure",
                BOUND,
                () -> answer("list-images", "oci:/none")
                        .body()
                        .at("/images/0/failure")
                        .asText()
                        .contains("oci:/none"));
    }

    @Test
    void shouldTellWhichLayersItHas() throws Exception {
        byte[] tar = new LayerTars.Builder().file("etc/a", "a\n").build().tar();
        TestLayout layout = new TestLayout(directory.resolve("layout"));
        layout.tag("1", layout.image("amd64", "gzip", tar));
        startAgent();
        Await.until("a line", BOUND, () -> scheduler.lineCount() == 1);
        assertThat(answer("pull-image", "oci:" + layout.directory()).code()).isEmpty();

        Await.until(
                "its layer",
                BOUND.plusMillis(AgentVerticle.LAYERS_INTERVAL_MILLIS),
                () -> Optional.ofNullable(ClusterMaps.nodes(member).get(agent.nodeId()))
                        .filter(node -> node.layers().equals(LayerHashes.of(List.of(Digests.of(tar)))))
                        .isPresent());
    }

    private int asks;

    private LineMessage.Answer answer(String action, String argument) {
        String id = "n" + asks++;
        scheduler.sayToAll(new LineMessage.AskNode(id, action, argument));
        return Await.value(
                        "an answer",
                        BOUND,
                        () -> scheduler.answers.stream()
                                .filter(answer -> answer.askId().equals(id))
                                .toList(),
                        found -> !found.isEmpty())
                .get(0);
    }

    @Test
    void shouldTellWhatAllocationsUseInTheirTasksNames() throws Exception {
        startAgent();
        want("a1", Samples.service("one", "two"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        Await.until("a line", BOUND, () -> scheduler.lineCount() == 1);
        FakeScheduler.Stream stream =
                scheduler.openStream("u1", new LineMessage.OpenUsage("u1", List.of("a1", "nobody"), 0));
        Await.until("its end", BOUND, () -> stream.closeStatus() == LineMessage.CLOSE_DONE);

        assertThat(stream.messages()).hasSize(1);
        AllocationUsage usage = Json.mapper().readValue(stream.messages().get(0), AllocationUsage.class);
        assertThat(usage.allocationId()).isEqualTo("a1");
        assertThat(usage.total().cpuMicros()).isEqualTo(3_000_000);
        assertThat(usage.total().memoryBytes()).isEqualTo(2 << 20);
        assertThat(usage.total().memoryLimitBytes()).isEqualTo(4 << 20);
        assertThat(usage.total().pidsLimit()).isZero();
        assertThat(usage.total().memoryPressure()).isEqualTo(AllocationUsage.Pressure.UNKNOWN);
        assertThat(usage.network()).isEqualTo(new AllocationUsage.Network(11, 22, 1, 2));
        assertThat(usage.tasks()).extracting(AllocationUsage.TaskUsage::task).containsExactly("one", "two");
        assertThat(usage.tasks().get(0).usage().memoryPressure()).isEqualTo(new AllocationUsage.Pressure(50, 40));
        assertThat(usage.tasks().get(0).usage().cpuPressure()).isEqualTo(AllocationUsage.Pressure.UNKNOWN);
    }

    @Test
    void shouldSayThatALogIsNotThere() throws Exception {
        startAgent();
        Await.until("a line", BOUND, () -> scheduler.lineCount() == 1);
        FakeScheduler.Stream stream = scheduler.openStream("s1", "nobody", "one", "stdout", true);

        Await.until("the answer", BOUND, () -> stream.closeStatus() == LineMessage.CLOSE_NOT_FOUND);
    }

    @Test
    void shouldReadNoFurtherThanASlowReaderTakes() throws Exception {
        startAgent();
        want("a1", Samples.service("one"), Desired.RUN);
        reported("a1", AllocationState.RUNNING);
        scheduler.readSlowly(true);
        String much = "x".repeat(8 << 20);
        keeper.log("a1-0-0", much);
        Await.until("a line", BOUND, () -> scheduler.lineCount() == 1);
        FakeScheduler.Stream stream = scheduler.openStream("s1", "a1", "one", "stdout", false);
        Await.until("a stream", BOUND, () -> stream.socket() != null);
        Await.until("the reading to stand still", BOUND, () -> keeper.logReads() > 0 && keeper.quietMillis() > 300);
        assertThat(keeper.logReads()).isLessThan(much.length() / (48 << 10));
        vertx.runOnContext(now -> stream.socket().resume());

        Await.until("all of it", BOUND, () -> stream.text().length() == much.length() && stream.closeStatus() == 1000);
    }

    @Test
    void shouldRefuseADataDirectoryThatIsInUse() throws Exception {
        startAgent();

        assertThatThrownBy(() -> get(Agent.start(config(false), vertx)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(DataDirException.class)
                .hasMessageContaining("in use by another agent");
    }

    @Test
    void shouldTellTheClusterWhenItsCapacityHasChanged() throws Exception {
        startAgent();
        Await.until("a registration", BOUND, () -> ClusterMaps.nodes(member).containsKey(agent.nodeId()));
        keeper.stop();
        keeper.capacity(new Reply.Capacity(2_000, 2L << 30, 1, 10));
        keeper.start();

        Await.until(
                "another",
                BOUND,
                () -> ClusterMaps.nodes(member).get(agent.nodeId()).capacity().cpuMillis() == 1_500);
    }
}
