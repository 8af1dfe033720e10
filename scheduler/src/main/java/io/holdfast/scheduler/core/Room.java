package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.Ports;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.NodeTable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of nodes that placement works on, kept up with what changes: allocations as they come and go, nodes when they are looked
 * at next. On the core's loop.
 */
final class Room {
    private record Seen(NodeRegistration registration, boolean takesWork) {}

    private record Kind(JobKey job, String specHash, int priority, boolean lost) {}

    private final FillPolicy fill;
    private NodeTable table;
    private final Map<String, Seen> seen = new HashMap<>();

    /** Instances that ask for the same share what they ask. */
    private final Map<Kind, Ask> asks = new HashMap<>();

    /** What is held of nodes that are not in the table yet, by node. */
    private final Map<String, Map<String, Holding>> waiting = new HashMap<>();

    Room(FillPolicy fill) {
        this.fill = fill;
        this.table = empty();
    }

    void clear() {
        table = empty();
        seen.clear();
        asks.clear();
        waiting.clear();
    }

    /** What is lost keeps its room for when its node returns, and is nobody's company: others are to take its place. */
    /** A table of its own, without nodes, that fills them as this one does. */
    NodeTable empty() {
        return new NodeTable(fill::of);
    }

    void hold(Allocation allocation, int priority, GroupDocument document) {
        if (asks.size() >= CoreLimits.ASKS_REMEMBERED) {
            asks.clear();
        }
        Ask ask = asks.computeIfAbsent(
                new Kind(allocation.job(), allocation.specHash(), priority, allocation.state() == AllocationState.LOST),
                kind -> kind.lost()
                        ? Asks.of(kind.job(), kind.priority(), document).asStranger()
                        : Asks.of(kind.job(), kind.priority(), document));
        Holding holding = new Holding(allocation.id(), allocation.nodeId(), ask, Grant.NONE);
        if (!table.hold(holding)) {
            waiting.computeIfAbsent(allocation.nodeId(), key -> new HashMap<>()).put(holding.id(), holding);
        }
    }

    void release(Allocation allocation) {
        table.release(allocation.id());
        waiting.computeIfPresent(allocation.nodeId(), (node, onNode) -> {
            onNode.remove(allocation.id());
            return onNode.isEmpty() ? null : onNode;
        });
    }

    /** The table, with the nodes as they are now. */
    NodeTable table(Collection<Node> nodes) {
        int registered = 0;
        for (Node node : nodes) {
            if (node.registered) {
                registered++;
                see(node);
            }
        }
        if (seen.size() > registered) {
            forgetOthers(nodes);
        }
        return table;
    }

    private void see(Node node) {
        Seen now = new Seen(node.registration, node.takesWork());
        Seen before = seen.get(node.id);
        if (before != null && before.registration == now.registration && before.takesWork == now.takesWork) {
            return;
        }
        seen.put(node.id, now);
        table.put(new io.holdfast.placement.table.Node(
                node.id,
                node.registration.name(),
                counted(node.registration.capacity()),
                io.holdfast.placement.table.Node.MAX_ALLOCATIONS,
                Map.of(),
                Ports.DEFAULT,
                List.of(),
                now.takesWork,
                node.registration.attributes(),
                node.registration.layers()));
        Map<String, Holding> held = waiting.remove(node.id);
        if (held != null) {
            held.values().forEach(table::hold);
        }
    }

    /** What a node tells may be without an end, as where its kernel sets no limit of processes. */
    private static Capacity counted(Capacity told) {
        return new Capacity(
                counted(told.cpuMillis()),
                counted(told.memoryBytes()),
                counted(told.diskBytes()),
                counted(told.pids()));
    }

    private static long counted(long told) {
        return Math.max(0, Math.min(told, Needs.MAX_AMOUNT));
    }

    private void forgetOthers(Collection<Node> nodes) {
        Map<String, Node> registered = new HashMap<>();
        nodes.stream().filter(node -> node.registered).forEach(node -> registered.put(node.id, node));
        seen.keySet().removeIf(id -> {
            if (registered.containsKey(id)) {
                return false;
            }
            table.remove(id);
            return true;
        });
    }
}
