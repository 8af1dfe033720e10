package io.holdfast.placement.repack;

import io.holdfast.placement.Chooser;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Moves allocations in the table, as the engine chooses, within a budget. All is taken back when it is closed. */
final class Moving implements AutoCloseable {
    /** Targets that are no good, for one allocation: then it stays. */
    private static final int MAX_REFUSED = 16;

    record Moved(Holding holding, Demand demand, int from, int to, Grant grant) {}

    private final NodeTable nodes;
    private final Chooser chooser;
    private final Budget budget;
    private final Taste taste;
    final Targets targets;
    private final List<Moved> moved = new ArrayList<>();
    private final Map<String, Integer> movedByGroup = new HashMap<>();

    /** What a goal wants of targets, beside what the engine does. */
    interface Taste {
        /** Any, and the devices as the engine has them. */
        Taste ENGINE = new Taste() {};

        default boolean likes(int row, Grant grant) {
            return true;
        }

        default DeviceUse.Choice devices(Chooser chooser, int row, PlacementRequest request) {
            return chooser.devices(row, request);
        }
    }

    /** Rows that something was moved to. */
    private final BitSet receivers = new BitSet();

    Moving(NodeTable nodes, Chooser chooser, Budget budget, Taste taste) {
        this.taste = taste;
        this.nodes = nodes;
        this.chooser = chooser;
        this.budget = budget;
        this.targets = new Targets(nodes);
    }

    /** How many were moved. */
    int count() {
        return moved.size();
    }

    boolean hasReceived(int row) {
        return receivers.get(row);
    }

    /** All of them from this row, which then takes nothing any more; or none. */
    boolean move(List<Holding> holdings, int from) {
        if (!isWithinBudget(holdings)) {
            return false;
        }
        int before = moved.size();
        targets.close(from);
        for (Holding holding : holdings) {
            if (!move(holding, from)) {
                takeBack(before);
                targets.open(from);
                return false;
            }
        }
        since(before).forEach(one -> receivers.set(one.to()));
        return true;
    }

    /** What was moved, but for the first so many. */
    List<Moved> since(int count) {
        return moved.subList(count, moved.size());
    }

    private boolean isWithinBudget(List<Holding> holdings) {
        if (holdings.size() > budget.moves() - moved.size()) {
            return false;
        }
        Map<String, Integer> more = new HashMap<>();
        for (Holding holding : holdings) {
            String group = holding.ask().group();
            int moves = more.merge(group, 1, Integer::sum) + movedByGroup.getOrDefault(group, 0);
            if (moves > budget.of(group) || budget.staying().contains(holding.id())) {
                return false;
            }
        }
        return true;
    }

    /** While its target is looked for it is nobody's company: it is not its own sibling. */
    private boolean move(Holding holding, int from) {
        Demand demand = targets.demand(holding.ask());
        PlacementRequest request = new PlacementRequest(holding.id(), holding.ask());
        nodes.give(from, demand, holding.grant());
        List<Integer> refused = new ArrayList<>(0);
        int to = chooser.choose(request, demand);
        Grant grant = grant(to, request);
        while (to != Chooser.NONE && !taste.likes(to, grant) && refused.size() < MAX_REFUSED) {
            targets.close(to);
            refused.add(to);
            to = chooser.choose(request, demand);
            grant = grant(to, request);
        }
        refused.forEach(targets::open);
        if (to == Chooser.NONE || refused.size() == MAX_REFUSED) {
            nodes.take(from, demand, holding.grant());
            return false;
        }
        nodes.take(to, demand, grant);
        moved.add(new Moved(holding, demand, from, to, grant));
        movedByGroup.merge(holding.ask().group(), 1, Integer::sum);
        return true;
    }

    private Grant grant(int to, PlacementRequest request) {
        return to == Chooser.NONE ? Grant.NONE : nodes.grant(to, request.ask(), taste.devices(chooser, to, request));
    }

    private void takeBack(int from) {
        for (int i = moved.size() - 1; i >= from; i--) {
            Moved one = moved.remove(i);
            nodes.give(one.to(), one.demand(), one.grant());
            nodes.take(one.from(), one.demand(), one.holding().grant());
            movedByGroup.merge(one.holding().ask().group(), -1, Integer::sum);
        }
    }

    List<Move> moves() {
        return moved.stream()
                .map(one -> new Move(
                        one.holding().id(),
                        nodes.node(one.from()).id(),
                        nodes.node(one.to()).id(),
                        one.grant()))
                .toList();
    }

    @Override
    public void close() {
        takeBack(0);
    }
}
