package io.holdfast.model.state;

/** The life of a node as the leader sees it. Eligibility is a flag of its own. */
public enum NodeState {
    /** Its lease is renewed and it takes work. */
    READY,
    /** Its allocations are being moved off. */
    DRAINING,
    /** Nothing is left on it. */
    DRAINED,
    /** Its line is down, its lease has not run out yet. */
    DISCONNECTED,
    /** Its lease has run out: its work is placed elsewhere. */
    LOST;

    private static final LifeCycle<NodeState> TABLE = LifeCycle.of(NodeState.class)
            .row(READY, DRAINING, DISCONNECTED, LOST)
            .row(DRAINING, DRAINED, READY, DISCONNECTED, LOST)
            .row(DRAINED, READY, DISCONNECTED, LOST)
            .row(DISCONNECTED, READY, DRAINING, DRAINED, LOST)
            .row(LOST, READY, DRAINING, DRAINED, DISCONNECTED)
            .build();

    public boolean mayBecome(NodeState next) {
        return TABLE.allows(this, next);
    }

    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
