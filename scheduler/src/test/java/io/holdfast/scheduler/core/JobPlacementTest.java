package io.holdfast.scheduler.core;

import static io.holdfast.scheduler.sim.Jobs.key;
import static io.holdfast.scheduler.sim.Jobs.placed;
import static io.holdfast.scheduler.sim.Jobs.service;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.job.PlacementPolicy;
import io.holdfast.model.job.PlacementPolicy.Affinity;
import io.holdfast.model.job.PlacementPolicy.Distinct;
import io.holdfast.model.job.PlacementPolicy.Spread;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;
import io.holdfast.placement.table.Fit;
import io.holdfast.scheduler.sim.SimAgent;
import io.holdfast.scheduler.sim.SimCluster;
import io.holdfast.testkit.CountingIds;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a job says of where it wants to be, in simulated time. */
class JobPlacementTest {
    private static final CoreSettings SETTINGS =
            new CoreSettings(10_000, 10_000, 10_000, 30_000, new FillPolicy(Fit.PACK, Map.of("edge", Fit.BALANCE)));
    private static final JobKey WEB = key("web");

    private final SimCluster sim = new SimCluster(SETTINGS, new CountingIds("alloc"));

    @BeforeEach
    void start() {
        sim.startScheduler();
    }

    private SimAgent node(String id, long cpuMillis, String attribute, String value) {
        SimAgent node = sim.addNode(id, cpuMillis);
        node.attributes.put(attribute, value);
        return node;
    }

    private void ready(int count) {
        sim.runUntil(
                count + " nodes ready",
                5_000,
                () -> sim.core().view().nodes().stream()
                                .filter(node -> node.state() == NodeState.READY)
                                .count()
                        == count);
    }

    private List<Allocation> running(JobKey key) {
        return sim.allocations(key).stream()
                .filter(a -> a.desired() == Desired.RUN && a.state() == AllocationState.RUNNING)
                .toList();
    }

    private List<String> nodesOf(JobKey key, int count) {
        sim.runUntil(key + " runs " + count, 20_000, () -> running(key).size() == count);
        return running(key).stream().map(Allocation::nodeId).sorted().toList();
    }

    private String pendingReason(JobKey key) {
        return sim.status(key).groups().get(0).pendingReason();
    }

    private static final PlacementPolicy DISTINCT_NODE =
            new PlacementPolicy(List.of(), List.of(), true, List.of(), List.of(), false);

    private static final PlacementPolicy GANG =
            new PlacementPolicy(List.of(), List.of(), false, List.of(), List.of(), true);

    private static PlacementPolicy only(List<Spread> spreads, List<Affinity> affinities) {
        return new PlacementPolicy(spreads, affinities, false, List.of(), List.of(), false);
    }

    private static PlacementPolicy apartFrom(String... jobs) {
        return new PlacementPolicy(List.of(), List.of(), false, List.of(), List.of(jobs), false);
    }

    private static JobSpec in(NodeScope scope, JobSpec spec) {
        return new JobSpec(spec.job(), spec.type(), spec.priority(), scope, spec.groups());
    }

    @Test
    void shouldStayInThePoolAndTheDatacentersThatAJobNames() {
        node("older", 2_000, "node.arch", "amd64");
        node("gpu", 2_000, NodeRegistration.POOL, "gpu").attributes.put(NodeRegistration.DATACENTER, "fra");
        ready(2);
        sim.put(WEB, service("web", 2, "a"));
        assertThat(nodesOf(WEB, 2)).containsOnly("older");
        sim.put(key("gpu"), in(new NodeScope("gpu", List.of("ams", "fra")), service("gpu", 1, "a")));
        assertThat(nodesOf(key("gpu"), 1)).containsOnly("gpu");
        sim.put(key("any"), in(new NodeScope("*", List.of("default")), service("any", 1, "a")));
        assertThat(nodesOf(key("any"), 1)).containsOnly("older");
    }

    @Test
    void shouldWaitForANodeOfThePoolAndSayThatThereIsNone() {
        sim.addNode("plain", 2_000);
        SimAgent other = sim.addNode("other", 2_000);
        ready(2);
        sim.put(WEB, in(new NodeScope("gpu", List.of()), service("web", 1, "a")));
        sim.run(2_000);
        assertThat(pendingReason(WEB)).isEqualTo("2 nodes are not in node pool gpu");
        other.attributes.put(NodeRegistration.POOL, "gpu");
        assertThat(nodesOf(WEB, 1)).containsOnly("other");
    }

    @Test
    void shouldFillTheNodesOfAPoolAsTheOperatorSays() {
        for (String id : List.of("edge-1", "edge-2")) {
            node(id, 2_000, NodeRegistration.POOL, "edge");
        }
        sim.addNode("plain-1", 2_000);
        sim.addNode("plain-2", 2_000);
        ready(4);
        // of other jobs, since an equal score goes to the node with fewer of the same group
        for (String name : List.of("web", "web-2")) {
            sim.put(key(name), in(new NodeScope("default", List.of()), service(name, 1, "a")));
            assertThat(nodesOf(key(name), 1)).containsExactly("plain-1");
        }
        for (int i = 1; i <= 2; i++) {
            sim.put(key("edge-" + i), in(new NodeScope("edge", List.of()), service("edge-" + i, 1, "a")));
            assertThat(nodesOf(key("edge-" + i), 1)).containsExactly("edge-" + i);
        }
    }

    @Test
    void shouldSpreadAsThePercentsSay() {
        for (String rack : List.of("a", "b")) {
            node(rack + "-1", 4_000, "meta.rack", rack);
        }
        ready(2);
        Spread spread = new Spread("meta.rack", 50, new TreeMap<>(Map.of("a", 75, "b", 25)));
        sim.put(WEB, placed(service("web", 8, "a"), only(List.of(spread), List.of())));
        assertThat(nodesOf(WEB, 8)).containsExactly("a-1", "a-1", "a-1", "a-1", "a-1", "a-1", "b-1", "b-1");
    }

    @Test
    void shouldPreferWhatAnAffinitySaysAndAvoidWhatOneBelowZeroSays() {
        node("fast", 4_000, "meta.disk", "fast");
        node("slow", 4_000, "meta.disk", "slow");
        ready(2);
        Constraint fast = new Constraint("meta.disk", Constraint.Operator.EQUAL, "fast");
        sim.put(WEB, placed(service("web", 2, "a"), only(List.of(), List.of(new Affinity(fast, 50)))));
        assertThat(nodesOf(WEB, 2)).containsOnly("fast");
        JobKey shy = key("shy");
        sim.put(shy, placed(service("shy", 2, "a"), only(List.of(), List.of(new Affinity(fast, -50)))));
        assertThat(nodesOf(shy, 2)).containsOnly("slow");
    }

    @Test
    void shouldGiveEachInstanceANodeOfItsOwnAndSayWhenThereIsNone() {
        sim.addNode("one", 4_000);
        sim.addNode("two", 4_000);
        ready(2);
        sim.put(WEB, placed(service("web", 3, "a"), DISTINCT_NODE));
        assertThat(nodesOf(WEB, 2)).containsExactly("one", "two");
        sim.run(2_000);
        assertThat(pendingReason(WEB)).isEqualTo("2 nodes hold an instance already, and each wants a node of its own");
        sim.addNode("three", 4_000);
        assertThat(nodesOf(WEB, 3)).containsExactly("one", "three", "two");
    }

    @Test
    void shouldTakeTheRackOfALostInstanceForItsSuccessor() {
        for (String id : List.of("a-1", "a-2", "b-1")) {
            node(id, 4_000, "meta.rack", id.substring(0, 1));
        }
        ready(3);
        PlacementPolicy racks = new PlacementPolicy(
                List.of(), List.of(), false, List.of(new Distinct("meta.rack", 1)), List.of(), false);
        sim.put(WEB, placed(service("web", 2, "a"), racks));
        List<String> before = nodesOf(WEB, 2);
        String gone = before.get(0);
        assertThat(gone).startsWith("a-");
        sim.agents.get(gone).crash();
        String left = gone.equals("a-1") ? "a-2" : "a-1";
        sim.runUntil(
                "moved",
                20_000,
                () -> running(WEB).stream()
                        .map(Allocation::nodeId)
                        .sorted()
                        .toList()
                        .equals(List.of(left, "b-1")));
        sim.agents.get(gone).boot();
        sim.run(20_000);
        assertThat(nodesOf(WEB, 2)).containsExactly(left, "b-1");
    }

    @Test
    void shouldKeepJobsApartWhicheverSaysSo() {
        sim.addNode("one", 4_000);
        ready(1);
        sim.put(WEB, placed(service("web", 1, "a"), apartFrom("db")));
        nodesOf(WEB, 1);
        JobKey db = key("db");
        sim.put(db, service("db", 1, "a"));
        sim.run(2_000);
        assertThat(pendingReason(db)).isEqualTo("1 node has work that may not be on the same node");
        sim.addNode("two", 4_000);
        assertThat(nodesOf(db, 1)).containsExactly("two");
        // and what is said later holds for where it goes then
        sim.put(key("shy"), placed(service("shy", 1, "a"), apartFrom("web", "db")));
        sim.run(2_000);
        assertThat(pendingReason(key("shy"))).isEqualTo("2 nodes have work that may not be on the same node");
    }

    @Test
    void shouldPlaceNothingOfAGangUntilThereIsRoomForAll() {
        sim.addNode("one", 250);
        ready(1);
        sim.put(WEB, placed(service("web", 3, "a"), GANG));
        sim.run(5_000);
        assertThat(sim.allocations(WEB)).isEmpty();
        assertThat(pendingReason(WEB))
                .isEqualTo("gang default/web/main has nodes for 2 of 3 and is placed as a whole; for the next: "
                        + "1 node lacks cpu: need 100m, nearest miss 50m free on one");
        assertThat(sim.status(WEB).groups().get(0).pending()).isEqualTo(3);
        sim.addNode("two", 250);
        assertThat(nodesOf(WEB, 3)).hasSize(3);
        assertThat(sim.allocations(WEB).stream()
                        .map(Allocation::createdAtMillis)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void shouldSayInAPreviewWhyTheFirstInstanceGoesWhereItGoes() {
        for (int i = 1; i <= 6; i++) {
            node("n" + i, 4_000, "meta.rack", i <= 3 ? "a" : "b");
        }
        ready(6);
        Spread spread = new Spread("meta.rack", 50, new TreeMap<>(Map.of("b", 90)));
        PlanPreview plan = valueOf(sim.plan(WEB, placed(service("web", 2, "a"), only(List.of(spread), List.of()))));
        assertThat(plan.changes()).hasSize(2);
        PlanPreview.Change first = plan.changes().get(0);
        assertThat(first.best()).hasSize(5).first().satisfies(best -> {
            assertThat(best.node()).isEqualTo(first.node()).isEqualTo("n4");
            assertThat(best.parts()).extracting(PlanPreview.Part::name).containsExactly("fit", "spread");
        });
        assertThat(first.best())
                .extracting(PlanPreview.Candidate::score)
                .isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(plan.changes().get(1).best()).as("one is enough for a group").isEmpty();
    }

    @Test
    void shouldSayInAPreviewThatAGangDoesNotFit() {
        sim.addNode("one", 250);
        ready(1);
        PlanPreview plan = valueOf(sim.plan(WEB, placed(service("web", 3, "a"), GANG)));
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.unplaced()).singleElement().satisfies(group -> {
            assertThat(group.count()).isEqualTo(3);
            assertThat(group.reason()).startsWith("gang default/web/main has nodes for 2 of 3");
        });
    }

    @Test
    void shouldReplaceInstancesWhenTheJobMovesToAnotherPool() {
        sim.addNode("plain", 2_000);
        node("gpu", 2_000, NodeRegistration.POOL, "gpu");
        ready(2);
        sim.put(WEB, service("web", 1, "a"));
        assertThat(nodesOf(WEB, 1)).containsOnly("plain");
        sim.put(WEB, in(new NodeScope("gpu", List.of()), service("web", 1, "a")));
        sim.runUntil(
                "moved",
                20_000,
                () -> running(WEB).stream().map(Allocation::nodeId).toList().equals(List.of("gpu")));
    }
}
