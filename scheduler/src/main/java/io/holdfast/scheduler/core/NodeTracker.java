package io.holdfast.scheduler.core;

import io.holdfast.model.Clock;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;
import io.holdfast.model.state.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes and their leases. A node is ready while its lease is renewed, disconnected when its line is down, lost when its lease
 * has run out; the next renewal brings it back. Leases live here and on the lines only, not in Hazelcast: a hung member cannot
 * make healthy nodes look dead.
 *
 * <p>The clock of a lease does not run while the scheduler itself stands still, and when too many nodes go missing at once they
 * are taken for cut off rather than dead: they stay disconnected, so that nothing is replaced ({@link MissingGuard}).
 *
 * <p>Lines are heard whether this scheduler leads or not. On the core's loop.
 */
final class NodeTracker implements NodeLeases {

    /** What follows from a change. */
    interface Listener {
        void nodeChanged(Node node, NodeState before, String reason);

        /** It takes work from now on, or more than before. */
        void capacityGrew(Node node);

        /** It holds allocations and has not said yet what became of them: its report is to be looked at. */
        void reportWanted(Node node);

        void replacementPaused(boolean paused, String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(NodeTracker.class);
    private static final NodeRegistration NOBODY =
            new NodeRegistration("", "", Reserved.NOTHING, new TreeMap<>(), "", 0);

    private final Clock clock;
    private final CoreSettings settings;
    private final Listener listener;
    private final NavigableMap<String, Node> nodes = new TreeMap<>();
    private final MissingGuard guard = new MissingGuard();
    private long lastTickMillis;

    NodeTracker(Clock clock, CoreSettings settings, Listener listener) {
        this.clock = clock;
        this.settings = settings;
        this.listener = listener;
        this.lastTickMillis = clock.monotonicMillis();
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    Optional<Node> node(String id) {
        return Optional.ofNullable(nodes.get(id));
    }

    Collection<Node> withPrefix(String prefix) {
        return nodes.subMap(prefix, true, prefix + Character.MAX_VALUE, false).values();
    }

    boolean replacementPaused() {
        return guard.paused();
    }

    /** A leader begins: these nodes hold allocations, and are given time to say so. */
    void expect(Collection<String> nodeIds) {
        long now = clock.monotonicMillis();
        for (Node node : nodes.values()) {
            node.lastReport = Optional.empty();
            node.awaitedUntilMillis = 0;
        }
        for (String id : nodeIds) {
            Node node = known(id, id);
            node.awaitedUntilMillis = now + settings.settleMillis();
            node.leaseUntilMillis = Math.max(node.leaseUntilMillis, now + settings.settleMillis());
            if (node.state == NodeState.LOST) {
                node.state = NodeState.DISCONNECTED;
            }
        }
    }

    /** A registration that was read. */
    void registered(NodeRegistration registration) {
        Node node = known(registration.nodeId(), registration.name());
        if (node.registered && node.registration.incarnation() > registration.incarnation()) {
            return;
        }
        boolean first = !node.registered;
        boolean wasLow = node.diskIsLow();
        // layers come and go all the time, and make no room
        boolean changed = !node.registration.with(LayerHashes.NONE).equals(registration.with(LayerHashes.NONE));
        node.registration = registration;
        node.registered = true;
        if (first) {
            NodeState before = node.state;
            if (node.state != NodeState.LOST) {
                node.state = node.line ? NodeState.READY : NodeState.DISCONNECTED;
            }
            listener.nodeChanged(node, before, "registered");
        }
        if (wasLow != node.diskIsLow()) {
            String word = wasLow ? "its disk has room again" : "its disk is low: it gets no more work";
            LOG.info("node {}: {}", registration.name(), word);
            listener.nodeChanged(node, node.state, word);
        }
        if ((first || changed) && node.takesWork()) {
            listener.capacityGrew(node);
        }
    }

    /** The node has said what became of its allocations. */
    void reported(Node node, Report report) {
        node.lastReport = Optional.of(report);
        if (node.awaited()) {
            node.awaitedUntilMillis = 0;
            listener.capacityGrew(node);
        }
    }

    @Override
    public void connected(String nodeId, String name) {
        Node node = known(nodeId, name);
        node.line = true;
        renewed(nodeId);
    }

    @Override
    public void renewed(String nodeId) {
        Node node = known(nodeId, nodeId);
        node.line = true;
        node.leaseUntilMillis = clock.monotonicMillis() + settings.lostAfterMillis();
        if (!node.registered || node.state == NodeState.READY) {
            return;
        }
        boolean wasLost = node.state == NodeState.LOST;
        if (wasLost) {
            // what it holds may have changed since it was last heard: its word comes before any decision
            node.awaitedUntilMillis = clock.monotonicMillis() + settings.settleMillis();
        }
        become(node, NodeState.READY, wasLost ? "its lease is renewed again" : "its line is up");
        if (node.awaited()) {
            listener.reportWanted(node);
        } else {
            listener.capacityGrew(node);
        }
    }

    @Override
    public void disconnected(String nodeId) {
        Node node = nodes.get(nodeId);
        if (node == null) {
            return;
        }
        node.line = false;
        if (node.registered && node.state == NodeState.READY) {
            become(node, NodeState.DISCONNECTED, "its line is down");
        }
    }

    @Override
    public long leaseMillis() {
        return settings.lostAfterMillis();
    }

    long leaseMillisLeft(Node node) {
        return node.state == NodeState.LOST ? 0 : Math.max(0, node.leaseUntilMillis - clock.monotonicMillis());
    }

    /** Time has passed. */
    void tick() {
        long now = clock.monotonicMillis();
        long gap = now - lastTickMillis;
        lastTickMillis = now;
        if (gap > CoreLimits.STALL_MILLIS) {
            LOG.warn("this scheduler stood still for {} ms: no node's lease runs for that time", gap);
            nodes.values().forEach(node -> node.leaseUntilMillis += gap);
        }
        List<Node> expired = new ArrayList<>();
        for (Node node : List.copyOf(nodes.values())) {
            if (node.awaited() && node.awaitedUntilMillis <= now) {
                node.awaitedUntilMillis = 0;
                LOG.warn("node {} has not reported in time", node.registration.name());
                if (node.state != NodeState.LOST) {
                    listener.capacityGrew(node);
                }
            }
            if (node.state != NodeState.LOST && node.leaseUntilMillis <= now) {
                expired.add(node);
            }
        }
        boolean before = guard.paused();
        boolean believe = guard.believe(nodes.values(), expired, now);
        if (before != guard.paused()) {
            listener.replacementPaused(guard.paused(), guard.reason());
        }
        if (believe) {
            for (Node node : expired) {
                node.line = false;
                node.lostAtMillis = now;
                become(node, NodeState.LOST, "its lease has run out");
            }
        } else {
            expired.stream()
                    .filter(node -> node.state == NodeState.READY)
                    .forEach(node -> become(node, NodeState.DISCONNECTED, "its lease has run out, with many others'"));
        }
    }

    void forget(String nodeId) {
        nodes.remove(nodeId);
    }

    private Node known(String id, String name) {
        return nodes.computeIfAbsent(id, key -> {
            Node node = new Node(
                    id,
                    new NodeRegistration(id, name, NOBODY.capacity(), NOBODY.attributes(), NOBODY.agentVersion(), 0));
            node.leaseUntilMillis = clock.monotonicMillis() + settings.lostAfterMillis();
            return node;
        });
    }

    private void become(Node node, NodeState state, String reason) {
        NodeState before = node.state;
        if (!before.mayBecome(state)) {
            throw new IllegalStateException("node " + node.id + " cannot become " + state + " from " + before);
        }
        node.state = state;
        if (before != state) {
            LOG.info("node {} is {}: {}", node.registration.name(), state.text(), reason);
            listener.nodeChanged(node, before, reason);
        }
    }
}
