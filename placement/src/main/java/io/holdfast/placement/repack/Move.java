package io.holdfast.placement.repack;

import io.holdfast.placement.table.Grant;

/**
 * One step: the allocation has its place at the target, and only then does its source lose it.
 *
 * @param from id of the node
 * @param to id of another
 * @param grant which ports and devices it gets there: what follows counts on it
 */
public record Move(String allocationId, String from, String to, Grant grant) {}
