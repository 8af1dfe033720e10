package io.holdfast.placement.preempt;

import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.Ports;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.NodeTable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Who is on one row, the least important first, and what each holds; for as long as the row does not change. */
final class Tenants {
    /** A cost is a priority, and below it a count: so that the number of victims decides where the priorities are equal in sum. */
    static final int COUNT_BITS = 16;

    private static final Demand.Passing NO_ROWS = new Demand.Passing(new BitSet(0), 0);
    private static final Comparator<Holding> ORDER = Comparator.comparingInt(
                    (Holding holding) -> holding.ask().priority())
            .thenComparing(Holding::id);

    int version;
    final Holding[] holdings;

    /** By tenant. */
    final long[] costs;

    /** What a tenant holds of a dimension stands at its place times {@link #width}, and the dimension's index. */
    final long[] amounts;

    final int width;
    private final NodeTable nodes;

    /** By tenant, made when first asked for. */
    private final Demand[] demands;

    Tenants(NodeTable nodes, List<Dimension> dimensions, int row) {
        this.nodes = nodes;
        this.width = dimensions.size();
        this.version = nodes.version(row);
        this.holdings = nodes.holdings(row).toArray(Holding[]::new);
        Arrays.sort(holdings, ORDER);
        this.costs = new long[holdings.length];
        this.amounts = new long[holdings.length * width];
        this.demands = new Demand[holdings.length];
        Ports range = nodes.node(row).ports();
        for (int i = 0; i < holdings.length; i++) {
            Needs needs = holdings[i].ask().needs();
            costs[i] = ((long) Math.max(0, holdings[i].ask().priority()) << COUNT_BITS) + 1;
            for (int d = 0; d < width; d++) {
                Dimension dimension = dimensions.get(d);
                amounts[i * width + dimension.index()] = dimension == Dimension.PORTS
                        ? within(range, needs.staticPorts())
                                + within(range, holdings[i].grant().ports())
                        : dimension.need().applyAsLong(needs);
            }
        }
    }

    private static int within(Ports range, List<Integer> ports) {
        int within = 0;
        for (int i = 0; i < ports.size(); i++) {
            within += range.has(ports.get(i)) ? 1 : 0;
        }
        return within;
    }

    /** How many have no priority above this one. */
    int upTo(long highest) {
        int count = holdings.length;
        while (count > 0 && holdings[count - 1].ask().priority() > highest) {
            count--;
        }
        return count;
    }

    Demand demand(int i) {
        if (demands[i] == null) {
            demands[i] = nodes.demand(holdings[i].ask(), NO_ROWS);
        }
        return demands[i];
    }
}
