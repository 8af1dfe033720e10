package io.holdfast.placement.table;

import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/**
 * What is counted on a node. Each is one column of {@link Columns}, and its room is one step of the filters.
 *
 * @param word as it stands in reasons and messages
 * @param index of its column
 * @param fitWeight its share in how full a node is; 0 where that does not count
 * @param text an amount for people
 */
public record Dimension(
        String word,
        int index,
        double fitWeight,
        ToLongFunction<Needs> need,
        ToLongFunction<Node> capacity,
        LongFunction<String> text) {
    /** How many allocations a node holds, whatever they need. */
    public static final Dimension ALLOCATIONS =
            new Dimension("allocations", 0, 0, needs -> 1, Node::maxAllocations, Long::toString);

    /** Thousandths of a core, by reservation: a quota above it reserves nothing. */
    static final Dimension CPU = new Dimension(
            "cpu",
            1,
            0.45,
            needs -> needs.resources().cpuMillis(),
            node -> node.capacity().cpuMillis(),
            amount -> amount + "m");

    /** Bytes, by reservation: {@code memoryMax} above it is oversubscription. */
    static final Dimension MEMORY = new Dimension(
            "memory",
            2,
            0.45,
            needs -> needs.resources().memoryBytes(),
            node -> node.capacity().memoryBytes(),
            Bytes::text);

    /** Bytes that the tasks may write at most. A node that cannot hold them to it has none to give. */
    static final Dimension DISK = new Dimension(
            "disk",
            3,
            0.1,
            needs -> needs.resources().diskBytes(),
            node -> node.capacity().diskBytes(),
            Bytes::text);

    /** Processes and threads: a limit each, so that their sum is what a node must bear. */
    static final Dimension PIDS = new Dimension(
            "pids",
            4,
            0,
            needs -> needs.resources().pids(),
            node -> node.capacity().pids(),
            Long::toString);

    /** Ports of the node's range, whichever. */
    public static final Dimension PORTS = new Dimension(
            "dynamic ports", 5, 0, Needs::dynamicPorts, node -> node.ports().count(), Long::toString);

    static final Dimension[] FIXED = {ALLOCATIONS, CPU, MEMORY, DISK, PIDS, PORTS};

    /** Those that make a node full, in the order of their columns, which follow one another. */
    static final Dimension[] FITTED = {CPU, MEMORY, DISK};

    /** Countable resources of one name. */
    static Dimension counted(String name, int index) {
        return new Dimension(
                name,
                index,
                0,
                needs -> needs.counted().getOrDefault(name, 0L),
                node -> node.counted().getOrDefault(name, 0L),
                Long::toString);
    }

    /** Thousandths of all devices of a kind together: a first test, cheap, before each of them is looked at. */
    static Dimension devices(String kind, int index) {
        return new Dimension(
                kind,
                index,
                0,
                needs -> needs.devices().stream()
                        .filter(ask -> ask.kind().equals(kind))
                        .mapToLong(DeviceAsk::total)
                        .sum(),
                node -> node.devices().stream()
                        .filter(group -> group.kind().equals(kind))
                        .mapToLong(group -> (long) group.count() * DeviceAsk.WHOLE)
                        .sum(),
                amount -> amount % DeviceAsk.WHOLE == 0
                        ? Long.toString(amount / DeviceAsk.WHOLE)
                        : amount + " thousandths");
    }
}
