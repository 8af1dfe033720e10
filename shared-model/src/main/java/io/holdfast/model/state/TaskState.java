package io.holdfast.model.state;

/** The life of a task; a restart begins it anew. */
public enum TaskState {
    /** Not begun, or waiting to be started again. */
    PENDING,
    /** Its container is being made. */
    STARTING,
    /** Its program has been executed. */
    RUNNING,
    /** It ended; its outcome says how. */
    EXITED;

    private static final LifeCycle<TaskState> TABLE = LifeCycle.of(TaskState.class)
            .row(PENDING, STARTING, EXITED)
            .row(STARTING, RUNNING, EXITED)
            .row(RUNNING, EXITED)
            .row(EXITED, PENDING, STARTING)
            .build();

    public boolean mayBecome(TaskState next) {
        return TABLE.allows(this, next);
    }

    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
