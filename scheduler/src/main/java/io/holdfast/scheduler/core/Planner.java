package io.holdfast.scheduler.core;

import io.holdfast.model.IdSource;
import io.holdfast.model.job.ImagePins;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeState;
import io.holdfast.placement.Placement;
import io.holdfast.placement.PlacementEngine;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.scheduler.reconcile.JobView;
import io.holdfast.scheduler.reconcile.Reconciler;
import io.holdfast.scheduler.reconcile.Reconciliation;
import io.holdfast.scheduler.reconcile.Retention;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * From jobs that may need change to a {@link Draft}: the reconciler says what, the placement engine where. Changes nothing; the
 * same is used for carrying out and for previewing.
 */
final class Planner {
    private final PlacementEngine engine;
    private final IdSource ids;

    Planner(PlacementEngine engine, IdSource ids) {
        this.engine = engine;
        this.ids = ids;
    }

    /**
     * @param allocations of a job
     * @param nodes whose states the reconciler is to believe
     * @param table the nodes, with what these allocations hold of them
     */
    Draft draft(
            List<JobView> jobs,
            Function<JobKey, List<Allocation>> allocations,
            Map<String, NodeState> nodes,
            NodeTable table,
            long nowMillis) {
        Draft draft = new Draft();
        Map<JobKey, ImagePins> pins = new HashMap<>();
        jobs.forEach(job -> pins.put(job.key(), job.pins()));
        List<Reconciliation.Place> wanted = new ArrayList<>();
        for (JobView job : jobs) {
            List<Allocation> own = allocations.apply(job.key());
            draft.forgotten.addAll(Retention.forgettable(job, own, nowMillis));
            Reconciliation answer = Reconciler.reconcile(job, own, nodes, nowMillis);
            for (Reconciliation.Stop stop : answer.stops()) {
                draft.stops.add(Allocations.desired(stop.allocation(), Desired.STOP, stop.reason()));
            }
            for (Allocation lost : answer.losses()) {
                draft.losses.add(Allocations.lost(lost, "node " + lost.nodeId() + " is lost"));
            }
            wanted.addAll(answer.places());
            if (answer.lookAgainAtMillis() != 0) {
                draft.lookAgainAt.put(job.key(), answer.lookAgainAtMillis());
            }
        }
        // the important first; among equals in the order of the jobs
        wanted.sort(Comparator.comparingInt(Reconciliation.Place::priority).reversed());
        int limit = limit(wanted);
        wanted.subList(limit, wanted.size()).forEach(place -> draft.unfinished.add(place.job()));
        Departed departed = Departed.from(table, draft.losses);
        try {
            place(wanted.subList(0, limit), pins, table, nowMillis, draft);
        } finally {
            departed.giveBack();
        }
        return draft;
    }

    /** How many are placed in this pass. A gang that would be cut in two waits for the next, in which it is whole. */
    private static int limit(List<Reconciliation.Place> wanted) {
        int limit = Math.min(wanted.size(), CoreLimits.PLACES_PER_PASS);
        if (limit == wanted.size() || gang(wanted.get(limit)).isEmpty()) {
            return limit;
        }
        String cut = gang(wanted.get(limit));
        int whole = limit;
        while (whole > 0 && gang(wanted.get(whole - 1)).equals(cut)) {
            whole--;
        }
        return whole;
    }

    private static String gang(Reconciliation.Place place) {
        return Asks.gang(place.job(), place.document().group());
    }

    private void place(
            List<Reconciliation.Place> wanted,
            Map<JobKey, ImagePins> pins,
            NodeTable table,
            long nowMillis,
            Draft draft) {
        if (wanted.isEmpty()) {
            return;
        }
        List<PlacementRequest> requests = new ArrayList<>(wanted.size());
        Map<String, Ask> asks = new HashMap<>();
        for (Reconciliation.Place place : wanted) {
            Ask ask = asks.computeIfAbsent(
                    place.job() + "/" + place.specHash(),
                    key -> Asks.of(place.job(), place.priority(), place.document(), pins.get(place.job())));
            requests.add(new PlacementRequest(place.name(), ask, place.avoid(), gang(place)));
        }
        List<Placement> answers = engine.place(table, requests);
        for (int i = 0; i < answers.size(); i++) {
            Reconciliation.Place place = wanted.get(i);
            if (answers.get(i) instanceof Placement.Placed placed) {
                draft.placed.add(new Draft.Placed(allocation(place, placed.nodeId(), nowMillis), place, placed.best()));
                draft.documents.put(place.specHash(), place.document());
            } else if (answers.get(i) instanceof Placement.Unplaced unplaced) {
                draft.unplaced.add(new Draft.Unplaced(place, unplaced));
            }
        }
    }

    private Allocation allocation(Reconciliation.Place place, String nodeId, long nowMillis) {
        return new Allocation(
                ids.next(),
                place.job(),
                place.jobVersion(),
                place.document().group().name(),
                place.index(),
                nodeId,
                place.specHash(),
                Desired.RUN,
                AllocationState.PENDING,
                "",
                nowMillis,
                0,
                0,
                List.of());
    }
}
