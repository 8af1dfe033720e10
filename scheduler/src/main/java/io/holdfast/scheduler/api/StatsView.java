package io.holdfast.scheduler.api;

import io.holdfast.model.line.AllocationUsage;
import io.holdfast.model.state.Allocation;
import java.util.List;

/** What an allocation uses as the API shows it: {@code AllocationStats} in {@code openapi.yaml}; {@code null} is not known. */
record StatsView(
        String id,
        String project,
        String job,
        String group,
        int index,
        String node,
        String at,
        boolean paused,
        Usage usage,
        Network network,
        List<Task> tasks) {

    /** The whole answer: a page, and the nodes that did not answer. */
    record StatsPage(List<StatsView> items, String next, List<Unreachable> unreachable) {}

    record Unreachable(String node, String reason) {}

    record Task(String name, Usage usage) {}

    record Network(Long receivedBytes, Long sentBytes, Long receivedPackets, Long sentPackets) {}

    record Pressure(Long someMicros, Long fullMicros) {}

    record Usage(
            Long cpuMillis,
            Long cpuMicros,
            Long cpuUserMicros,
            Long cpuSystemMicros,
            Long cpuThrottledMicros,
            Long memoryBytes,
            Long memoryCacheBytes,
            Long memoryPeakBytes,
            Long memoryLimitBytes,
            Long swapBytes,
            Long oomKills,
            Long pids,
            Long pidsLimit,
            Long ioReadBytes,
            Long ioWriteBytes,
            Long ioReadOps,
            Long ioWriteOps,
            Pressure cpuPressure,
            Pressure memoryPressure,
            Pressure ioPressure) {

        static Usage of(AllocationUsage.Usage usage) {
            return new Usage(
                    known(usage.cpuMillis()),
                    known(usage.cpuMicros()),
                    known(usage.cpuUserMicros()),
                    known(usage.cpuSystemMicros()),
                    known(usage.cpuThrottledMicros()),
                    known(usage.memoryBytes()),
                    known(usage.memoryCacheBytes()),
                    known(usage.memoryPeakBytes()),
                    limit(usage.memoryLimitBytes()),
                    known(usage.swapBytes()),
                    known(usage.oomKills()),
                    known(usage.pids()),
                    limit(usage.pidsLimit()),
                    known(usage.ioReadBytes()),
                    known(usage.ioWriteBytes()),
                    known(usage.ioReadOps()),
                    known(usage.ioWriteOps()),
                    pressure(usage.cpuPressure()),
                    pressure(usage.memoryPressure()),
                    pressure(usage.ioPressure()));
        }
    }

    static StatsView of(Allocation allocation, String nodeName, AllocationUsage usage) {
        AllocationUsage.Network network = usage.network();
        return new StatsView(
                allocation.id(),
                allocation.job().project(),
                allocation.job().job(),
                allocation.group(),
                allocation.index(),
                nodeName,
                Rfc3339.text(usage.atMillis()),
                usage.paused(),
                Usage.of(usage.total()),
                new Network(
                        known(network.receivedBytes()),
                        known(network.sentBytes()),
                        known(network.receivedPackets()),
                        known(network.sentPackets())),
                usage.tasks().stream()
                        .map(task -> new Task(task.task(), Usage.of(task.usage())))
                        .toList());
    }

    private static Pressure pressure(AllocationUsage.Pressure pressure) {
        return new Pressure(known(pressure.someMicros()), known(pressure.fullMicros()));
    }

    private static Long known(long value) {
        return value < 0 ? null : value;
    }

    private static Long limit(long value) {
        return value <= 0 ? null : value;
    }
}
