package io.holdfast.agent.line;

/** A stream that was dialled back: it pumps until either side is done. For one context. */
interface NodeStream {

    /** Begins; {@code ended} is told once the WebSocket is gone. */
    void start(Runnable ended);

    /** Something on the node may have changed. */
    default void look() {}

    /** Nobody wants it any more, or the agent closes. */
    void stop();
}
