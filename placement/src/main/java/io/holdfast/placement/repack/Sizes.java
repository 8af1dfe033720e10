package io.holdfast.placement.repack;

import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.NodeTable;
import java.util.List;

/** How large things are beside their node. */
final class Sizes {
    private final NodeTable nodes;
    private final List<Dimension> dimensions;

    Sizes(NodeTable nodes) {
        this.nodes = nodes;
        this.dimensions = nodes.dimensions();
    }

    /** The largest share that an allocation has of anything. */
    double largest(int row, Holding holding) {
        double largest = 0;
        for (Dimension dimension : dimensions) {
            long capacity = nodes.capacity(dimension, row);
            if (capacity > 0) {
                largest = Math.max(
                        largest,
                        (double) dimension.need().applyAsLong(holding.ask().needs()) / capacity);
            }
        }
        return largest;
    }

    /** The shares in use of all that makes a node full, in sum. */
    double fullness(int row) {
        double sum = 0;
        for (Dimension dimension : dimensions) {
            long capacity = nodes.capacity(dimension, row);
            if (capacity > 0 && dimension.fitWeight() > 0) {
                sum += dimension.fitWeight() * (capacity - nodes.free(dimension, row)) / capacity;
            }
        }
        return sum;
    }
}
