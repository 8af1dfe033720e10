package io.holdfast.simulation.peer;

import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.filter.Filter;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.NodeTable;
import java.util.List;

/** The product's own filters, asked row by row: peers choose among the same nodes. */
final class Feasible {
    private final NodeTable nodes;
    private Demand demand;
    private List<Filter> company = List.of();

    Feasible(NodeTable nodes) {
        this.nodes = nodes;
    }

    void begin(Demand next) {
        if (next != demand) {
            demand = next;
            company = Chain.company(nodes, next.ask());
        }
    }

    boolean passes(int row) {
        if (!demand.lasting().get(row) || !nodes.fits(row, demand)) {
            return false;
        }
        for (Filter filter : company) {
            if (!filter.passes(row)) {
                return false;
            }
        }
        return true;
    }
}
