package io.holdfast.simulation.replay;

/** What is allocated of what one node has, or all have, in [0, 1]; 0 of what there is none of. */
public record Ratios(double gpu, double cpu, double memory) {}
