package io.holdfast.benchmarks;

import io.holdfast.model.job.Resources;
import io.holdfast.placement.BestFitEngine;
import io.holdfast.placement.Placement;
import io.holdfast.placement.repack.Budget;
import io.holdfast.placement.repack.Goal;
import io.holdfast.placement.repack.Repacker;
import io.holdfast.placement.repack.Repacking;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import java.util.Locale;

/** How many nodes a plan of moves frees, beside packing everything anew on empty nodes, and how long the plan takes. */
final class RepackingRuns {
    private static final int NODES = 5_000;
    private static final int EACH = 20;
    private static final int ROUNDS = 5;

    private RepackingRuns() {}

    static void print(List<Resources> work) {
        NodeTable table = Fleet.crumbled(NODES, EACH, work, 1);
        NodeTable empty = NodeTable.of(table.nodes());
        List<PlacementRequest> all = table.holdings().stream()
                .map(held -> new PlacementRequest(held.id(), held.ask()))
                .toList();
        long used = new BestFitEngine()
                .place(empty, all).stream()
                        .map(answer -> ((Placement.Placed) answer).nodeId())
                        .distinct()
                        .count();
        System.out.printf("%nRepacking %d allocations on %d nodes; asked: 5 s, 0.80%n%n", all.size(), NODES);
        System.out.println("| budget | moves | nodes freed | from scratch | ratio | s |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        for (int round = 0; round < ROUNDS; round++) {
            print("none", Budget.UNLIMITED, table, NODES - used);
        }
        print("1000", Budget.of(1000), table, NODES - used);
    }

    private static void print(String word, Budget budget, NodeTable table, long scratch) {
        long began = System.nanoTime();
        Repacking plan = new Repacker(new BestFitEngine()).plan(table, budget, Goal.NODES);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %.2f | %.2f |",
                word,
                plan.moves().size(),
                plan.nodes().size(),
                scratch,
                (double) plan.nodes().size() / scratch,
                seconds));
    }
}
