package io.holdfast.scheduler.core;

import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;

/**
 * A node as the leader sees it.
 *
 * @param reserved by the allocations placed on it
 * @param leaseMillisLeft until it is lost, 0 when it is
 */
public record NodeStatus(
        NodeRegistration registration,
        NodeState state,
        boolean eligible,
        Capacity reserved,
        int allocations,
        long leaseMillisLeft) {}
