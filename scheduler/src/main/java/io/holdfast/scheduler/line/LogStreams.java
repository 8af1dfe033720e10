package io.holdfast.scheduler.line;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** Opens streams to agents: asks over the node's line and waits, bounded, for the agent to dial back. */
public interface LogStreams {

    /**
     * @param stream {@code stdout} or {@code stderr}
     * @return fails with {@link NodeUnreachable} when the node has no line here or does not dial back in time
     */
    Future<ReadStream<Buffer>> open(String nodeId, String allocationId, String task, String stream, boolean follow);

    /** The node cannot be asked now. */
    final class NodeUnreachable extends RuntimeException {
        private static final long serialVersionUID = 1;

        public NodeUnreachable(String message) {
            super(message, null, false, false);
        }
    }
}
