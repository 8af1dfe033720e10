package io.holdfast.placement.repack;

import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Requirements;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** The rows that allocations may be moved to, by what they demand of nodes: all that pass but those that are closed. */
final class Targets {
    private final NodeTable nodes;

    /** Rows that take nothing. */
    private final BitSet closed = new BitSet();

    private final Map<Requirements, Demand.Passing> open = new HashMap<>();
    private final Map<Requirements, BitSet> lasting = new HashMap<>();
    private final Map<Ask, Demand> demands = new IdentityHashMap<>();

    Targets(NodeTable nodes) {
        this.nodes = nodes;
    }

    /** Compiled once for all that share an ask; its rows change as rows are opened and closed. */
    Demand demand(Ask ask) {
        return demands.computeIfAbsent(
                ask,
                one -> nodes.demand(one, open.computeIfAbsent(one.requirements(), key -> {
                    BitSet all = Chain.demand(nodes, one).lasting();
                    lasting.put(key, all);
                    BitSet rows = (BitSet) all.clone();
                    rows.andNot(closed);
                    return Demand.Passing.of(rows);
                })));
    }

    void close(int row) {
        closed.set(row);
        open.values().forEach(passing -> passing.rows().clear(row));
    }

    void open(int row) {
        closed.clear(row);
        open.forEach((requirements, passing) ->
                passing.rows().set(row, lasting.get(requirements).get(row)));
    }
}
