package io.holdfast.agent.image;

/** Hears how a layer comes along. Called on the thread that reads; must not block. */
public interface Progress {
    Progress NONE = more -> {};

    /** @param more bytes of the blob, as it is stored, that were not told of before */
    void bytes(long more);

    /** A transfer broke and is taken up again. {@code why} is one line without secrets. */
    default void again(String why) {}
}
