package io.holdfast.scheduler.line;

import java.util.List;

/**
 * What a welcome tells agents of Hazelcast.
 *
 * @param hazelcastCluster its name
 * @param hazelcast addresses that a client may dial
 */
public record LineSettings(String hazelcastCluster, List<String> hazelcast) {

    /** An agent that has dialled says hello within this, or is cut off. */
    public static final long HELLO_TIMEOUT_MILLIS = 5_000;

    /** An agent that is asked for a stream dials back within this, or the reader is told that the node is not reachable. */
    public static final long DIAL_BACK_TIMEOUT_MILLIS = 5_000;

    /** An agent that is asked to do something answers within this. */
    public static final long ANSWER_TIMEOUT_MILLIS = 15_000;

    /** Questions that are not answered yet, at once. */
    public static final int MAX_ASKED = 1_024;

    /** Lines at once; a scheduler's documented number of agents is far below. */
    public static final int MAX_LINES = 10_000;

    /** Streams at once, those asked for included. */
    public static final int MAX_STREAMS = 256;

    public LineSettings {
        hazelcast = List.copyOf(hazelcast);
    }
}
