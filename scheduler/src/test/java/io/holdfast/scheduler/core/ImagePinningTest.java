package io.holdfast.scheduler.core;

import static io.holdfast.scheduler.sim.Jobs.key;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.ImagePin;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.line.NodeImages;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.scheduler.sim.Jobs;
import io.holdfast.scheduler.sim.SimCluster;
import io.holdfast.testkit.CountingIds;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tag is turned into a digest once for each version of a job, in simulated time. */
class ImagePinningTest {
    private static final CoreSettings SETTINGS = new CoreSettings(10_000, 10_000, 10_000, 30_000);
    private static final JobKey WEB = key("web");
    private static final String TAG = "registry.test/web:1";
    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);

    private final SimCluster sim = new SimCluster(SETTINGS, new CountingIds("alloc"));

    @BeforeEach
    void start() {
        sim.startScheduler();
        sim.registry.tag(TAG, ONE);
    }

    private void nodes(int count) {
        for (int i = 1; i <= count; i++) {
            sim.addNode("node-" + i, 200);
        }
        sim.runUntil(
                "all nodes ready",
                5_000,
                () -> sim.core().view().nodes().stream()
                                .filter(node -> node.state() == NodeState.READY)
                                .count()
                        == count);
    }

    private static JobSpec web(int count, String command) {
        return Jobs.service("web", count, command, new Image.Registry("registry.test", "web", "1", ""));
    }

    private List<Allocation> running() {
        return sim.allocations(WEB).stream()
                .filter(a -> a.desired() == Desired.RUN && a.state() == AllocationState.RUNNING)
                .toList();
    }

    private void settle(int count) {
        sim.runUntil("web runs " + count, 20_000, () -> running().size() == count);
    }

    /** References of the images that run, as their nodes got them. */
    private Set<String> images() {
        return running().stream()
                .map(a -> valueOf(GroupCodec.decode(sim.maps.spec(a.specHash()).orElseThrow())))
                .map(document -> document.group().tasks().get(0).image().reference())
                .collect(Collectors.toSet());
    }

    private GroupStatus group() {
        return sim.status(WEB).groups().get(0);
    }

    private List<ClusterEvent> resolutions() {
        return sim.events.stream()
                .filter(event -> event.type().equals("image-resolved"))
                .toList();
    }

    @Test
    void shouldRunTheSameBytesOnAllNodesThoughTheTagMoves() {
        nodes(2);
        sim.put(WEB, web(2, "a"));
        settle(2);
        sim.registry.tag(TAG, TWO);
        sim.addNode("node-3", 200);
        Set<String> before = running().stream().map(Allocation::id).collect(Collectors.toSet());

        assertThat(valueOf(sim.put(WEB, web(5, "a"))).version()).isEqualTo(2);
        settle(5);

        assertThat(images()).containsExactly(TAG + "@" + ONE);
        assertThat(running().stream().map(Allocation::nodeId).distinct()).hasSize(3);
        assertThat(running().stream().map(Allocation::id)).containsAll(before);
        assertThat(sim.registry.asked).hasSize(1);
        assertThat(group().images()).containsExactly(new ImagePin("main", TAG, ONE, List.of()));
        assertThat(sim.status(WEB).spec()).isEqualTo(web(5, "a"));
        assertThat(resolutions()).hasSize(1);
        assertThat(resolutions().get(0).subject()).isEqualTo("web");
        assertThat(resolutions().get(0).data())
                .containsEntry("version", 1)
                .containsEntry("reference", TAG)
                .containsEntry("digest", ONE);
    }

    @Test
    void shouldAskAnewForAGroupThatChanged() {
        nodes(1);
        sim.put(WEB, web(2, "a"));
        settle(2);
        sim.registry.tag(TAG, TWO);
        sim.run(2_000);

        sim.put(WEB, web(2, "b"));
        sim.runUntil(
                "all new",
                20_000,
                () -> running().size() == 2 && running().stream().allMatch(a -> a.jobVersion() == 2));

        assertThat(images()).containsExactly(TAG + "@" + TWO);
        assertThat(sim.registry.asked).hasSize(2);
    }

    @Test
    void shouldSayWhyNothingIsPlacedAndGoOnWhenTheRegistryIsBack() {
        nodes(2);
        sim.registry.down(TAG + ": registry.test cannot be reached");
        sim.put(WEB, web(1, "a"));
        sim.run(40_000);

        assertThat(sim.allocations(WEB)).isEmpty();
        assertThat(group().pendingReason())
                .startsWith("image " + TAG + " is not resolved by node node-")
                .endsWith(" and is asked for again: registry.test cannot be reached");
        assertThat(sim.registry.asked).hasSizeBetween(5, 8).contains("node-1 " + TAG, "node-2 " + TAG);
        assertThat(group().images()).containsExactly(new ImagePin("main", TAG));

        sim.registry.down("");
        sim.runUntil(
                "web runs",
                2 * CoreLimits.LOOKUP_RETRY_MAX_MILLIS,
                () -> running().size() == 1);
        assertThat(group().pendingReason()).isEmpty();
    }

    @Test
    void shouldNotBelieveWhatIsNoDigest() {
        nodes(1);
        sim.registry.tag(TAG, "sha256:1@x");
        sim.put(WEB, web(1, "a"));
        sim.run(1_000);
        assertThat(group().pendingReason()).endsWith("the node's answer has no digest");

        sim.registry.tag(TAG, ONE);
        settle(1);
    }

    @Test
    void shouldAskANodeThatTheGroupMayRunOn() {
        nodes(3);
        JobSpec spec = web(1, "a");
        GroupSpec group = spec.groups().get(0);
        GroupSpec bound = new GroupSpec(
                group.name(),
                group.count(),
                List.of(new Constraint("node.name", Constraint.Operator.NOT_EQUAL, "node-1")),
                group.network(),
                group.restart(),
                group.update(),
                group.disconnect(),
                group.tasks());
        for (int i = 0; i < 5; i++) {
            JobKey key = key("job" + i);
            sim.put(key, new JobSpec(key.job(), spec.type(), spec.priority(), List.of(bound)));
        }
        sim.run(1_000);
        assertThat(sim.registry.asked).hasSize(5).doesNotContain("node-1 " + TAG);
    }

    @Test
    void shouldRatherAskANodeOfTheJobsPool() {
        nodes(3);
        sim.agents.get("node-2").attributes.put(NodeRegistration.POOL, "gpu");
        sim.run(5_000);
        JobSpec spec = web(1, "a");
        for (int i = 0; i < 3; i++) {
            JobKey key = key("job" + i);
            NodeScope scope = new NodeScope(i == 0 ? "default" : "gpu", List.of("default"));
            sim.put(key, new JobSpec(key.job(), spec.type(), spec.priority(), scope, spec.groups()));
            sim.run(1_000);
        }
        assertThat(sim.registry.asked).hasSize(3);
        assertThat(sim.registry.asked.get(0)).doesNotStartWith("node-2 ");
        assertThat(sim.registry.asked.subList(1, 3)).containsOnly("node-2 " + TAG);
    }

    @Test
    void shouldLeaveWhatRunsAloneWhileTheTagIsNotKnown() {
        nodes(1);
        sim.put(WEB, web(2, "a"));
        settle(2);
        sim.run(2_000);
        Set<String> before = running().stream().map(Allocation::id).collect(Collectors.toSet());
        sim.registry.hold();

        sim.put(WEB, web(2, "b"));
        sim.run(5_000);
        assertThat(running().stream().map(Allocation::id)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(group().pendingReason()).isEqualTo("waits for node node-1 to resolve image " + TAG);

        sim.put(WEB, web(1, "b"));
        sim.runUntil("scaled down", 5_000, () -> running().size() == 1);
        sim.stop(WEB);
        sim.runUntil("stopped", 5_000, () -> sim.status(WEB).state().equals("stopped"));
        sim.registry.release();
        sim.run(1_000);
        assertThat(group().images()).containsExactly(new ImagePin("main", TAG));
    }

    @Test
    void shouldDropTheAnswerForAVersionThatIsNotThePresentOne() {
        nodes(1);
        sim.registry.hold();
        sim.put(WEB, web(1, "a"));
        sim.run(1_000);
        sim.put(WEB, web(1, "b"));
        sim.run(1_000);
        assertThat(sim.registry.asked).hasSize(2);

        sim.registry.release();
        settle(1);

        assertThat(resolutions()).hasSize(1);
        assertThat(resolutions().get(0).data()).containsEntry("version", 2);
    }

    @Test
    void shouldAskAnewAfterAChangeOfLeaderAndRememberWhatIsKnown() {
        nodes(1);
        sim.registry.hold();
        sim.put(WEB, web(1, "a"));
        sim.run(1_000);
        sim.killScheduler();
        sim.run(1_000);
        sim.startScheduler();
        sim.run(500);
        sim.registry.release();
        settle(1);
        assertThat(sim.registry.asked).hasSize(2);

        sim.registry.tag(TAG, TWO);
        sim.killScheduler();
        sim.run(1_000);
        sim.startScheduler();
        settle(1);
        sim.put(WEB, web(2, "a"));
        settle(2);
        assertThat(images()).containsExactly(TAG + "@" + ONE);
        assertThat(sim.registry.asked).hasSize(2);
    }

    @Test
    void shouldNotTouchWhatRunsOfAStoreThatKnewNoPins() {
        nodes(2);
        JobKey old = key("old");
        sim.disk.storeWithoutPins(
                old, Jobs.service("old", 1, "a", new Image.Registry("registry.test", "old", "1", "")));
        sim.killScheduler();
        sim.startScheduler();
        sim.runUntil("old runs", 20_000, () -> sim.status(old).state().equals("running"));
        String id = sim.allocations(old).get(0).id();

        sim.put(old, Jobs.service("old", 2, "a", new Image.Registry("registry.test", "old", "1", "")));
        sim.run(10_000);

        assertThat(sim.allocations(old)).hasSize(2).extracting(Allocation::id).contains(id);
        assertThat(sim.allocations(old)).allMatch(a -> a.desired() == Desired.RUN);
        assertThat(sim.registry.asked).isEmpty();
        assertThat(sim.status(old).groups().get(0).images()).isEmpty();
    }

    @Test
    void shouldSayThatThereAreNoNodesWhereThereAreNone() {
        sim.put(WEB, web(1, "a"));
        sim.run(1_000);
        assertThat(group().pendingReason()).isEqualTo("there are no nodes");

        nodes(1);
        settle(1);
    }

    @Test
    void shouldForeseeNoChangeOfAJobWhoseImagesAreKnown() {
        nodes(2);
        sim.put(WEB, web(2, "a"));
        settle(2);
        sim.registry.tag(TAG, TWO);

        assertThat(valueOf(sim.plan(WEB, web(2, "a"))).changes())
                .extracting(PlanPreview.Change::action)
                .containsOnly("keep");
        assertThat(valueOf(sim.plan(WEB, web(3, "a"))).changes())
                .extracting(PlanPreview.Change::action)
                .containsExactlyInAnyOrder("place", "keep", "keep");
        assertThat(valueOf(sim.plan(WEB, web(2, "b"))).changes())
                .extracting(PlanPreview.Change::action)
                .containsOnly("replace");
        assertThat(sim.registry.asked).hasSize(1);
    }

    @Test
    void shouldAskNoMoreNodesAtOnceThanTheLimit() {
        nodes(1);
        sim.registry.hold();
        for (int i = 0; i < CoreLimits.LOOKUPS_AT_ONCE + 5; i++) {
            sim.put(
                    key("job" + i),
                    Jobs.service("job" + i, 1, "a", new Image.Registry("registry.test", "web", "1", "")));
        }
        sim.run(1_000);
        assertThat(sim.registry.asked).hasSize(CoreLimits.LOOKUPS_AT_ONCE);
        assertThat(sim.status(key("job" + (CoreLimits.LOOKUPS_AT_ONCE + 4)))
                        .groups()
                        .get(0)
                        .pendingReason())
                .isEqualTo("image " + TAG + " waits for its turn to be resolved");

        sim.registry.release();
        sim.run(1_000);
        assertThat(sim.registry.asked).hasSize(CoreLimits.LOOKUPS_AT_ONCE + 5);
    }

    @Test
    void shouldPreferTheNodeThatHasTheLayers() {
        String base = "sha256:" + "b".repeat(64);
        String top = "sha256:" + "c".repeat(64);
        sim.registry.tag(TAG, ONE, new NodeImages.Layer(base, 1_000), new NodeImages.Layer(top, 10));
        nodes(3);
        sim.agents.get("node-2").has(top);
        sim.agents.get("node-3").has(base);
        sim.run(5_000);

        sim.put(WEB, web(1, "a"));
        settle(1);
        assertThat(running().get(0).nodeId()).isEqualTo("node-3");
        assertThat(valueOf(sim.plan(WEB, web(2, "a"))).changes())
                .extracting(PlanPreview.Change::nodeId)
                .containsOnly("node-3");
    }

    @Test
    void shouldResolveOnlyWhatIsToRun() {
        nodes(1);
        sim.put(WEB, web(0, "a"));
        sim.run(1_000);
        assertThat(sim.registry.asked).isEmpty();

        sim.put(WEB, web(1, "a"));
        settle(1);
        assertThat(images()).containsExactly(TAG + "@" + ONE);
    }
}
