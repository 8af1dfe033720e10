package io.holdfast.simulation.bound;

import io.holdfast.placement.table.Node;
import io.holdfast.simulation.trace.Pod;
import java.util.Arrays;
import java.util.List;

/**
 * Nodes that no placement of all these pods can do without. Where the nodes have not enough for all together, there is no such number,
 * and both are the number of nodes.
 *
 * @param sum by each dimension alone, the largest nodes first; the highest of these numbers
 * @param lp by all dimensions at once, nodes and pods cut at will: a linear program
 */
public record LowerBounds(int sum, int lp) {

    public static LowerBounds of(List<Node> nodes, List<Pod> pods) {
        long[] demand = new long[Amounts.COUNT];
        for (Pod pod : pods) {
            Amounts.add(demand, pod);
        }
        long[][] capacities = nodes.stream().map(Amounts::of).toArray(long[][]::new);
        int sum = 0;
        for (int d = 0; d < Amounts.COUNT; d++) {
            sum = Math.max(sum, alone(capacities, d, demand[d]));
        }
        return new LowerBounds(sum, Math.max(sum, Relaxation.nodes(capacities, demand)));
    }

    private static int alone(long[][] capacities, int dimension, long demand) {
        long[] ascending = Arrays.stream(capacities)
                .mapToLong(capacity -> capacity[dimension])
                .sorted()
                .toArray();
        long left = demand;
        int nodes = 0;
        while (left > 0 && nodes < ascending.length) {
            nodes++;
            left -= ascending[ascending.length - nodes];
        }
        return nodes;
    }
}
