package io.holdfast.agent.line;

import io.holdfast.model.line.LineMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.nio.charset.StandardCharsets;

/** A stream's WebSocket: sends what may be longer than a message, and closes once with a reason that fits. */
final class StreamSocket {
    /** Close status of a fault (RFC 6455, section 7.4.1: internal error). */
    static final short CLOSE_FAULT = 1011;

    /** RFC 6455, section 5.5: a control frame has 125 bytes, two of which are the status. */
    private static final int MAX_REASON_BYTES = 123;

    final WebSocket socket;
    private boolean closed;

    StreamSocket(WebSocket socket) {
        this.socket = socket;
    }

    void onGone(Runnable action) {
        socket.closeHandler(gone -> {
            closed = true;
            action.run();
        });
    }

    boolean closed() {
        return closed;
    }

    /** In as many messages as it takes. */
    void send(byte[] data) {
        for (int from = 0; from < data.length; from += LineMessage.MAX_BYTES) {
            int length = Math.min(LineMessage.MAX_BYTES, data.length - from);
            socket.writeBinaryMessage(Buffer.buffer(length).appendBytes(data, from, length));
        }
    }

    void done() {
        close(LineMessage.CLOSE_DONE, "");
    }

    void notFound(String what) {
        close(LineMessage.CLOSE_NOT_FOUND, what);
    }

    void fault(String why) {
        close(CLOSE_FAULT, why);
    }

    void close(int status, String reason) {
        if (!closed) {
            closed = true;
            socket.close((short) status, cut(reason));
        }
    }

    private static String cut(String reason) {
        String cut = reason;
        while (cut.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
            cut = cut.substring(0, cut.length() - 1);
        }
        return cut;
    }
}
