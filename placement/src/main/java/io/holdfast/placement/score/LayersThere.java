package io.holdfast.placement.score;

import io.holdfast.placement.request.Preferences.Layer;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;
import java.util.List;

/** The share of the image's bytes that a node has already. */
final class LayersThere implements Scorer {
    private final NodeTable nodes;
    private final List<Layer> layers;
    private final BitSet some = new BitSet();

    LayersThere(NodeTable nodes, List<Layer> layers) {
        this.nodes = nodes;
        this.layers = layers;
        for (int row = nodes.present().nextSetBit(0);
                row >= 0;
                row = nodes.present().nextSetBit(row + 1)) {
            if (nodes.layersThere(row, layers) > 0) {
                some.set(row);
            }
        }
    }

    @Override
    public String word() {
        return "layers";
    }

    @Override
    public int weight() {
        return Scores.LAYERS_WEIGHT;
    }

    @Override
    public long part(int row) {
        return nodes.layersThere(row, layers);
    }

    @Override
    public BitSet particular() {
        return some;
    }

    @Override
    public long cellPart(int row) {
        return 0;
    }
}
