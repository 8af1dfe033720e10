package io.holdfast.placement;

import java.util.List;

/**
 * Chooses nodes. Pure: the same nodes, requests and order give the same answer. A batch is placed request by request, each
 * seeing what those before it took.
 */
public interface PlacementEngine {

    /** One answer for each request, in their order. */
    List<Placement> place(NodeTable nodes, List<PlacementRequest> requests);
}
