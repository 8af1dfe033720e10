package io.holdfast.placement;

/**
 * How much a node is wanted, in [0, 1]: a weighted sum of parts in [0, 1].
 *
 * <p>Packing is best fit: the share of the node that would be in use, so that the fullest node that still takes the instance
 * gets it and whole nodes stay free for large ones. Not having just failed there weighs more than all packing, so a node to
 * be avoided is taken only where no other can be.
 */
final class Score {
    static final double PACKING_WEIGHT = 0.4;
    static final double NOT_AVOIDED_WEIGHT = 0.6;

    private Score() {}

    static double of(NodeColumns nodes, int node, Demand demand, boolean avoided) {
        return PACKING_WEIGHT * packing(nodes, node, demand) + (avoided ? 0 : NOT_AVOIDED_WEIGHT);
    }

    private static double packing(NodeColumns nodes, int node, Demand demand) {
        double sum = 0;
        for (int d = 0; d < Dimension.COUNT; d++) {
            Dimension dimension = Dimension.at(d);
            if (dimension.packingWeight() == 0) {
                continue;
            }
            long capacity = nodes.capacity(dimension, node);
            long left = nodes.free(dimension, node) - demand.need(d);
            // a node without any of it is as full as can be; only an instance that needs none gets here
            sum += dimension.packingWeight() * (capacity <= 0 ? 1 : 1 - (double) left / capacity);
        }
        return Math.min(1, Math.max(0, sum));
    }
}
