package io.holdfast.placement.filter;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Requirements;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * All filters, in the order they are asked. A node counts at the first that it fails, so the order is that of how little can be done
 * about it: a node that the job itself rules out should not be reported as too small.
 */
public final class Chain {
    private Chain() {}

    /** What no placement changes: the answers hold until a node changes. */
    public static List<Filter> lasting(NodeTable nodes, Requirements requirements) {
        List<Filter> filters = new ArrayList<>();
        filters.add(new Eligible(nodes));
        if (!requirements.pool().isEmpty()) {
            filters.add(new InPool(nodes, requirements.pool()));
        }
        if (!requirements.datacenters().isEmpty()) {
            filters.add(new InDatacenter(nodes, requirements.datacenters()));
        }
        requirements.constraints().forEach(constraint -> filters.add(new Matches(nodes, constraint)));
        requirements.abilities().forEach(ability -> filters.add(new Able(nodes, ability)));
        return filters;
    }

    /** What depends on where others are. */
    public static List<Filter> company(NodeTable nodes, Ask ask) {
        List<Filter> filters = new ArrayList<>();
        if (ask.requirements().distinctNode()) {
            filters.add(new DistinctNode(nodes, ask));
        }
        ask.requirements().distinctValues().forEach(distinct -> filters.add(new Distinct(nodes, ask, distinct)));
        if (!ask.job().isEmpty() || !ask.requirements().apartFrom().isEmpty()) {
            filters.add(new Apart(nodes, ask));
        }
        return filters;
    }

    /** What room is left: engines ask {@link NodeTable#fits} for all of it at once, and these to explain. */
    public static List<Filter> room(NodeTable nodes, Ask ask) {
        List<Filter> filters = new ArrayList<>();
        for (Dimension dimension : nodes.dimensions()) {
            long need = dimension.need().applyAsLong(ask.needs());
            if (need > 0) {
                filters.add(new Room(nodes, dimension, need));
            }
        }
        if (!ask.needs().staticPorts().isEmpty()) {
            filters.add(new StaticPorts(nodes, ask));
        }
        if (!ask.needs().devices().isEmpty()) {
            filters.add(new Devices(nodes, ask));
        }
        return filters;
    }

    /** What is asked for, compiled, with the rows that pass what lasts. */
    public static Demand demand(NodeTable nodes, Ask ask) {
        return nodes.demand(
                ask, nodes.lasting(ask.requirements(), requirements -> passing(nodes, lasting(nodes, requirements))));
    }

    private static BitSet passing(NodeTable nodes, List<Filter> filters) {
        BitSet rows = (BitSet) nodes.present().clone();
        for (Filter filter : filters) {
            for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
                if (!filter.passes(row)) {
                    rows.clear(row);
                }
            }
        }
        return rows;
    }
}
