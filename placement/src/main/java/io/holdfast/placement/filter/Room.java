package io.holdfast.placement.filter;

import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;

/** Has enough left in one dimension. */
record Room(NodeTable nodes, Dimension dimension, long need) implements Filter {
    @Override
    public String reason() {
        return dimension.word();
    }

    @Override
    public boolean passes(int row) {
        return nodes.free(dimension, row) >= need;
    }

    @Override
    public String message(BitSet failed) {
        int nearest = failed.nextSetBit(0);
        int largest = nearest;
        for (int row = nearest; row >= 0; row = failed.nextSetBit(row + 1)) {
            if (nodes.capacity(dimension, row) > nodes.capacity(dimension, largest)) {
                largest = row;
            }
            if (nodes.free(dimension, row) > nodes.free(dimension, nearest)) {
                nearest = row;
            }
        }
        long most = nodes.capacity(dimension, largest);
        String message = Filter.verb(failed, "lacks ", "lack ") + dimension.word() + ": need " + text(need)
                + ", nearest miss " + text(nodes.free(dimension, nearest)) + " free on "
                + nodes.node(nearest).name();
        return need <= most
                ? message
                : message + ", more than the largest of them has at all (" + text(most) + " on "
                        + nodes.node(largest).name() + ")";
    }

    private String text(long amount) {
        return dimension.text().apply(amount);
    }
}
