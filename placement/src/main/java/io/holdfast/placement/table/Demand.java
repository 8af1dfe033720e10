package io.holdfast.placement.table;

import io.holdfast.placement.request.Ask;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** An ask compiled for one table: what it needs by column. It holds until a node changes. */
public final class Demand {
    /**
     * The rows that pass what no placement changes.
     *
     * @param count of rows
     */
    public record Passing(BitSet rows, int count) {
        public static Passing of(BitSet rows) {
            return new Passing(rows, rows.cardinality());
        }
    }

    final Ask ask;

    /** Columns that it needs something of, and how much; the one that most likely tells that there is no room first. */
    final int[] dimensions;

    final long[] needs;

    /** What it needs of the fitted dimensions. */
    final double[] fitted = new double[Dimension.FITTED.length];

    /** Rows that pass what no placement changes; not to be altered. */
    final BitSet lasting;

    final int lastingCount;

    /** Whether a row's sums do not tell alone that it fits. */
    final boolean particular;

    Demand(Ask ask, Columns columns, Passing passing) {
        this.ask = ask;
        this.lasting = passing.rows();
        this.lastingCount = passing.count();
        this.particular =
                !ask.needs().devices().isEmpty() || !ask.needs().staticPorts().isEmpty();
        List<Dimension> all = columns.dimensions();
        int[] some = new int[all.size()];
        long[] amounts = new long[some.length];
        int n = 0;
        for (int d = 1; d <= some.length; d++) {
            // the number of allocations comes last: hardly any node fails for it
            Dimension dimension = all.get(d % some.length);
            long need = dimension.need().applyAsLong(ask.needs());
            if (need > 0) {
                some[n] = dimension.index();
                amounts[n++] = need;
            }
        }
        dimensions = Arrays.copyOf(some, n);
        needs = Arrays.copyOf(amounts, n);
        for (int f = 0; f < fitted.length; f++) {
            fitted[f] = Dimension.FITTED[f].need().applyAsLong(ask.needs());
        }
    }

    public Ask ask() {
        return ask;
    }

    public BitSet lasting() {
        return lasting;
    }
}
