package io.holdfast.scheduler.reconcile;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import java.util.List;

/**
 * What one evaluation of a job wants done.
 *
 * @param stops allocations to be told to stop, with the reason; none of them is among the losses
 * @param losses allocations whose node is lost
 * @param places instances to be placed, by group and index
 * @param lookAgainAtMillis when time alone may change the answer (an update's next index, a delay's end), 0 for never
 */
public record Reconciliation(List<Stop> stops, List<Allocation> losses, List<Place> places, long lookAgainAtMillis) {
    public Reconciliation {
        stops = List.copyOf(stops);
        losses = List.copyOf(losses);
        places = List.copyOf(places);
    }

    /** @param allocation one that is to run or, on a lost node, would run again on its return */
    public record Stop(Allocation allocation, String reason) {}

    /**
     * @param document of the group, as its node gets it
     * @param specHash of {@code document}
     * @param replaces the id of the allocation this one follows, empty for none
     * @param avoid ids of nodes on which its predecessors failed, newest first
     */
    public record Place(
            JobKey job,
            int jobVersion,
            int priority,
            GroupDocument document,
            String specHash,
            int index,
            String replaces,
            List<String> avoid,
            String reason) {
        public Place {
            avoid = List.copyOf(avoid);
        }

        /** {@code job.group[index]}. */
        public String name() {
            return job.job() + "." + document.group().name() + "[" + index + "]";
        }
    }
}
