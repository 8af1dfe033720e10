package io.holdfast.simulation.replay;

/** What is allocated of what all nodes have, in [0, 1]; 0 of what no node has. */
public record Ratios(double gpu, double cpu, double memory) {}
