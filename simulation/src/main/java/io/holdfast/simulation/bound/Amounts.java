package io.holdfast.simulation.bound;

import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.table.Node;
import io.holdfast.simulation.trace.Pod;

/** The dimensions that bounds count: cpu, memory, GPUs. */
final class Amounts {
    static final int COUNT = 3;

    private Amounts() {}

    static long[] of(Node node) {
        long gpus = node.devices().stream().mapToLong(Node.DeviceGroup::count).sum();
        return new long[] {node.capacity().cpuMillis(), node.capacity().memoryBytes(), gpus * DeviceAsk.WHOLE};
    }

    static void add(long[] sums, Pod pod) {
        sums[0] += pod.cpuMillis();
        sums[1] += pod.memoryBytes();
        sums[2] += pod.gpuThousandths();
    }
}
