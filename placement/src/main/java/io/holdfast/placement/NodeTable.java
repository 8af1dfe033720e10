package io.holdfast.placement;

import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.LayerHashes;
import java.util.List;
import java.util.Map;

/**
 * The nodes a batch may be placed on, as plain rows; the engine lays them out in arrays.
 *
 * @param rows in a fixed order: equal scores go to the earlier
 */
public record NodeTable(List<Row> rows) {
    public NodeTable {
        rows = List.copyOf(rows);
    }

    /**
     * @param capacity what the node can give
     * @param used what its allocations reserve
     * @param allocations how many it has
     * @param eligible whether it takes new work
     * @param layers of images that it has
     */
    public record Row(
            String nodeId,
            String name,
            Capacity capacity,
            Capacity used,
            int allocations,
            boolean eligible,
            Map<String, String> attributes,
            LayerHashes layers) {

        /** One without layers. */
        public Row(
                String nodeId,
                String name,
                Capacity capacity,
                Capacity used,
                int allocations,
                boolean eligible,
                Map<String, String> attributes) {
            this(nodeId, name, capacity, used, allocations, eligible, attributes, LayerHashes.NONE);
        }
    }
}
