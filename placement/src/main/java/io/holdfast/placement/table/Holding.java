package io.holdfast.placement.table;

import io.holdfast.placement.request.Ask;

/**
 * What an allocation holds of a node.
 *
 * @param id of the allocation
 * @param grant what it was given
 */
public record Holding(String id, String nodeId, Ask ask, Grant grant) {}
