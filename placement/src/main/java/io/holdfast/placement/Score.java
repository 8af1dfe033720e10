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
        double packing = Math.min(1, Math.max(0, nodes.packing(node, demand)));
        return PACKING_WEIGHT * packing + (avoided ? 0 : NOT_AVOIDED_WEIGHT);
    }
}
