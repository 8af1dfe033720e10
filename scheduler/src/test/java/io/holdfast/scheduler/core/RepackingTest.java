package io.holdfast.scheduler.core;

import static io.holdfast.scheduler.sim.Jobs.batch;
import static io.holdfast.scheduler.sim.Jobs.key;
import static io.holdfast.scheduler.sim.Jobs.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.sim.SimCluster;
import io.holdfast.testkit.CountingIds;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes {@code one} and {@code two} for ten instances each; what ends on the first leaves room for what is on the second. */
class RepackingTest {
    private static final CoreSettings SETTINGS = new CoreSettings(10_000, 10_000, 10_000, 30_000);
    private static final JobKey OLD = key("old");
    private static final JobKey WEB = key("web");

    private final SimCluster sim = new SimCluster(SETTINGS, new CountingIds("alloc"));

    @BeforeEach
    void start() {
        sim.startScheduler();
        sim.addNode("one", 1_000);
        sim.addNode("two", 1_000);
        sim.runUntil(
                "nodes ready",
                5_000,
                () -> sim.core().view().nodes().stream()
                                .filter(node -> node.state() == NodeState.READY)
                                .count()
                        == 2);
    }

    /** So many run, and nothing else of the job has yet to end. */
    private boolean settled(JobKey key, int count) {
        List<Allocation> live =
                sim.allocations(key).stream().filter(a -> !a.state().terminal()).toList();
        return live.size() == count && live.stream().allMatch(a -> a.state() == AllocationState.RUNNING);
    }

    private void run(JobKey key, JobSpec spec, int count) {
        sim.put(key, spec);
        sim.runUntil(key + " runs", 10_000, () -> settled(key, count));
    }

    /** Eight of the old on the first node, then of the other two on the first and {@code more} on the second; six of the old end. */
    private void leaveRoom(JobSpec other, int more) {
        run(OLD, service("old", 8, "a"), 8);
        run(WEB, other, 2 + more);
        run(OLD, service("old", 2, "a"), 2);
        assertThat(sim.allocations(WEB).stream().filter(a -> a.nodeId().equals("two")))
                .hasSize(more);
    }

    private RepackingPlan plan(int moves) {
        return sim.core().view().repacking(moves).get();
    }

    @Test
    void shouldSayWhatToMoveAndMoveNothing() {
        leaveRoom(service("web", 5, "a"), 3);
        List<Allocation> before = sim.allocations(WEB);

        RepackingPlan plan = plan(50);

        assertThat(plan.nodes()).containsExactly(new RepackingPlan.EmptiedNode("two", "two"));
        assertThat(plan.moves()).hasSize(3).allSatisfy(move -> {
            assertThat(move.from()).isEqualTo("two");
            assertThat(move.to()).isEqualTo("one");
            assertThat(move.name()).startsWith("web.main[");
            assertThat(move.project()).isEqualTo("default");
        });
        assertThat(plan.staying()).isEmpty();
        sim.run(2_000);
        assertThat(sim.allocations(WEB)).isEqualTo(before);
        assertThat(plan(50)).isEqualTo(plan);
    }

    @Test
    void shouldEmptyNoNodeForWhichThereAreTooFewMoves() {
        leaveRoom(service("web", 5, "a"), 3);

        assertThat(plan(2).moves()).isEmpty();
        assertThat(plan(2).nodes()).isEmpty();
    }

    @Test
    void shouldLeaveBatchesWhereTheyAre() {
        leaveRoom(batch("web", 5, "a"), 3);

        RepackingPlan plan = plan(50);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.staying())
                .containsExactly(new RepackingPlan.Staying("of batches, whose work would begin anew", 5));
    }

    @Test
    void shouldLeaveAloneWhatIsOnANodeThatTakesNoWork() {
        leaveRoom(service("web", 5, "a"), 3);
        sim.agents.get("two").attributes.put(NodeRegistration.DISK, NodeRegistration.LOW);
        sim.runUntil(
                "it says so", 10_000, () -> sim.core().view().nodes().stream().anyMatch(node -> !node.eligible()));

        RepackingPlan plan = plan(50);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.staying()).containsExactly(new RepackingPlan.Staying("on nodes that take no new work", 3));
    }
}
