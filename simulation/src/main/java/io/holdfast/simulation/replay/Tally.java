package io.holdfast.simulation.replay;

import io.holdfast.placement.table.Node;
import io.holdfast.simulation.bound.LowerBounds;
import io.holdfast.simulation.trace.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what is placed. */
final class Tally {
    private final long gpuCapacity;
    private final long cpuCapacity;
    private final long memoryCapacity;
    private final Map<String, Integer> podsByNode = new HashMap<>();
    private long gpu;
    private long cpu;
    private long memory;
    private int placed;
    private Ratios atFirstRefusal;

    Tally(List<Node> nodes) {
        gpuCapacity = Arrivals.gpuThousandths(nodes);
        cpuCapacity =
                nodes.stream().mapToLong(node -> node.capacity().cpuMillis()).sum();
        memoryCapacity =
                nodes.stream().mapToLong(node -> node.capacity().memoryBytes()).sum();
    }

    void placed(Pod pod, String nodeId) {
        gpu += pod.gpuThousandths();
        cpu += pod.cpuMillis();
        memory += pod.memoryBytes();
        placed++;
        podsByNode.merge(nodeId, 1, Integer::sum);
    }

    void refused() {
        if (atFirstRefusal == null) {
            atFirstRefusal = now();
        }
    }

    private Ratios now() {
        return new Ratios(ratio(gpu, gpuCapacity), ratio(cpu, cpuCapacity), ratio(memory, memoryCapacity));
    }

    private static double ratio(long part, long all) {
        return all == 0 ? 0 : (double) part / all;
    }

    Run run(Policy policy, long seed, int nodes, LowerBounds bounds, int pods, long nanos) {
        return new Run(
                policy,
                seed,
                nodes,
                podsByNode.size(),
                bounds.sum(),
                bounds.lp(),
                pods,
                placed,
                now(),
                atFirstRefusal == null ? now() : atFirstRefusal,
                nanos);
    }
}
