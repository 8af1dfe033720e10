package io.holdfast.model.state;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node says of itself.
 *
 * @param nodeId random, minted once, kept in the agent's data directory
 * @param name as people call it
 * @param attributes as {@code node.arch}, {@code node.kernel}
 * @param incarnation milliseconds since the epoch when the agent started
 * @param layers of images that it has; the most recently used where there are too many to tell
 */
public record NodeRegistration(
        String nodeId,
        String name,
        Capacity capacity,
        SortedMap<String, String> attributes,
        String agentVersion,
        long incarnation,
        LayerHashes layers) {
    /** The attribute by which a node says how its disk stands: {@link #LOW}, or anything else. */
    public static final String DISK = "node.disk";

    public static final String LOW = "low";

    /** The attribute with the node pool. A node that does not say belongs to the default one. */
    public static final String POOL = "node.pool";

    /** The attribute with the datacenter. A node that does not say stands in the default one. */
    public static final String DATACENTER = "node.datacenter";

    public NodeRegistration {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** Of a node that tells of no layers. */
    public NodeRegistration(
            String nodeId,
            String name,
            Capacity capacity,
            SortedMap<String, String> attributes,
            String agentVersion,
            long incarnation) {
        this(nodeId, name, capacity, attributes, agentVersion, incarnation, LayerHashes.NONE);
    }

    public NodeRegistration with(LayerHashes others) {
        return new NodeRegistration(nodeId, name, capacity, attributes, agentVersion, incarnation, others);
    }
}
