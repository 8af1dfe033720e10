package io.holdfast.model.state;

/** What the leader wants of an allocation. */
public enum Desired {
    RUN,
    STOP
}
