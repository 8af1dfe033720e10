package io.holdfast.placement.table;

import io.holdfast.placement.request.Ask;
import java.util.Arrays;
import java.util.BitSet;

/** An ask compiled for one table: what it needs by column. It holds until a node changes. */
public final class Demand {
    final Ask ask;

    /** Columns that it needs something of, and how much. */
    final int[] dimensions;

    final long[] needs;

    /** What it needs of the fitted dimensions. */
    final double[] fitted = new double[Dimension.FITTED.length];

    /** Rows that pass what no placement changes; not to be altered. */
    final BitSet lasting;

    final int lastingCount;

    /** Whether a row's sums do not tell alone that it fits. */
    final boolean particular;

    Demand(Ask ask, Columns columns, BitSet lasting) {
        this.ask = ask;
        this.lasting = lasting;
        this.lastingCount = lasting.cardinality();
        this.particular =
                !ask.needs().devices().isEmpty() || !ask.needs().staticPorts().isEmpty();
        int[] some = new int[columns.dimensions().size()];
        long[] amounts = new long[some.length];
        int n = 0;
        for (Dimension dimension : columns.dimensions()) {
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
