package io.holdfast.placement;

import io.holdfast.placement.batch.Order;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.NodeTable;
import java.util.List;

/** Chooses nodes. Pure: the same nodes and requests give the same answer. Engines hold no state; any thread, but one for each table. */
public interface PlacementEngine {

    /** A chooser for one table, for as long as only it and its {@link Trial} change the table. */
    Chooser on(NodeTable nodes);

    /** Begins to place; what is placed is in the table until the trial is closed. */
    default Trial open(NodeTable nodes) {
        return new Trial(nodes, on(nodes));
    }

    /**
     * One answer for each request, in their order. Higher priorities are placed first; among equals, in an order that packs well.
     * Each sees what those before it took. The table is as it was when this returns: whoever carries the answer out tells it.
     */
    default List<Placement> place(NodeTable nodes, List<PlacementRequest> requests) {
        try (Trial trial = open(nodes)) {
            return trial.place(Order.of(nodes, requests));
        }
    }
}
