package io.holdfast.simulation.peer;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.NodeTable;

/** What formulas speak of, by row. GPUs are counted in thousandths. */
final class Room {
    private static final int[] NONE = {};

    private final NodeTable nodes;

    /** Of the largest node in each: what the artifact of FGD divides by. */
    final double mostCpuMillis;

    final double mostMemoryBytes;
    final double mostGpu;

    Room(NodeTable nodes) {
        this.nodes = nodes;
        double cpu = 1;
        double memory = 1;
        double gpu = 0;
        for (int row = 0; row < nodes.length(); row++) {
            cpu = Math.max(cpu, cpuMillis(row));
            memory = Math.max(memory, memoryBytes(row));
            gpu = Math.max(gpu, gpus(row).length * (double) DeviceAsk.WHOLE);
        }
        mostCpuMillis = cpu;
        mostMemoryBytes = memory;
        mostGpu = gpu;
    }

    boolean hasGpus() {
        return mostGpu > 0;
    }

    long cpuMillis(int row) {
        return nodes.node(row).capacity().cpuMillis();
    }

    long memoryBytes(int row) {
        return nodes.node(row).capacity().memoryBytes();
    }

    long freeCpu(int row) {
        return nodes.freeCpu(row);
    }

    long freeMemory(int row) {
        return nodes.freeMemory(row);
    }

    /** What is left of each GPU of the row. Not to be altered. A line of a trace gives a node one model. */
    int[] gpus(int row) {
        DeviceUse use = nodes.devices(row);
        return use.groups().isEmpty() ? NONE : use.free(0);
    }

    long freeGpu(int row) {
        long sum = 0;
        for (int left : gpus(row)) {
            sum += left;
        }
        return sum;
    }

    /** Of the trace's asks, which speak of one kind of devices; count 0 for none. */
    static int gpuCount(Ask ask) {
        return ask.needs().devices().isEmpty()
                ? 0
                : ask.needs().devices().get(0).count();
    }

    /** Of each. */
    static int gpuThousandths(Ask ask) {
        return ask.needs().devices().isEmpty()
                ? 0
                : ask.needs().devices().get(0).thousandths();
    }

    static boolean isShare(Ask ask) {
        return gpuCount(ask) == 1 && gpuThousandths(ask) < DeviceAsk.WHOLE;
    }

    static long gpu(Ask ask) {
        return (long) gpuCount(ask) * gpuThousandths(ask);
    }

    static long cpu(Ask ask) {
        return ask.needs().resources().cpuMillis();
    }

    static long memory(Ask ask) {
        return ask.needs().resources().memoryBytes();
    }
}
