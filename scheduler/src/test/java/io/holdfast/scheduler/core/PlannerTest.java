package io.holdfast.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.PlacementPolicy;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeState;
import io.holdfast.placement.BestFitEngine;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.scheduler.reconcile.JobView;
import io.holdfast.scheduler.sim.Jobs;
import io.holdfast.testkit.CountingIds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final JobKey WEB = Jobs.key("web");

    private final NodeTable table = new NodeTable();
    private final Map<String, NodeState> nodes = new HashMap<>();
    private final Planner planner = new Planner(new BestFitEngine(), new CountingIds("alloc"));

    private Draft draft(JobView job, List<Allocation> allocations) {
        return planner.draft(List.of(job), key -> allocations, nodes, table, 1_000);
    }

    private static GroupSpec group(String name, int count, boolean allOrNothing) {
        GroupSpec plain = Jobs.service("web", count, "a").groups().get(0);
        return new GroupSpec(
                name,
                count,
                plain.constraints(),
                new PlacementPolicy(List.of(), List.of(), false, List.of(), List.of(), allOrNothing),
                plain.network(),
                plain.restart(),
                plain.update(),
                plain.disconnect(),
                true,
                plain.tasks());
    }

    @Test
    void shouldLeaveAGangThatAPassCannotTakeWholeToTheNext() {
        for (int i = 0; i < 10; i++) {
            table.put(new Node("n" + i, "n" + i, new Capacity(1_000_000, 1L << 40, 1L << 40, 1_000_000), Map.of()));
            nodes.put("n" + i, NodeState.READY);
        }
        int whole = CoreLimits.PLACES_PER_PASS;
        JobSpec spec =
                new JobSpec("web", JobType.SERVICE, 50, List.of(group("few", 2, false), group("gang", whole, true)));
        JobView job = JobView.of(WEB, 1, 1, spec, false);

        Draft first = draft(job, List.of());
        assertThat(first.placed).extracting(one -> one.allocation().group()).containsExactly("few", "few");
        assertThat(first.unplaced).isEmpty();
        assertThat(first.unfinished).containsExactly(WEB);

        Draft next =
                draft(job, first.placed.stream().map(Draft.Placed::allocation).toList());
        assertThat(next.placed).hasSize(whole);
        assertThat(next.placed).extracting(one -> one.allocation().group()).containsOnly("gang");
        assertThat(next.unfinished).isEmpty();
    }
}
