package io.holdfast.scheduler.line;

import io.holdfast.model.line.LineMessage;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.Consumer;

/** A stream that an agent has dialled back: the WebSocket's binary frames, and its close status as the way it ended. */
final class SocketStream implements NodeStreams.NodeStream {
    private static final int MAX_REASON = 120;

    private final ServerWebSocket socket;
    private Handler<Throwable> onException = cause -> {};
    private Handler<Void> onEnd = end -> {};
    private boolean over;

    /** @param ended told once, when the WebSocket is gone */
    SocketStream(ServerWebSocket socket, Consumer<SocketStream> ended) {
        this.socket = socket;
        socket.pause();
        socket.closeHandler(closed -> ended.accept(this));
        socket.exceptionHandler(this::fail);
        // comes after the last frame has been handled, unlike the close handler, which does not wait for a paused
        // reader
        socket.endHandler(end -> finish());
    }

    private void finish() {
        Short status = socket.closeStatusCode();
        if (status != null && status == LineMessage.CLOSE_DONE) {
            if (!over) {
                over = true;
                onEnd.handle(null);
            }
        } else if (status != null && status == LineMessage.CLOSE_NOT_FOUND) {
            fail(new NodeStreams.NotOnNode(reason("the node has nothing of it")));
        } else {
            fail(new NodeStreams.NodeUnreachable(reason("the node broke off the stream")));
        }
    }

    private String reason(String otherwise) {
        String reason = socket.closeReason();
        if (reason == null || reason.isBlank()) {
            return otherwise;
        }
        return reason.substring(0, Math.min(reason.length(), MAX_REASON));
    }

    private void fail(Throwable cause) {
        if (!over) {
            over = true;
            onException.handle(cause);
        }
    }

    @Override
    public void write(Buffer message) {
        if (!over && !socket.isClosed()) {
            socket.writeBinaryMessage(message);
        }
    }

    @Override
    public boolean writeQueueFull() {
        return !socket.isClosed() && socket.writeQueueFull();
    }

    @Override
    public void drainHandler(Handler<Void> handler) {
        socket.drainHandler(handler);
    }

    @Override
    public void close() {
        over = true;
        if (!socket.isClosed()) {
            socket.close((short) LineMessage.CLOSE_GOING_AWAY, "nobody reads any more");
        }
        socket.resume();
    }

    @Override
    public SocketStream exceptionHandler(Handler<Throwable> handler) {
        onException = handler == null ? cause -> {} : handler;
        return this;
    }

    @Override
    public SocketStream handler(Handler<Buffer> handler) {
        // whole messages, however a proxy may have cut them into frames
        socket.binaryMessageHandler(handler);
        return this;
    }

    @Override
    public SocketStream endHandler(Handler<Void> handler) {
        onEnd = handler == null ? end -> {} : handler;
        return this;
    }

    @Override
    public SocketStream pause() {
        socket.pause();
        return this;
    }

    @Override
    public SocketStream resume() {
        socket.resume();
        return this;
    }

    @Override
    public SocketStream fetch(long amount) {
        socket.fetch(amount);
        return this;
    }
}
