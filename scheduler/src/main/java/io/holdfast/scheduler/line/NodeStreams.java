package io.holdfast.scheduler.line;

import io.holdfast.model.line.LineMessage;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.function.Function;

/** Asks agents: for a stream, which they dial back for, bounded; or to do something, which they answer on their line. */
public interface NodeStreams {

    /**
     * To be called on the server's context.
     *
     * @param ask the message that asks for a stream, made of the stream's id
     * @return paused; fails with {@link NodeUnreachable} when the node has no line here or does not dial back in time
     */
    Future<NodeStream> open(String nodeId, Function<String, LineMessage> ask);

    /**
     * To be called on the server's context.
     *
     * @param action of {@link LineMessage.Ask}
     * @return the answer; fails with {@link NodeUnreachable} when there is none in time: whether it was done is not known then
     */
    Future<LineMessage.Answer> ask(String nodeId, String allocationId, String action);

    /**
     * To be called on the server's context.
     *
     * @param action, argument of {@link LineMessage.AskNode}
     * @return as of {@link #ask}
     */
    Future<LineMessage.Answer> askNode(String nodeId, String action, String argument);

    /**
     * A stream from a node and, where its kind has that, to it; both with back-pressure up to the agent. Each buffer is one
     * message. Its exception handler gets {@link NotOnNode} or {@link NodeUnreachable}; after that, as after its end, nothing
     * more comes.
     */
    interface NodeStream extends ReadStream<Buffer> {

        /** Sends one message to the agent; what comes after its end is dropped. */
        void write(Buffer message);

        boolean writeQueueFull();

        /** Told once when there is room again. */
        void drainHandler(Handler<Void> handler);

        /** Nobody wants it any more: the agent is told by the end of its connection. */
        void close();
    }

    /** The node cannot be asked now, or was lost on the way. */
    final class NodeUnreachable extends RuntimeException {
        private static final long serialVersionUID = 1;

        public NodeUnreachable(String message) {
            super(message, null, false, false);
        }
    }

    /** The node has nothing of what was asked for. */
    final class NotOnNode extends RuntimeException {
        private static final long serialVersionUID = 1;

        public NotOnNode(String message) {
            super(message, null, false, false);
        }
    }
}
