package io.holdfast.placement.table;

import io.holdfast.placement.request.Ask;

/**
 * What an allocation holds of a node.
 *
 * @param id of the allocation
 * @param grant what it was given
 */
public record Holding(String id, String nodeId, Ask ask, Grant grant) {
    /** The same room, as {@link Ask#asStranger nobody's company}. */
    public Holding asStranger() {
        return new Holding(id, nodeId, ask.asStranger(), grant);
    }
}
