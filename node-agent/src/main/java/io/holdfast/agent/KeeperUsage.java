package io.holdfast.agent;

import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.line.AllocationUsage;
import io.holdfast.model.line.AllocationUsage.Network;
import io.holdfast.model.line.AllocationUsage.Pressure;
import io.holdfast.model.line.AllocationUsage.Usage;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What the keeper has counted, in the words of the line. For one context. */
final class KeeperUsage {
    private static final String LOOPBACK = "lo";

    private final KeeperClient keeper;
    private final Function<String, String> taskOf;
    private final Predicate<String> paused;

    /**
     * @param taskOf from a container's id to its task, empty where it is not known
     * @param paused whether an allocation is
     */
    KeeperUsage(KeeperClient keeper, Function<String, String> taskOf, Predicate<String> paused) {
        this.keeper = keeper;
        this.taskOf = taskOf;
        this.paused = paused;
    }

    /** Those that the keeper has. */
    Future<List<AllocationUsage>> of(List<String> allocationIds) {
        if (allocationIds.isEmpty()) {
            return Future.succeededFuture(List.of()); // for the keeper none is all
        }
        return keeper.stats(new Request.Stats(allocationIds))
                .map(stats -> stats.sandboxes().stream()
                        .map(sandbox -> usage(sandbox, stats.atMillis()))
                        .toList());
    }

    private AllocationUsage usage(Reply.SandboxStats sandbox, long atMillis) {
        List<AllocationUsage.TaskUsage> tasks = sandbox.containers().stream()
                .map(container -> new AllocationUsage.TaskUsage(
                        taskOf.apply(container.id()), usage(container.used(), List.of(container))))
                .filter(task -> !task.task().isEmpty())
                .toList();
        return new AllocationUsage(
                sandbox.id(),
                atMillis,
                paused.test(sandbox.id()),
                usage(sandbox.total(), sandbox.containers()),
                network(sandbox.network()),
                tasks);
    }

    /** Counters as given, and what the containers use now, together. */
    private static Usage usage(Reply.Usage used, List<Reply.ContainerStats> containers) {
        // what several waited for at the same time cannot be told from sums
        boolean one = containers.size() == 1;
        return new Usage(
                Usage.UNKNOWN,
                used.cpuNanos() / 1_000,
                used.cpuUserNanos() / 1_000,
                used.cpuSystemNanos() / 1_000,
                used.throttledNanos() / 1_000,
                sum(containers, c -> c.memory().currentBytes()),
                sum(containers, c -> c.memory().cacheBytes()),
                one ? containers.get(0).memory().peakBytes() : Usage.UNKNOWN,
                limit(containers, c -> c.memory().limitBytes()),
                sum(containers, c -> c.memory().swapBytes()),
                used.oomKills(),
                sum(containers, c -> c.pids().current()),
                limit(containers, c -> c.pids().limit()),
                used.ioReadBytes(),
                used.ioWriteBytes(),
                used.ioReadOperations(),
                used.ioWriteOperations(),
                one ? pressure(containers.get(0).cpuPressure()) : Pressure.UNKNOWN,
                one ? pressure(containers.get(0).memoryPressure()) : Pressure.UNKNOWN,
                one ? pressure(containers.get(0).ioPressure()) : Pressure.UNKNOWN);
    }

    private static long sum(List<Reply.ContainerStats> containers, ToLongFunction<Reply.ContainerStats> number) {
        return containers.stream().mapToLong(number).sum();
    }

    /** The sum of the limits; 0, which is none, where one of them has none. */
    private static long limit(List<Reply.ContainerStats> containers, ToLongFunction<Reply.ContainerStats> number) {
        return containers.stream().mapToLong(number).anyMatch(limit -> limit < 0) ? 0 : sum(containers, number);
    }

    private static Pressure pressure(Reply.Pressure pressure) {
        return pressure.known()
                ? new Pressure(pressure.some().totalMicros(), pressure.full().totalMicros())
                : Pressure.UNKNOWN;
    }

    /** What went over interfaces to others; a network with nothing but loopback has sent and received nothing. */
    private static Network network(List<Reply.NetworkInterface> interfaces) {
        if (interfaces.isEmpty()) {
            return Network.NONE;
        }
        List<Reply.NetworkInterface> others =
                interfaces.stream().filter(one -> !one.name().equals(LOOPBACK)).toList();
        return new Network(
                others.stream().mapToLong(Reply.NetworkInterface::receivedBytes).sum(),
                others.stream().mapToLong(Reply.NetworkInterface::sentBytes).sum(),
                others.stream()
                        .mapToLong(Reply.NetworkInterface::receivedPackets)
                        .sum(),
                others.stream().mapToLong(Reply.NetworkInterface::sentPackets).sum());
    }
}
