package io.holdfast.placement;

import io.holdfast.placement.batch.Order;
import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Places requests one after the other: each sees what those before it took. What was taken is given back when it is closed, unless it is
 * kept.
 */
public final class Trial implements AutoCloseable {
    private record Taken(int row, Demand demand, Grant grant) {}

    private final NodeTable nodes;
    private final Chooser chooser;
    private final List<Taken> taken = new ArrayList<>();

    private Ask lastAsk;
    private Demand demand;

    /** Of the last request; as long as nothing has changed since, an equal one finds no node either. */
    private Placement.Unplaced refusal;

    private long changesAtRefusal;

    Trial(NodeTable nodes, Chooser chooser) {
        this.nodes = nodes;
        this.chooser = chooser;
    }

    public Placement place(PlacementRequest request) {
        if (request.ask() != lastAsk) {
            lastAsk = request.ask();
            demand = Chain.demand(nodes, lastAsk);
            refusal = null;
        }
        if (refusal != null && changesAtRefusal == nodes.changes()) {
            return refusal;
        }
        int row = chooser.choose(request, demand);
        if (row == Chooser.NONE) {
            refusal = Explanation.of(nodes, demand);
            changesAtRefusal = nodes.changes();
            return refusal;
        }
        List<Placement.Candidate> best = chooser.best();
        Grant grant = nodes.grant(row, request.ask(), chooser.devices(row, request));
        nodes.take(row, demand, grant);
        taken.add(new Taken(row, demand, grant));
        return new Placement.Placed(nodes.node(row).id(), best.get(0).score(), grant, best);
    }

    /** In this order, with gangs as a whole; the answers stand where the requests stood before they were ordered. */
    List<Placement> place(List<Order.Unit> units) {
        int count = units.stream().mapToInt(unit -> unit.requests().size()).sum();
        Placement[] answers = new Placement[count];
        for (Order.Unit unit : units) {
            int before = taken.size();
            Placement.Unplaced failure = null;
            for (int i = 0; i < unit.requests().size() && failure == null; i++) {
                Placement answer = place(unit.requests().get(i));
                answers[unit.positions()[i]] = answer;
                if (unit.isGang() && answer instanceof Placement.Unplaced unplaced) {
                    failure = gang(unit, i, unplaced);
                }
            }
            if (failure != null) {
                giveBack(before);
                for (int position : unit.positions()) {
                    answers[position] = failure;
                }
            }
        }
        return Arrays.asList(answers);
    }

    private static Placement.Unplaced gang(Order.Unit unit, int placed, Placement.Unplaced why) {
        return new Placement.Unplaced(
                why.nodesByReason(),
                "gang " + unit.requests().get(0).gang() + " has nodes for " + placed + " of "
                        + unit.requests().size() + " and is placed as a whole; for the next: " + why.message());
    }

    private void giveBack(int from) {
        for (int i = taken.size() - 1; i >= from; i--) {
            Taken one = taken.remove(i);
            nodes.give(one.row(), one.demand(), one.grant());
        }
    }

    /** What was placed so far is not given back. */
    public void keep() {
        taken.clear();
    }

    @Override
    public void close() {
        giveBack(0);
    }
}
