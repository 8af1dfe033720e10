package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.placement.PlacementEngine;
import io.holdfast.placement.repack.Budget;
import io.holdfast.placement.repack.Goal;
import io.holdfast.placement.repack.Move;
import io.holdfast.placement.repack.Repacker;
import io.holdfast.placement.repack.Repacking;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A repacking to be worked out. Made on the core's loop, of values only; worked out on any other thread, on a table of its own, because
 * that takes seconds in a large cluster.
 */
final class RepackingDraft implements Supplier<RepackingPlan> {
    private final List<Node> nodes;
    private final List<Holding> holdings;
    private final List<Allocation> allocations;
    private final Map<String, GroupDocument> documents;
    /** Filled only when the draft is worked out. */
    private final NodeTable table;

    private final PlacementEngine engine;
    private final int moves;

    /**
     * @param empty one that fills nodes as the table does
     * @param moves at most
     */
    RepackingDraft(NodeTable table, NodeTable empty, ClusterState state, PlacementEngine engine, int moves) {
        this.table = empty;
        this.nodes = table.present().stream().mapToObj(table::node).toList();
        this.holdings = List.copyOf(table.holdings());
        this.allocations = state.allocations();
        this.documents = state.documents();
        this.engine = engine;
        this.moves = moves;
    }

    @Override
    public RepackingPlan get() {
        nodes.forEach(table::put);
        holdings.forEach(table::hold);
        Map<String, Allocation> byId = new HashMap<>();
        allocations.forEach(a -> byId.put(a.id(), a));
        Set<String> staying = new HashSet<>();
        Map<String, Integer> counts = new TreeMap<>();
        for (Holding holding : holdings) {
            whyItStays(byId.get(holding.id()), table).ifPresent(reason -> {
                staying.add(holding.id());
                counts.merge(reason, 1, Integer::sum);
            });
        }
        Budget budget = new Budget(moves, Integer.MAX_VALUE, Map.of(), staying);
        Repacking repacking = new Repacker(engine).plan(table, budget, Goal.NODES);
        return new RepackingPlan(
                repacking.nodes().stream()
                        .map(id -> new RepackingPlan.EmptiedNode(id, name(table, id)))
                        .toList(),
                repacking.moves().stream()
                        .map(move -> move(move, byId.get(move.allocationId()), table))
                        .toList(),
                counts.entrySet().stream()
                        .map(entry -> new RepackingPlan.Staying(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private Optional<String> whyItStays(Allocation allocation, NodeTable table) {
        if (allocation == null
                || allocation.desired() != Desired.RUN
                || allocation.state() != AllocationState.RUNNING) {
            return Optional.of("not running, or ending");
        }
        if (!table.node(table.rowOf(allocation.nodeId())).eligible()) {
            return Optional.of("on nodes that take no new work");
        }
        GroupDocument document = documents.get(allocation.specHash());
        return document == null || document.type() != JobType.SERVICE
                ? Optional.of("of batches, whose work would begin anew")
                : Optional.empty();
    }

    private static RepackingPlan.Move move(Move move, Allocation allocation, NodeTable table) {
        return new RepackingPlan.Move(
                move.allocationId(),
                allocation.job().project(),
                allocation.name(),
                move.from(),
                name(table, move.from()),
                move.to(),
                name(table, move.to()));
    }

    private static String name(NodeTable table, String nodeId) {
        return table.node(table.rowOf(nodeId)).name();
    }
}
