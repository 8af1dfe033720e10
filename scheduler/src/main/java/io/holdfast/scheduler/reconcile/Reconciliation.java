package io.holdfast.scheduler.reconcile;

import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import java.util.List;

/**
 * What one evaluation of a job wants done.
 *
 * @param stops allocations to be told to stop, with the reason
 * @param losses allocations whose node is lost
 * @param places instances to be placed
 * @param lookAgainAtMillis when time alone may change the answer (an update's next index), 0 for never
 */
public record Reconciliation(List<Stop> stops, List<Allocation> losses, List<Place> places, long lookAgainAtMillis) {
    public Reconciliation {
        stops = List.copyOf(stops);
        losses = List.copyOf(losses);
        places = List.copyOf(places);
    }

    public record Stop(Allocation allocation, String reason) {}

    /** @param replaces the id of the allocation this one follows, empty for none */
    public record Place(
            JobKey job,
            int jobVersion,
            int priority,
            GroupSpec group,
            String specHash,
            int index,
            String replaces,
            String reason) {}
}
