package io.holdfast.simulation.replay;

/**
 * How full one node is.
 *
 * @param hasGpus whether there are any to be allocated
 * @param pods that it has
 * @param allocated of what this node has
 */
public record NodeFill(String node, boolean hasGpus, int pods, Ratios allocated) {}
