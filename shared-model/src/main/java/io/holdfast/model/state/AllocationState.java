package io.holdfast.model.state;

/** The life of an allocation. */
public enum AllocationState {
    /** Committed to a node that has not begun with it. */
    PENDING,
    /** The node makes its sandbox and starts its tasks. */
    STARTING,
    /** All its tasks run. */
    RUNNING,
    /** It was told to end and has not yet. */
    STOPPING,
    /** All its tasks ended with exit code 0. */
    COMPLETE,
    /** A task failed for good, or the node could not start it. */
    FAILED,
    /** It ended because it was told to. */
    STOPPED,
    /** Its node is lost; nobody knows. */
    LOST;

    private static final LifeCycle<AllocationState> TABLE = LifeCycle.of(AllocationState.class)
            .row(PENDING, STARTING, RUNNING, STOPPING, COMPLETE, FAILED, STOPPED, LOST)
            .row(STARTING, RUNNING, STOPPING, COMPLETE, FAILED, STOPPED, LOST)
            .row(RUNNING, STARTING, STOPPING, COMPLETE, FAILED, STOPPED, LOST)
            .row(STOPPING, COMPLETE, FAILED, STOPPED, LOST)
            .row(LOST, STARTING, RUNNING, STOPPING, COMPLETE, FAILED, STOPPED)
            .row(COMPLETE)
            .row(FAILED)
            .row(STOPPED)
            .build();

    public boolean mayBecome(AllocationState next) {
        return TABLE.allows(this, next);
    }

    public boolean terminal() {
        return TABLE.terminal(this);
    }

    /** As it stands in API and CLI. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
