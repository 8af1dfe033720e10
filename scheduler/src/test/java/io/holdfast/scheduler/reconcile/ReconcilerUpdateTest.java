package io.holdfast.scheduler.reconcile;

import static io.holdfast.model.state.AllocationState.FAILED;
import static io.holdfast.model.state.AllocationState.STARTING;
import static io.holdfast.model.state.AllocationState.STOPPED;
import static io.holdfast.model.state.AllocationState.STOPPING;
import static io.holdfast.scheduler.reconcile.Answers.assertNothing;
import static io.holdfast.scheduler.reconcile.Answers.placed;
import static io.holdfast.scheduler.reconcile.Answers.reconcile;
import static io.holdfast.scheduler.reconcile.Answers.stops;
import static io.holdfast.scheduler.reconcile.Given.MIN_HEALTHY_MILLIS;
import static io.holdfast.scheduler.reconcile.Given.NOW;
import static io.holdfast.scheduler.reconcile.Given.alloc;
import static io.holdfast.scheduler.reconcile.Given.group;
import static io.holdfast.scheduler.reconcile.Given.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeState;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconcilerUpdateTest {
    private final JobView v1 = service(1, group("app", 2, "v1"));
    private final JobView v2 = service(2, group("app", 2, "v2"));

    @Test
    void shouldStopOneIndexAtATime() {
        Reconciliation plan =
                reconcile(v2, alloc("a", v1, 0).build(), alloc("b", v1, 1).build());

        assertThat(stops(plan)).containsExactly("a");
        assertThat(plan.stops().get(0).reason()).isEqualTo("replaced by version 2");
        assertThat(plan.places()).isEmpty();
    }

    @Test
    void shouldPlaceTheNewOneOnceTheOldHasEnded() {
        Allocation b = alloc("b", v1, 1).build();

        assertNothing(
                reconcile(v2, alloc("a", v1, 0).told(Desired.STOP).is(STOPPING).build(), b));

        Reconciliation plan =
                reconcile(v2, alloc("a", v1, 0).told(Desired.STOP).is(STOPPED).build(), b);
        assertThat(placed(plan)).containsExactly("web.app[0]");
        assertThat(plan.places().get(0).jobVersion()).isEqualTo(2);
        assertThat(plan.stops()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = AllocationState.class,
            names = {"PENDING", "STARTING"})
    void shouldWaitWhileTheNewOneIsNotRunning(AllocationState state) {
        assertNothing(reconcile(
                v2, alloc("a2", v2, 0).is(state).build(), alloc("b", v1, 1).build()));
    }

    @Test
    void shouldTakeTheNextOnlyOnceTheNewOneHasBeenHealthy() {
        Allocation b = alloc("b", v1, 1).build();
        long started = NOW - MIN_HEALTHY_MILLIS;

        Reconciliation early =
                reconcile(v2, alloc("a2", v2, 0).ran(started + 1, 0).build(), b);
        assertThat(early.stops()).isEmpty();
        assertThat(early.lookAgainAtMillis()).isEqualTo(NOW + 1);

        Reconciliation due = reconcile(v2, alloc("a2", v2, 0).ran(started, 0).build(), b);
        assertThat(stops(due)).containsExactly("b");
    }

    @Test
    void shouldCountHealthFromTheLastRestartOfATask() {
        Allocation fresh = alloc("a2", v2, 0).ran(1, 0).build();
        TaskReport task = new TaskReport("main", TaskState.RUNNING, TaskExit.NONE, "", 3, NOW - 5, 0);
        Allocation restarted = new Allocation(
                fresh.id(),
                fresh.job(),
                fresh.jobVersion(),
                fresh.group(),
                fresh.index(),
                fresh.nodeId(),
                fresh.specHash(),
                fresh.desired(),
                fresh.state(),
                "",
                fresh.createdAtMillis(),
                fresh.startedAtMillis(),
                0,
                List.of(task));

        Reconciliation plan = reconcile(v2, restarted, alloc("b", v1, 1).build());

        assertThat(plan.stops()).isEmpty();
        assertThat(plan.lookAgainAtMillis()).isEqualTo(NOW - 5 + MIN_HEALTHY_MILLIS);
    }

    @Test
    void shouldHaltWhenTheNewOneFails() {
        Allocation failed =
                alloc("a2", v2, 0).is(FAILED).ran(NOW - 20, NOW - 10).build();

        Reconciliation plan = reconcile(v2, failed, alloc("b", v1, 1).build());

        assertThat(plan.stops()).isEmpty();
        assertThat(plan.places()).isEmpty();
        assertThat(plan.lookAgainAtMillis()).isEqualTo(NOW - 10 + Rescheduling.FIRST_DELAY_MILLIS);
    }

    @Test
    void shouldTakeFirstWhatDoesNotRunAnyway() {
        Reconciliation plan = reconcile(
                v2, alloc("a", v1, 0).build(), alloc("b", v1, 1).is(STARTING).build());

        assertThat(stops(plan)).containsExactly("b");
    }

    @Test
    void shouldReplaceAtOnceWithoutDelayWhatFailedInTheOldVersion() {
        Reconciliation plan = reconcile(
                v2,
                alloc("a", v1, 0).is(FAILED).ran(NOW - 2, NOW - 1).build(),
                alloc("b", v1, 1).build());

        assertThat(placed(plan)).containsExactly("web.app[0]");
        assertThat(plan.places().get(0).avoid()).isEmpty();
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void shouldTouchNothingInAGroupWhoseSpecificationIsTheSame() {
        GroupSpec side = group("side", 2, "v1");
        JobView before = service(1, group("app", 1, "v1"), side);
        JobView after = service(2, group("app", 1, "v2"), side);

        Reconciliation plan = reconcile(
                after,
                alloc("a", before, 0).build(),
                alloc("s0", before, side, 0).build(),
                alloc("s1", before, side, 1).build());

        assertThat(stops(plan)).containsExactly("a");
    }

    @Test
    void shouldUpdateEachGroupAtItsOwnPace() {
        GroupSpec side = group("side", 1, "v1");
        JobView before = service(1, group("app", 1, "v1"), side);
        JobView after = service(2, group("app", 1, "v2"), group("side", 1, "v2"));

        assertThat(stops(reconcile(
                        after,
                        alloc("a", before, 0).build(),
                        alloc("s", before, side, 0).build())))
                .containsExactly("a", "s");
    }

    @Test
    void shouldMoveServicesOffADrainingNodeOneAtATime() {
        Map<String, NodeState> nodes = Map.of("n0", NodeState.DRAINING, "n1", NodeState.READY);
        Allocation[] allocations = {alloc("a", v1, 0).build(), alloc("b", v1, 1).build()};

        Reconciliation plan = Reconciler.reconcile(v1, List.of(allocations), nodes, NOW);

        assertThat(stops(plan)).containsExactly("a");
        assertThat(plan.stops().get(0).reason()).isEqualTo("node n0 is being drained");
    }
}
