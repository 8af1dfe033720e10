package io.holdfast.agent;

import io.holdfast.keeper.api.Reply;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.model.state.NodeRegistration;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the keeper says of its host, as a node's registration. */
final class NodeFacts {
    /** Whether the node can start anything now: {@code ready} or {@code unreachable}. */
    static final String KEEPER = "node.keeper";

    private NodeFacts() {}

    static NodeRegistration registration(
            String nodeId,
            AgentConfig config,
            Reply.Hello hello,
            boolean keeperReady,
            String agentVersion,
            long incarnation,
            LayerHashes layers) {
        SortedMap<String, String> attributes = new TreeMap<>();
        hello.attributes().forEach((name, value) -> attributes.put("node." + name, value));
        config.traits().attributes().forEach((name, value) -> attributes.put("meta." + name, value));
        attributes.put("node.name", config.name());
        attributes.put(NodeRegistration.POOL, config.traits().pool());
        attributes.put(NodeRegistration.DATACENTER, config.traits().datacenter());
        attributes.put("node.keeper-version", hello.version());
        attributes.put("node.policy", String.join(",", hello.policy()));
        attributes.put(KEEPER, keeperReady ? "ready" : "unreachable");
        return new NodeRegistration(
                nodeId,
                config.name(),
                less(hello.capacity(), config.reserve()),
                attributes,
                agentVersion,
                incarnation,
                layers);
    }

    private static Capacity less(Reply.Capacity all, Capacity reserve) {
        return new Capacity(
                Math.max(0, all.cpuMillis() - reserve.cpuMillis()),
                Math.max(0, all.memoryBytes() - reserve.memoryBytes()),
                Math.max(0, all.diskBytes() - reserve.diskBytes()),
                Math.max(0, all.pids() - reserve.pids()));
    }
}
