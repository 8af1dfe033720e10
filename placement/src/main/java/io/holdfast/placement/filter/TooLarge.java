package io.holdfast.placement.filter;

import io.holdfast.placement.request.Needs;
import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.List;

/**
 * More is asked for than any node has, were it empty: waiting does not help then, a larger node or a smaller request does.
 *
 * @param need above {@code most}, in the unit of the dimension
 * @param node the name of the largest; the first where several are
 */
public record TooLarge(Dimension dimension, long need, long most, String node) {

    /** In the order of the dimensions; empty where each is in reach of some node, and where there are no nodes. */
    public static List<TooLarge> in(NodeTable nodes, Needs needs) {
        List<TooLarge> all = new ArrayList<>();
        for (Dimension dimension : nodes.dimensions()) {
            long need = dimension.need().applyAsLong(needs);
            // nobody asks for allocations: that a node takes none is the node's affair
            if (need > 0 && dimension != Dimension.ALLOCATIONS && nodes.count() > 0) {
                int largest = largest(nodes, dimension);
                long most = nodes.capacity(dimension, largest);
                if (need > most) {
                    all.add(new TooLarge(
                            dimension, need, most, nodes.node(largest).name()));
                }
            }
        }
        return all;
    }

    private static int largest(NodeTable nodes, Dimension dimension) {
        int largest = nodes.present().nextSetBit(0);
        for (int row = largest; row >= 0; row = nodes.present().nextSetBit(row + 1)) {
            if (nodes.capacity(dimension, row) > nodes.capacity(dimension, largest)) {
                largest = row;
            }
        }
        return largest;
    }

    /** As {@code memory 64Ti is above the largest node (16Gi on node-7)}. */
    public String sentence() {
        return sentence(text(most) + " on " + node);
    }

    /** As {@code memory 64Ti is above the largest node (16Gi)}: where the nodes' names say nothing. */
    public String sentenceWithoutNode() {
        return sentence(text(most));
    }

    private String sentence(String largest) {
        return dimension.word() + " " + text(need) + " is above the largest node (" + largest + ")";
    }

    private String text(long amount) {
        return dimension.text().apply(amount);
    }
}
