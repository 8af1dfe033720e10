package io.holdfast.simulation.replay;

import io.holdfast.placement.table.Node;
import io.holdfast.simulation.trace.Pod;
import java.util.List;

/** What pods take of one node, or of all together. */
final class Load {
    private final long gpuCapacity;
    private final long cpuCapacity;
    private final long memoryCapacity;
    private long gpu;
    private long cpu;
    private long memory;
    private int pods;

    Load(List<Node> nodes) {
        gpuCapacity = Arrivals.gpuThousandths(nodes);
        cpuCapacity =
                nodes.stream().mapToLong(node -> node.capacity().cpuMillis()).sum();
        memoryCapacity =
                nodes.stream().mapToLong(node -> node.capacity().memoryBytes()).sum();
    }

    /** @param sign 1 for one that comes, -1 for one that leaves */
    void change(Pod pod, int sign) {
        gpu += sign * pod.gpuThousandths();
        cpu += sign * pod.cpuMillis();
        memory += sign * pod.memoryBytes();
        pods += sign;
    }

    long gpuThousandths() {
        return gpu;
    }

    long cpuMillis() {
        return cpu;
    }

    int pods() {
        return pods;
    }

    boolean hasGpus() {
        return gpuCapacity > 0;
    }

    Ratios ratios() {
        return new Ratios(ratio(gpu, gpuCapacity), ratio(cpu, cpuCapacity), ratio(memory, memoryCapacity));
    }

    private static double ratio(long part, long all) {
        return all == 0 ? 0 : (double) part / all;
    }
}
