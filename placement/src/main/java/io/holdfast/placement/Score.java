package io.holdfast.placement;

/**
 * How much a node is wanted, in [0, 1]: a weighted sum of parts in [0, 1].
 *
 * <p>Packing is best fit: the share of the node that would be in use, so that the fullest node that still takes the instance
 * gets it and whole nodes stay free for large ones. Layers are the share of the image's bytes that the node has already; they
 * weigh less, because a download happens once and a badly packed node stays. An instance of whose image nothing is known leaves
 * their weight to packing. Not having just failed there weighs more than all else, so a node to be avoided is taken only where no
 * other can be.
 */
final class Score {
    static final double PACKING_WEIGHT = 0.3;
    static final double LAYERS_WEIGHT = 0.1;
    static final double NOT_AVOIDED_WEIGHT = 0.6;

    private Score() {}

    /** @param layers share of the image's bytes that each node has, empty where nothing is known of the image */
    static double of(NodeColumns nodes, int node, Demand demand, double[] layers, boolean avoided) {
        double packing = Math.min(1, Math.max(0, nodes.packing(node, demand)));
        double fit = PACKING_WEIGHT * packing + LAYERS_WEIGHT * (layers.length == 0 ? packing : layers[node]);
        return fit + (avoided ? 0 : NOT_AVOIDED_WEIGHT);
    }
}
