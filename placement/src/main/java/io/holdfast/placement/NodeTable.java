package io.holdfast.placement;

import io.holdfast.model.state.Capacity;
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
     */
    public record Row(
            String nodeId,
            String name,
            Capacity capacity,
            Capacity used,
            int allocations,
            boolean eligible,
            Map<String, String> attributes) {}
}
