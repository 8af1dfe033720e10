package io.holdfast.agent;

/**
 * How an agent stands.
 *
 * @param line whether a scheduler has welcomed it
 * @param hazelcast whether its client is connected
 * @param keeper whether the keeper answers
 * @param leaseLeftMillis until the cluster may give this node's work to another, 0 when it may
 * @param epoch of the manifest that it follows, 0 for none
 * @param revision of that manifest
 */
public record AgentHealth(
        String nodeId,
        String clusterId,
        boolean line,
        boolean hazelcast,
        boolean keeper,
        long leaseLeftMillis,
        long epoch,
        long revision) {}
