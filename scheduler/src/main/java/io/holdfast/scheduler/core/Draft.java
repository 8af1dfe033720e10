package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import io.holdfast.placement.Placement;
import io.holdfast.scheduler.reconcile.Reconciliation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a pass would change. Filled by {@link Planner}, then only read. */
final class Draft {
    /** As they are to be from now on. */
    final List<Allocation> stops = new ArrayList<>();

    final List<Allocation> losses = new ArrayList<>();
    final List<Placed> placed = new ArrayList<>();
    final List<Unplaced> unplaced = new ArrayList<>();

    /** Ids of ended allocations that need not be remembered any longer. */
    final List<String> forgotten = new ArrayList<>();

    /** Of what was placed, by hash. */
    final Map<String, GroupDocument> documents = new HashMap<>();

    /** Jobs to be looked at again when time has passed; wall clock. */
    final Map<JobKey, Long> lookAgainAt = new HashMap<>();

    /** Jobs that want more than one pass places. */
    final Set<JobKey> unfinished = new HashSet<>();

    /** @param best the best nodes, the chosen one first */
    record Placed(Allocation allocation, Reconciliation.Place place, List<Placement.Candidate> best) {}

    record Unplaced(Reconciliation.Place place, Placement.Unplaced why) {}

    /** Apart from forgetting. */
    boolean changesNothing() {
        return stops.isEmpty() && losses.isEmpty() && placed.isEmpty();
    }
}
