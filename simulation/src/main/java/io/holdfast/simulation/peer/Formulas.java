package io.holdfast.simulation.peer;

import io.holdfast.placement.request.DeviceAsk;
import java.util.Arrays;

/** The short formulas. Where a published one is of whole numbers, so is this: its ties are part of it. */
final class Formulas {
    /** Kubernetes' highest score of a node. */
    private static final long MOST = 100;

    private Formulas() {}

    /** Nomad 0.11 and later, {@code ScoreFitBinPack}: from 0 for an empty node to 18 for a full one; after Google's BestFit v3. */
    static Formula nomad(Room room) {
        return (row, ask) -> {
            double freeCpu = (room.freeCpu(row) - Room.cpu(ask)) / (double) room.cpuMillis(row);
            double freeMemory = (room.freeMemory(row) - Room.memory(ask)) / (double) room.memoryBytes(row);
            return Math.min(18, Math.max(0, 20 - (Math.pow(10, freeCpu) + Math.pow(10, freeMemory))));
        };
    }

    /** Kubernetes, {@code NodeResourcesFit} with the strategy {@code MostAllocated}: cpu and memory weigh the same. */
    static Formula mostAllocated(Room room) {
        return (row, ask) -> (used(room.freeCpu(row) - Room.cpu(ask), room.cpuMillis(row))
                        + used(room.freeMemory(row) - Room.memory(ask), room.memoryBytes(row)))
                / 2;
    }

    /** The same with {@code LeastAllocated}, its default. */
    static Formula leastAllocated(Room room) {
        return (row, ask) -> (free(room.freeCpu(row) - Room.cpu(ask), room.cpuMillis(row))
                        + free(room.freeMemory(row) - Room.memory(ask), room.memoryBytes(row)))
                / 2;
    }

    private static long used(long freeAfter, long capacity) {
        return (capacity - freeAfter) * MOST / capacity;
    }

    private static long free(long freeAfter, long capacity) {
        return freeAfter * MOST / capacity;
    }

    /**
     * Alignment of what is asked for with what is left, the least first, as in the artifact of FGD (Weng et al., ATC'23): over cpu and
     * GPUs, and over cpu and memory where no node has GPUs.
     */
    static Formula dotProduct(Room room) {
        return (row, ask) -> {
            double cpu = room.freeCpu(row) / room.mostCpuMillis * (Room.cpu(ask) / room.mostCpuMillis);
            double other = room.hasGpus()
                    ? room.freeGpu(row) / room.mostGpu * (Room.gpu(ask) / room.mostGpu)
                    : room.freeMemory(row) / room.mostMemoryBytes * (Room.memory(ask) / room.mostMemoryBytes);
            return (int) (MOST * (1 - (cpu + other) / 2));
        };
    }

    /** The least left, over the same dimensions, as in the same artifact. */
    static Formula bestFit(Room room) {
        return (row, ask) -> {
            double cpu = (room.freeCpu(row) - Room.cpu(ask)) / room.mostCpuMillis;
            double other = room.hasGpus()
                    ? (room.freeGpu(row) - Room.gpu(ask)) / room.mostGpu
                    : (room.freeMemory(row) - Room.memory(ask)) / room.mostMemoryBytes;
            return (int) ((1 - (0.5 * cpu + 0.5 * other)) * MOST);
        };
    }

    /** Shared GPUs first, then whole ones of nodes that are in use, then empty nodes with few, as in the same artifact. */
    static Formula packing(Room room) {
        return (row, ask) -> {
            int count = Room.gpuCount(ask);
            if (count == 0) {
                return 0;
            }
            int[] left = room.gpus(row).clone();
            int whole = (int)
                    Arrays.stream(left).filter(one -> one == DeviceAsk.WHOLE).count();
            if (whole == left.length) {
                return Math.max(33 - whole, whole);
            }
            Arrays.sort(left);
            int wholeTaken = 0;
            int percent = 0;
            for (int i = 0; i < left.length && count > 0; i++) {
                if (left[i] >= Room.gpuThousandths(ask)) {
                    count--;
                    wholeTaken += left[i] == DeviceAsk.WHOLE ? 1 : 0;
                    percent += left[i] * 100 / DeviceAsk.WHOLE;
                }
            }
            return wholeTaken > 0 ? Math.max(50 - wholeTaken, 33) : Math.max(100 - percent / 10, 50);
        };
    }

    /** How many nodes Nomad looks at for a batch job, and at the least. */
    static final int NOMAD_BATCH = 2;

    /** How many it looks at for a service: the logarithm of the nodes, to the base of 2. */
    static int nomadService(int nodes) {
        return Math.max(NOMAD_BATCH, 32 - Integer.numberOfLeadingZeros(Math.max(1, nodes) - 1));
    }
}
