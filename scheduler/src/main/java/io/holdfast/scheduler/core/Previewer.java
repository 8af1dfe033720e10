package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.scheduler.core.PlanPreview.Change;
import io.holdfast.scheduler.reconcile.JobView;
import io.holdfast.scheduler.store.StoredJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What submitting a specification would do. Plays the very planner that would carry it out against a copy of the job's
 * allocations, round by round, as if all went well: what is told to stop stops, what is placed runs and is healthy, and time
 * passes where time is waited for. Nothing is stored, and nothing but this job is looked at.
 */
final class Previewer {
    private final ClusterState state;
    private final Planner planner;
    private final Evaluator evaluator;

    Previewer(ClusterState state, Planner planner, Evaluator evaluator) {
        this.state = state;
        this.planner = planner;
        this.evaluator = evaluator;
    }

    PlanPreview preview(JobKey key, JobSpec spec, long nowMillis) {
        StoredJob next = StoredJob.submitted(state.job(key).map(JobRecord::job), key, spec, nowMillis);
        // tags that are not known yet are taken as they stand: to ask for them is to carry it out
        JobView job = JobRecord.of(next).view().withoutWaiting();
        NodeTable table = evaluator.table();
        try (PreviewWorld world = new PreviewWorld(job, state.ofJob(key), table, state::document)) {
            Draft last = rounds(job, world, table, nowMillis);
            return new PlanPreview(next.version(), changes(world), unplaced(spec, last));
        }
    }

    private Draft rounds(JobView job, PreviewWorld world, NodeTable table, long nowMillis) {
        long now = nowMillis;
        Draft draft = new Draft();
        for (int round = 0; round < CoreLimits.PREVIEW_ROUNDS; round++) {
            draft = planner.draft(List.of(job), key -> world.allocations(), evaluator.nodeStates(), table, now);
            if (draft.changesNothing()) {
                Long again = draft.lookAgainAt.get(job.key());
                if (again == null || again <= now) {
                    return draft;
                }
                now = again;
            } else {
                world.apply(draft);
            }
        }
        world.replaceTheRest();
        return draft;
    }

    private List<Change> changes(PreviewWorld world) {
        List<Change> changes = new ArrayList<>(world.changes());
        for (Allocation kept : world.kept()) {
            if (changes.size() >= CoreLimits.PREVIEW_CHANGES) {
                break;
            }
            changes.add(world.change("keep", kept, ""));
        }
        return changes.subList(0, Math.min(changes.size(), CoreLimits.PREVIEW_CHANGES));
    }

    private static List<PlanPreview.Unplaced> unplaced(JobSpec spec, Draft last) {
        Map<String, List<Draft.Unplaced>> byGroup = new LinkedHashMap<>();
        spec.groups().stream().map(GroupSpec::name).forEach(name -> byGroup.put(name, new ArrayList<>()));
        last.unplaced.forEach(
                one -> byGroup.get(one.place().document().group().name()).add(one));
        List<PlanPreview.Unplaced> unplaced = new ArrayList<>();
        byGroup.forEach((group, ones) -> {
            if (!ones.isEmpty()) {
                unplaced.add(new PlanPreview.Unplaced(
                        group,
                        ones.size(),
                        ones.get(0).why().message(),
                        ones.get(0).why().nodesByReason()));
            }
        });
        return unplaced;
    }
}
