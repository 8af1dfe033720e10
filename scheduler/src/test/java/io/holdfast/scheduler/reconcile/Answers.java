package io.holdfast.scheduler.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.state.Allocation;
import io.holdfast.scheduler.reconcile.Reconciliation.Place;
import java.util.List;

/** Asks the reconciler and reads its answer. */
final class Answers {
    private Answers() {}

    static Reconciliation reconcile(JobView job, Allocation... allocations) {
        return Reconciler.reconcile(job, List.of(allocations), Given.ALL_READY, Given.NOW);
    }

    static List<String> placed(Reconciliation plan) {
        return plan.places().stream().map(Place::name).toList();
    }

    static List<String> stops(Reconciliation plan) {
        return plan.stops().stream().map(stop -> stop.allocation().id()).toList();
    }

    static void assertNothing(Reconciliation plan) {
        assertThat(plan).isEqualTo(new Reconciliation(List.of(), List.of(), List.of(), 0));
    }
}
