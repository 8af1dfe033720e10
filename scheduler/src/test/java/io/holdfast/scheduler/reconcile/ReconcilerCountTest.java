package io.holdfast.scheduler.reconcile;

import static io.holdfast.model.state.AllocationState.LOST;
import static io.holdfast.model.state.AllocationState.PENDING;
import static io.holdfast.model.state.AllocationState.RUNNING;
import static io.holdfast.model.state.AllocationState.STOPPED;
import static io.holdfast.model.state.AllocationState.STOPPING;
import static io.holdfast.scheduler.reconcile.Answers.assertNothing;
import static io.holdfast.scheduler.reconcile.Answers.placed;
import static io.holdfast.scheduler.reconcile.Answers.reconcile;
import static io.holdfast.scheduler.reconcile.Answers.stops;
import static io.holdfast.scheduler.reconcile.Given.alloc;
import static io.holdfast.scheduler.reconcile.Given.group;
import static io.holdfast.scheduler.reconcile.Given.service;
import static io.holdfast.scheduler.reconcile.Given.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.Desired;
import io.holdfast.scheduler.reconcile.Reconciliation.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconcilerCountTest {
    private final GroupSpec two = group("app", 2, "v1");
    private final JobView v1 = service(1, two);

    @Test
    void shouldPlaceEveryIndexWhenTheJobIsNew() {
        Reconciliation plan = reconcile(v1);

        assertThat(placed(plan)).containsExactly("web.app[0]", "web.app[1]");
        Place first = plan.places().get(0);
        assertThat(first.jobVersion()).isEqualTo(1);
        assertThat(first.priority()).isEqualTo(50);
        assertThat(first.specHash()).isEqualTo(v1.specHashes().get("app"));
        assertThat(first.document().type()).isEqualTo(JobType.SERVICE);
        assertThat(first.replaces()).isEmpty();
        assertThat(first.avoid()).isEmpty();
    }

    @Test
    void shouldWantNothingWhenAllIsAsItShouldBe() {
        assertNothing(reconcile(
                v1, alloc("a", v1, 0).build(), alloc("b", v1, 1).is(PENDING).build()));
    }

    @Test
    void shouldPlaceOnlyWhatIsMissingWhenScaledUp() {
        JobView four = service(2, group("app", 4, "v1"));

        Reconciliation plan =
                reconcile(four, alloc("a", v1, 0).build(), alloc("b", v1, 1).build());

        assertThat(placed(plan)).containsExactly("web.app[2]", "web.app[3]");
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void shouldStopTheHighestIndicesFirstWhenScaledDown() {
        JobView one = service(2, group("app", 1, "v1"));

        Reconciliation plan = reconcile(
                one,
                alloc("a", v1, 0).build(),
                alloc("b", v1, 1).build(),
                alloc("c", v1, 2).is(PENDING).build(),
                alloc("gone", v1, 3).is(STOPPED).build());

        assertThat(stops(plan)).containsExactly("c", "b");
        assertThat(plan.places()).isEmpty();
    }

    @Test
    void shouldStopAllWhenTheJobIsStoppedOrTheCountIsZero() {
        Allocation a = alloc("a", v1, 0).build();
        Allocation lost = alloc("b", v1, 1).is(LOST).on("n2").build();
        Allocation stopping = alloc("c", v1, 1).told(Desired.STOP).is(STOPPING).build();

        assertThat(stops(reconcile(stopped(v1), a, lost, stopping))).containsExactly("b", "a");
        assertThat(stops(reconcile(service(2, group("app", 0, "v1")), a, lost, stopping)))
                .containsExactly("b", "a");
    }

    @Test
    void shouldStopAGroupThatTheSpecificationNoLongerHas() {
        GroupSpec side = group("side", 1, "v1");
        JobView both = service(1, group("app", 1, "v1"), side);
        JobView appOnly = service(2, group("app", 1, "v1"));

        Reconciliation plan = reconcile(
                appOnly, alloc("a", both, 0).build(), alloc("s", both, side, 0).build());

        assertThat(stops(plan)).containsExactly("s");
        assertThat(plan.stops().get(0).reason()).isEqualTo("group removed");
    }

    @Test
    void shouldNotFillAnIndexWhoseLastInstanceIsStillStopping() {
        Reconciliation plan = reconcile(
                v1,
                alloc("a", v1, 0).told(Desired.STOP).is(RUNNING).build(),
                alloc("b", v1, 1).told(Desired.STOP).is(STOPPED).build());

        assertThat(placed(plan)).containsExactly("web.app[1]");
        assertThat(plan.places().get(0).replaces()).isEqualTo("b");
    }

    @ParameterizedTest
    @EnumSource(
            value = JobType.class,
            names = {"SYSTEM", "PERIODIC"})
    void shouldStartNothingOfATypeThatCannotRunYet(JobType type) {
        assertNothing(reconcile(Given.job(type, 1, two)));
    }
}
