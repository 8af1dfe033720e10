package io.holdfast.scheduler.reconcile;

import static io.holdfast.model.state.AllocationState.FAILED;
import static io.holdfast.model.state.AllocationState.LOST;
import static io.holdfast.model.state.AllocationState.PENDING;
import static io.holdfast.model.state.AllocationState.RUNNING;
import static io.holdfast.model.state.AllocationState.STARTING;
import static io.holdfast.model.state.AllocationState.STOPPED;
import static io.holdfast.model.state.AllocationState.STOPPING;
import static io.holdfast.scheduler.reconcile.Answers.assertNothing;
import static io.holdfast.scheduler.reconcile.Answers.placed;
import static io.holdfast.scheduler.reconcile.Answers.reconcile;
import static io.holdfast.scheduler.reconcile.Answers.stops;
import static io.holdfast.scheduler.reconcile.Given.NOW;
import static io.holdfast.scheduler.reconcile.Given.alloc;
import static io.holdfast.scheduler.reconcile.Given.group;
import static io.holdfast.scheduler.reconcile.Given.service;
import static io.holdfast.scheduler.reconcile.Given.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReconcilerNodesTest {
    private final JobView v1 = service(1, group("app", 2, "v1"));

    @Test
    void shouldLeaveAllAloneWhileANodeIsOnlyDisconnectedOrUnknown() {
        Map<String, NodeState> nodes = Map.of("n0", NodeState.DISCONNECTED);
        List<Allocation> allocations = List.of(
                alloc("a", v1, 0).build(), alloc("b", v1, 1).on("unknown").build());

        assertNothing(Reconciler.reconcile(v1, allocations, nodes, NOW));
    }

    @Test
    void shouldReplaceAtOnceWhatALostNodeHeld() {
        JobView one = service(1, group("app", 1, "v1"));
        Allocation a = alloc("a", one, 0).build();

        Reconciliation plan = Reconciler.reconcile(one, List.of(a), Map.of("n0", NodeState.LOST), NOW);

        assertThat(plan.losses()).containsExactly(a);
        assertThat(placed(plan)).containsExactly("web.app[0]");
        assertThat(plan.places().get(0).replaces()).isEqualTo("a");
        assertThat(plan.places().get(0).reason()).isEqualTo("node n0 is lost");
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void shouldTellTheLostOneToStopBeforeItIsReplacedWhenItMustNeverRunTwice() {
        JobView one = service(1, group("app", 1, "v1", DisconnectPolicy.STOP));
        Map<String, NodeState> nodes = Map.of("n0", NodeState.LOST);
        Allocation running = alloc("a", one, 0).build();
        Allocation lost = alloc("a", one, 0).is(LOST).build();
        Allocation told = alloc("a", one, 0).is(LOST).told(Desired.STOP).build();

        assertThat(Reconciler.reconcile(one, List.of(running), nodes, NOW))
                .isEqualTo(new Reconciliation(List.of(), List.of(running), List.of(), NOW));
        Reconciliation second = Reconciler.reconcile(one, List.of(lost), nodes, NOW);
        assertThat(stops(second)).containsExactly("a");
        assertThat(second.places()).isEmpty();
        assertThat(second.lookAgainAtMillis()).isEqualTo(NOW);
        Reconciliation third = Reconciler.reconcile(one, List.of(told), nodes, NOW);
        assertThat(placed(third)).containsExactly("web.app[0]");
        assertThat(third.places().get(0).replaces()).isEqualTo("a");
        assertThat(third.places().get(0).reason()).isEqualTo("node n0 is lost");
    }

    @Test
    void shouldLoseEachAllocationOnce() {
        Map<String, NodeState> nodes = Map.of("n0", NodeState.LOST, "n1", NodeState.READY);
        List<Allocation> allocations = List.of(
                alloc("a", v1, 0).is(LOST).build(),
                alloc("done", v1, 0).is(STOPPED).told(Desired.STOP).build(),
                alloc("a2", v1, 0).on("n1").created(5).build(),
                alloc("b2", v1, 1).on("n1").created(5).build());

        assertNothing(Reconciler.reconcile(v1, allocations, nodes, NOW));
    }

    @Test
    void shouldNotStopAndLoseAnAllocationInOnePass() {
        Allocation a = alloc("a", v1, 0).build();

        Reconciliation plan = Reconciler.reconcile(stopped(v1), List.of(a), Map.of("n0", NodeState.LOST), NOW);

        assertThat(plan.losses()).containsExactly(a);
        assertThat(plan.stops()).isEmpty();
        assertThat(plan.lookAgainAtMillis()).isEqualTo(NOW);
    }

    @Test
    void shouldFillAnIndexWhoseStoppingInstanceIsOnALostNode() {
        Allocation a = alloc("a", v1, 0).told(Desired.STOP).is(STOPPING).build();

        Reconciliation plan = Reconciler.reconcile(
                v1,
                List.of(a, alloc("b", v1, 1).on("n1").build()),
                Map.of("n0", NodeState.LOST, "n1", NodeState.READY),
                NOW);

        assertThat(plan.losses()).containsExactly(a);
        assertThat(placed(plan)).containsExactly("web.app[0]");
    }

    @Test
    void shouldKeepNewerAllocationWhenNodeReturns() {
        JobView one = service(1, group("app", 1, "v1"));
        Allocation older = alloc("a", one, 0).on("n0").created(1).build();
        Allocation newer = alloc("b", one, 0).on("n1").created(2).build();

        Reconciliation plan = reconcile(one, older, newer);

        assertThat(stops(plan)).containsExactly("a");
        assertThat(plan.stops().get(0).reason()).isEqualTo("replaced by b");
        assertThat(plan.places()).isEmpty();
    }

    @Test
    void shouldKeepTheReturnedOneUntilTheNewerRuns() {
        JobView one = service(1, group("app", 1, "v1"));
        Allocation older = alloc("a", one, 0).on("n0").created(1).build();

        assertNothing(
                reconcile(one, older, alloc("b", one, 0).created(2).is(STARTING).build()));
        assertNothing(
                reconcile(one, older, alloc("b", one, 0).created(2).is(FAILED).build()));
    }

    @Test
    void shouldKeepOneOfManyThatRunUntilTheNewestDoes() {
        JobView one = service(1, group("app", 1, "v1"));

        assertThat(stops(reconcile(
                        one,
                        alloc("a", one, 0).created(1).build(),
                        alloc("b", one, 0).created(2).build(),
                        alloc("c", one, 0).created(3).is(PENDING).build(),
                        alloc("d", one, 0).created(4).is(PENDING).build())))
                .containsExactly("c", "a");
    }

    @Test
    void shouldStopTheOlderAtOnceWhenItMustNeverRunTwice() {
        JobView one = service(1, group("app", 1, "v1", DisconnectPolicy.STOP));

        assertThat(stops(reconcile(
                        one,
                        alloc("a", one, 0).created(1).build(),
                        alloc("b", one, 0).created(2).is(PENDING).build())))
                .containsExactly("a");
    }

    @Test
    void shouldDecideAlikeBetweenAllocationsOfTheSameMillisecond() {
        JobView one = service(1, group("app", 1, "v1"));
        Allocation a = alloc("a", one, 0).build();
        Allocation b = alloc("b", one, 0).build();

        assertThat(stops(reconcile(one, a, b))).containsExactly("a");
        assertThat(stops(reconcile(one, b, a))).containsExactly("a");
    }

    @Test
    void shouldTakeBackTheReturnedOneWhenNothingWasPlacedForIt() {
        JobView one = service(1, group("app", 1, "v1"));

        assertThat(placed(reconcile(one, alloc("a", one, 0).is(LOST).build()))).containsExactly("web.app[0]");
        assertNothing(reconcile(one, alloc("a", one, 0).is(RUNNING).build()));
    }
}
