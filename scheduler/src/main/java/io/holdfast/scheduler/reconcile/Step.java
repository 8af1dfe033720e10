package io.holdfast.scheduler.reconcile;

import io.holdfast.model.state.Allocation;
import io.holdfast.scheduler.reconcile.Reconciliation.Place;

/** What becomes of one instance, as a preview shows it. */
public sealed interface Step {

    record Keep(Allocation allocation) implements Step {}

    record Put(Place place) implements Step {}

    /** Stopped, then placed anew; one instance of a group at a time. */
    record Replace(Allocation allocation, Place place, String reason) implements Step {}

    record End(Allocation allocation, String reason) implements Step {}
}
