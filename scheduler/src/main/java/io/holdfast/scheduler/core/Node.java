package io.holdfast.scheduler.core;

import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;
import io.holdfast.model.state.Report;
import java.util.Optional;

/** What the leader knows of one node. Changed by {@link NodeTracker} only. */
final class Node {
    final String id;
    NodeRegistration registration;

    /** Whether it has registered, or is known only because allocations or a line name it. */
    boolean registered;

    NodeState state = NodeState.DISCONNECTED;

    /** Whether it has a line to this scheduler. */
    boolean line;

    /** When its lease runs out, monotonic. */
    long leaseUntilMillis;

    /** When it was found to be lost, monotonic; only while it is. */
    long lostAtMillis;

    /**
     * Until then nothing is decided that concerns it: it holds allocations and has not said yet what became of them. Monotonic;
     * 0 when it has, or nothing is asked of it.
     */
    long awaitedUntilMillis;

    Optional<Report> lastReport = Optional.empty();

    Node(String id, NodeRegistration registration) {
        this.id = id;
        this.registration = registration;
    }

    boolean awaited() {
        return awaitedUntilMillis != 0;
    }

    boolean takesWork() {
        return registered && state == NodeState.READY && !awaited() && !diskIsLow();
    }

    /** By its own word: what it runs stays, what comes would fill it. */
    boolean diskIsLow() {
        return NodeRegistration.LOW.equals(registration.attributes().get(NodeRegistration.DISK));
    }
}
