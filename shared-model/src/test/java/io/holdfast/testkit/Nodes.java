package io.holdfast.testkit;

import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeRegistration;
import java.util.Map;
import java.util.TreeMap;

/** Nodes for tests. */
public final class Nodes {
    private Nodes() {}

    /** Four cores, 8 GiB of memory, 100 GiB of disk, 32,768 pids; amd64, kernel 6.1. Its id is its name. */
    public static NodeRegistration node(String name) {
        return node(name, 4_000, 8_192);
    }

    public static NodeRegistration node(String name, long cpuMillis, long memoryMi) {
        Capacity capacity = new Capacity(cpuMillis, memoryMi << 20, 100L << 30, 32_768);
        Map<String, String> attributes = Map.of("node.arch", "amd64", "node.kernel", "6.1.0", "node.name", name);
        return new NodeRegistration(name, name, capacity, new TreeMap<>(attributes), "0.1.0", ManualClock.START_MILLIS);
    }

    /** The same node with one attribute more, or another. */
    public static NodeRegistration withAttribute(NodeRegistration node, String name, String value) {
        TreeMap<String, String> attributes = new TreeMap<>(node.attributes());
        attributes.put(name, value);
        return new NodeRegistration(
                node.nodeId(),
                node.name(),
                node.capacity(),
                attributes,
                node.agentVersion(),
                node.incarnation(),
                node.layers());
    }
}
