package io.holdfast.placement.preempt;

import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.NodeTable;
import java.util.Arrays;

/**
 * What could be freed of each row by stopping all up to one priority, in columns as the table's: so that a search can tell of most rows
 * that they are not the cheapest without looking at any allocation.
 */
final class Outlook {
    /** Rounding never raises a bound. */
    private static final double SAFE = 1 - 1e-9;

    private static final int NEVER = -1;

    private final NodeTable nodes;
    private final long highest;
    private final int[] versions;

    /** By row: how many there are, and what the cheapest of them costs. */
    final int[] counts;

    private final long[] leastCosts;

    /** By dimension, then row: what all hold together, the most and the least that one does, the least that one unit costs. */
    private final long[][] totals;

    private final long[][] most;
    private final long[][] least;
    private final double[][] cheapest;

    Outlook(NodeTable nodes, int dimensions, long highest) {
        this.nodes = nodes;
        this.highest = highest;
        int length = nodes.length();
        this.versions = new int[length];
        Arrays.fill(versions, NEVER);
        this.counts = new int[length];
        this.leastCosts = new long[length];
        this.totals = new long[dimensions][length];
        this.most = new long[dimensions][length];
        this.least = new long[dimensions][length];
        this.cheapest = new double[dimensions][length];
    }

    int length() {
        return versions.length;
    }

    void refresh(int row, Preemptor preemptor) {
        if (versions[row] != nodes.version(row)) {
            sum(row, preemptor.tenants(row));
            versions[row] = nodes.version(row);
        }
    }

    private void sum(int row, Tenants tenants) {
        int count = tenants.upTo(highest);
        counts[row] = count;
        leastCosts[row] = count == 0 ? 0 : tenants.costs[0];
        for (int d = 0; d < totals.length; d++) {
            long total = 0;
            long largest = 0;
            long smallest = Long.MAX_VALUE;
            double unit = Double.POSITIVE_INFINITY;
            for (int i = 0; i < count; i++) {
                long amount = tenants.amounts[i * tenants.width + d];
                total += amount;
                smallest = Math.min(smallest, amount);
                largest = Math.max(largest, amount);
                if (amount > 0) {
                    unit = Math.min(unit, (double) tenants.costs[i] / amount);
                }
            }
            totals[d][row] = total;
            most[d][row] = largest;
            least[d][row] = count == 0 ? 0 : smallest;
            cheapest[d][row] = unit;
        }
    }

    /** No set that holds so much costs less; -1 where there is none. */
    long bound(int row, Dimension dimension, long lack) {
        int d = dimension.index();
        if (totals[d][row] < lack) {
            return -1;
        }
        return Math.max((long) (lack * cheapest[d][row] * SAFE), atLeast(row, d, lack) * leastCosts[row]);
    }

    /** So many hold so much. */
    int atLeast(int row, int dimension, long lack) {
        long one = most[dimension][row];
        return lack <= one ? 1 : (int) ((lack - 1) / one) + 1;
    }

    /** The least that one holds. */
    long least(int row, int dimension) {
        return least[dimension][row];
    }
}
