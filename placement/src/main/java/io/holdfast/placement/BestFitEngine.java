package io.holdfast.placement;

import java.util.ArrayList;
import java.util.List;

/**
 * Best fit over all nodes: filters, then the highest {@link Score}; where that is equal, the node with fewer siblings; where
 * that is equal too, the earlier row. Without state; any thread.
 */
public final class BestFitEngine implements PlacementEngine {

    @Override
    public List<Placement> place(NodeTable nodes, List<PlacementRequest> requests) {
        Batch batch = new Batch(new NodeColumns(nodes));
        List<Placement> placements = new ArrayList<>(requests.size());
        for (PlacementRequest request : requests) {
            placements.add(batch.place(request));
        }
        return placements;
    }
}
