package io.holdfast.scheduler.core;

/** What the lines tell the core. To be called on the scheduler's context. */
public interface NodeLeases {

    void connected(String nodeId, String name);

    void renewed(String nodeId);

    void disconnected(String nodeId);

    /** How long a renewal holds: {@code node.lost-after}. */
    long leaseMillis();
}
