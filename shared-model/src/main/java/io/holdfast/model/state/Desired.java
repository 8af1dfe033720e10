package io.holdfast.model.state;

/** What the leader wants of an allocation. */
public enum Desired {
    RUN,
    STOP,
    /** Its end is committed: nothing of it runs any more, and what it has written is kept for people to read. */
    ENDED
}
