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
 */
public record NodeRegistration(
        String nodeId,
        String name,
        Capacity capacity,
        SortedMap<String, String> attributes,
        String agentVersion,
        long incarnation) {
    /** The attribute by which a node says how its disk stands: {@link #LOW}, or anything else. */
    public static final String DISK = "node.disk";

    public static final String LOW = "low";

    public NodeRegistration {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }
}
