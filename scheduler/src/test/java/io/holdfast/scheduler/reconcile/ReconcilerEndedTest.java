package io.holdfast.scheduler.reconcile;

import static io.holdfast.model.state.AllocationState.COMPLETE;
import static io.holdfast.model.state.AllocationState.FAILED;
import static io.holdfast.model.state.AllocationState.STOPPED;
import static io.holdfast.scheduler.reconcile.Answers.assertNothing;
import static io.holdfast.scheduler.reconcile.Answers.placed;
import static io.holdfast.scheduler.reconcile.Answers.reconcile;
import static io.holdfast.scheduler.reconcile.Answers.stops;
import static io.holdfast.scheduler.reconcile.Given.ALL_READY;
import static io.holdfast.scheduler.reconcile.Given.NOW;
import static io.holdfast.scheduler.reconcile.Given.alloc;
import static io.holdfast.scheduler.reconcile.Given.batch;
import static io.holdfast.scheduler.reconcile.Given.gang;
import static io.holdfast.scheduler.reconcile.Given.group;
import static io.holdfast.scheduler.reconcile.Given.service;
import static io.holdfast.scheduler.reconcile.Given.since;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReconcilerEndedTest {

    @Test
    void shouldReplaceAFailedServiceElsewhereAfterADelay() {
        JobView one = service(1, group("app", 1, "v1"));
        Allocation failed =
                alloc("a", one, 0).on("n1").is(FAILED).ran(NOW - 5_000, NOW).build();

        Reconciliation early = reconcile(one, failed);
        assertThat(early.places()).isEmpty();
        assertThat(early.lookAgainAtMillis()).isEqualTo(NOW + Rescheduling.FIRST_DELAY_MILLIS);

        Reconciliation due =
                Reconciler.reconcile(one, List.of(failed), ALL_READY, NOW + Rescheduling.FIRST_DELAY_MILLIS);
        assertThat(placed(due)).containsExactly("web.app[0]");
        assertThat(due.places().get(0).replaces()).isEqualTo("a");
        assertThat(due.places().get(0).avoid()).containsExactly("n1");
        assertThat(due.places().get(0).reason()).isEqualTo("a failed");
        assertThat(due.lookAgainAtMillis()).isZero();
    }

    @Test
    void shouldHoldBackTheRestOfAGangWhileOneWaitsOutItsDelay() {
        JobView one = service(1, gang("app", 3, DisconnectPolicy.KEEP));
        Allocation runs = alloc("r", one, 0).build();
        Allocation failed =
                alloc("a", one, 1).on("n1").is(FAILED).ran(NOW - 5_000, NOW).build();

        Reconciliation early = reconcile(one, runs, failed);
        assertThat(early.places()).isEmpty();
        assertThat(early.lookAgainAtMillis()).isEqualTo(NOW + Rescheduling.FIRST_DELAY_MILLIS);

        Reconciliation due =
                Reconciler.reconcile(one, List.of(runs, failed), ALL_READY, NOW + Rescheduling.FIRST_DELAY_MILLIS);
        assertThat(placed(due)).containsExactly("web.app[1]", "web.app[2]");
    }

    @Test
    void shouldHoldBackTheRestOfAGangUntilALostOneHasBeenToldToStop() {
        JobView one = service(1, gang("app", 2, DisconnectPolicy.STOP));
        Allocation lost = alloc("a", one, 0).on("n1").is(AllocationState.LOST).build();

        assertThat(reconcile(one, lost).places()).isEmpty();
        Allocation told = alloc("a", one, 0)
                .on("n1")
                .is(AllocationState.LOST)
                .told(Desired.STOP)
                .build();
        assertThat(placed(reconcile(one, told))).containsExactly("web.app[0]", "web.app[1]");
    }

    @ParameterizedTest
    @CsvSource({"1,1000", "2,2000", "3,4000", "4,8000", "5,16000", "6,32000", "7,60000", "8,60000", "1000,60000"})
    void shouldDoubleTheDelayUpToItsBound(int streak, long delayMillis) {
        assertThat(Rescheduling.delayMillis(streak)).isEqualTo(delayMillis);
    }

    @Test
    void shouldCountFromOneAgainAfterASoundRun() {
        JobView one = service(1, group("app", 1, "v1"));
        long hour = 3_600_000;
        Allocation old = alloc("a", one, 0).created(1).is(FAILED).ran(2, 3).build();
        Allocation sound =
                alloc("b", one, 0).created(10).is(FAILED).ran(20, hour).build();
        Allocation next = alloc("c", one, 0)
                .created(hour + 10)
                .is(FAILED)
                .ran(hour + 20, hour + 30)
                .build();

        assertThat(Reconciler.reconcile(one, List.of(old, sound), ALL_READY, hour)
                        .lookAgainAtMillis())
                .isEqualTo(hour + Rescheduling.delayMillis(2));
        assertThat(Reconciler.reconcile(one, List.of(old, sound, next), ALL_READY, hour + 30)
                        .lookAgainAtMillis())
                .isEqualTo(hour + 30 + Rescheduling.delayMillis(1));
    }

    @Test
    void shouldReplaceAServiceThatCompletedWithoutAvoidingItsNode() {
        JobView one = service(1, group("app", 1, "v1"));

        Reconciliation plan =
                reconcile(one, alloc("a", one, 0).is(COMPLETE).ran(1, 2).build());

        assertThat(placed(plan)).containsExactly("web.app[0]");
        assertThat(plan.places().get(0).avoid()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = AllocationState.class,
            names = {"COMPLETE", "FAILED"})
    void shouldTakeABatchResultAsFinal(AllocationState state) {
        JobView one = batch(1, group("app", 1, "v1"));

        assertNothing(reconcile(one, alloc("a", one, 0).is(state).ran(1, 2).build()));
    }

    @Test
    void shouldRunABatchAgainThatItsNodeStoppedByItself() {
        JobView one = batch(1, group("app", 1, "v1"));

        assertThat(placed(
                        reconcile(one, alloc("a", one, 0).is(STOPPED).ran(1, 2).build())))
                .containsExactly("web.app[0]");
    }

    @ParameterizedTest
    @EnumSource(
            value = AllocationState.class,
            names = {"COMPLETE", "FAILED"})
    void shouldRunAChangedBatchAgain(AllocationState state) {
        JobView before = batch(1, group("app", 1, "v1"));
        JobView after = batch(2, group("app", 1, "v2"));
        JobView back = batch(3, group("app", 1, "v1"));
        Allocation first = alloc("a", before, 0).is(state).ran(1, 2).build();
        Allocation second = alloc("b", after, 0).is(state).ran(1, 2).build();

        assertThat(placed(reconcile(after, first))).containsExactly("web.app[0]");
        assertThat(placed(reconcile(back, first, second))).containsExactly("web.app[0]");
        assertNothing(reconcile(after, first, second));
    }

    @Test
    void shouldKeepABatchResultWhenOnlyAnotherGroupChanged() {
        GroupSpec side = group("side", 1, "v1");
        JobView before = batch(1, group("app", 1, "v1"), side);
        JobView after = batch(2, group("app", 1, "v2"), side);

        Reconciliation plan = reconcile(
                after,
                alloc("a", before, 0).is(COMPLETE).build(),
                alloc("s", before, side, 0).is(COMPLETE).build());

        assertThat(placed(plan)).containsExactly("web.app[0]");
    }

    @Test
    void shouldRunABatchAgainThatWasStoppedAndSubmittedAgain() {
        JobView one = batch(1, group("app", 1, "v1"));
        JobView again = since(2, batch(2, group("app", 1, "v1")));

        assertThat(placed(reconcile(again, alloc("a", one, 0).is(COMPLETE).build())))
                .containsExactly("web.app[0]");
    }

    @Test
    void shouldHaltABatchUpdateWhenTheNewOneFails() {
        JobView before = batch(1, group("app", 2, "v1"));
        JobView after = batch(2, group("app", 2, "v2"));
        Allocation old = alloc("b", before, 1).build();

        assertNothing(reconcile(after, alloc("a2", after, 0).is(FAILED).build(), old));
        assertThat(stops(reconcile(after, alloc("a2", after, 0).is(COMPLETE).build(), old)))
                .containsExactly("b");
    }
}
