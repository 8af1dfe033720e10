package io.holdfast.scheduler.line;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** Opens streams to agents: asks over the node's line and waits, bounded, for the agent to dial back. */
public interface LogStreams {

    /**
     * To be called on the server's context.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param follow whether to go on until the task's last run has ended
     * @return paused; fails with {@link NodeUnreachable} when the node has no line here or does not dial back in time
     */
    Future<LogStream> open(String nodeId, String allocationId, String task, String stream, boolean follow);

    /**
     * Bytes from a node, with back-pressure up to the agent. Its exception handler gets {@link NoSuchLog} or {@link
     * NodeUnreachable}; after that, as after its end, nothing more comes.
     */
    interface LogStream extends ReadStream<Buffer> {

        /** Nobody reads any more: the agent is told by the end of its connection. */
        void close();
    }

    /** The node cannot be asked now, or was lost on the way. */
    final class NodeUnreachable extends RuntimeException {
        private static final long serialVersionUID = 1;

        public NodeUnreachable(String message) {
            super(message, null, false, false);
        }
    }

    /** The node has nothing of that task. */
    final class NoSuchLog extends RuntimeException {
        private static final long serialVersionUID = 1;

        public NoSuchLog(String message) {
            super(message, null, false, false);
        }
    }
}
