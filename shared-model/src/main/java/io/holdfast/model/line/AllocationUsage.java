package io.holdfast.model.line;

import java.util.List;

/**
 * What an allocation uses and has used, as its node counted it. Counters begin with the allocation and only grow, also over
 * restarts of its tasks.
 *
 * @param atMillis when it was looked, on the node's clock
 * @param total of all tasks together
 * @param network of the allocation's network namespace; {@link Network#NONE} where it has the host's
 */
public record AllocationUsage(
        String allocationId, long atMillis, boolean paused, Usage total, Network network, List<TaskUsage> tasks) {
    public AllocationUsage {
        total = total == null ? Usage.NONE : total;
        network = network == null ? Network.NONE : network;
        tasks = tasks == null ? List.of() : List.copyOf(tasks);
    }

    /** Of one task's present run. */
    public record TaskUsage(String task, Usage usage) {}

    /**
     * A number that the node cannot count is {@link #UNKNOWN}; a limit that there is not is 0.
     *
     * @param cpuMillis thousandths of a core in use, over the window that was asked for; {@link #UNKNOWN} without one
     * @param cpuMicros time on processors
     * @param cpuThrottledMicros time that a quota kept it off them
     * @param memoryBytes in use, page cache included
     * @param memoryCacheBytes of these, what the kernel would give up first
     * @param oomKills how many processes the kernel killed for want of memory
     */
    public record Usage(
            long cpuMillis,
            long cpuMicros,
            long cpuUserMicros,
            long cpuSystemMicros,
            long cpuThrottledMicros,
            long memoryBytes,
            long memoryCacheBytes,
            long memoryPeakBytes,
            long memoryLimitBytes,
            long swapBytes,
            long oomKills,
            long pids,
            long pidsLimit,
            long ioReadBytes,
            long ioWriteBytes,
            long ioReadOps,
            long ioWriteOps,
            Pressure cpuPressure,
            Pressure memoryPressure,
            Pressure ioPressure) {
        public static final long UNKNOWN = -1;
        public static final Usage NONE =
                new Usage(-1, -1, -1, -1, -1, -1, -1, -1, 0, -1, -1, -1, 0, -1, -1, -1, -1, null, null, null);

        public Usage {
            cpuPressure = cpuPressure == null ? Pressure.UNKNOWN : cpuPressure;
            memoryPressure = memoryPressure == null ? Pressure.UNKNOWN : memoryPressure;
            ioPressure = ioPressure == null ? Pressure.UNKNOWN : ioPressure;
        }

        /** With thousandths of a core. */
        public Usage withCpuMillis(long millis) {
            return new Usage(
                    millis,
                    cpuMicros,
                    cpuUserMicros,
                    cpuSystemMicros,
                    cpuThrottledMicros,
                    memoryBytes,
                    memoryCacheBytes,
                    memoryPeakBytes,
                    memoryLimitBytes,
                    swapBytes,
                    oomKills,
                    pids,
                    pidsLimit,
                    ioReadBytes,
                    ioWriteBytes,
                    ioReadOps,
                    ioWriteOps,
                    cpuPressure,
                    memoryPressure,
                    ioPressure);
        }
    }

    /**
     * Time lost waiting, as the kernel's PSI has it (Documentation/accounting/psi).
     *
     * @param someMicros in which at least one process waited; {@link Usage#UNKNOWN} where the kernel does not say
     * @param fullMicros in which all did
     */
    public record Pressure(long someMicros, long fullMicros) {
        public static final Pressure UNKNOWN = new Pressure(-1, -1);
    }

    public record Network(long receivedBytes, long sentBytes, long receivedPackets, long sentPackets) {
        public static final Network NONE = new Network(-1, -1, -1, -1);
    }
}
