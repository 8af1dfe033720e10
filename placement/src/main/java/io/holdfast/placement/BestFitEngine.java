package io.holdfast.placement;

import io.holdfast.placement.device.Workload;
import io.holdfast.placement.table.NodeTable;

/**
 * The product's own: filters, then the highest score over all nodes; where that is equal, the node with fewer siblings; where that is
 * equal too, the earlier row.
 */
public final class BestFitEngine implements PlacementEngine {
    /** How many nodes an answer names to say why. */
    public static final int CANDIDATES = 5;

    private final Workload workload;

    /** One that knows nothing of what usually comes. */
    public BestFitEngine() {
        this(Workload.USUAL);
    }

    /** @param workload what usually comes: by it devices are kept usable */
    public BestFitEngine(Workload workload) {
        this.workload = workload;
    }

    @Override
    public Chooser on(NodeTable nodes) {
        return new BestFitChooser(nodes, workload);
    }
}
