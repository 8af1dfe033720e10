package io.holdfast.simulation.replay;

import java.util.List;

/**
 * What came of one policy with the pods of one seed. Where pods leave, the end is the moment when most GPUs were allocated, and of
 * equal moments the last with most cpu.
 *
 * @param nodes there were
 * @param nodesUsed that have at least one pod in the end
 * @param nodesUsedPeak that have at least one pod, most at one time
 * @param lowerBoundSum see {@link io.holdfast.simulation.bound.LowerBounds}
 * @param pods that arrived
 * @param atEnd allocated in the end: once all have arrived, where none leaves
 * @param atFirstRefusal allocated when the first pod found no node; as {@code atEnd} where all did, and for a batch, which has no first
 * @param fills of all nodes in the end, in their order; empty where only the counts are kept
 * @param nanos that placing took
 */
public record Run(
        Policy policy,
        long seed,
        int nodes,
        int nodesUsed,
        int nodesUsedPeak,
        int lowerBoundSum,
        int lowerBoundLp,
        int pods,
        int placed,
        Ratios atEnd,
        Ratios atFirstRefusal,
        List<NodeFill> fills,
        long nanos) {
    public Run {
        fills = List.copyOf(fills);
    }

    /** The same, for one of many: fills of all nodes are large. */
    Run countsOnly() {
        return new Run(
                policy,
                seed,
                nodes,
                nodesUsed,
                nodesUsedPeak,
                lowerBoundSum,
                lowerBoundLp,
                pods,
                placed,
                atEnd,
                atFirstRefusal,
                List.of(),
                nanos);
    }

    public int refused() {
        return pods - placed;
    }

    public double placementsPerSecond() {
        return pods * 1e9 / Math.max(1, nanos);
    }
}
