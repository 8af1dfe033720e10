package io.holdfast.scheduler.line;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;

/** One agent's WebSocket: messages as text frames. On the server's context. */
final class Line {
    /** A newer agent of the same protocol may say more than is known here. */
    private static final ObjectReader READER =
            Json.mapper().readerFor(LineMessage.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final ObjectWriter WRITER = Json.mapper().writerFor(LineMessage.class);

    /** RFC 6455, section 5.5: a control frame has 125 bytes, two of which are the status. */
    private static final int MAX_REASON_BYTES = 123;

    private final ServerWebSocket socket;
    private LineMessage.Hello hello = new LineMessage.Hello(0, "", "", "", "");
    private long heardAtMillis;

    Line(ServerWebSocket socket, long nowMillis) {
        this.socket = socket;
        this.heardAtMillis = nowMillis;
    }

    void introduced(LineMessage.Hello message) {
        this.hello = message;
    }

    String nodeId() {
        return hello.nodeId();
    }

    String name() {
        return hello.name();
    }

    boolean greeted() {
        return hello.protocol() != 0;
    }

    void heard(long nowMillis) {
        heardAtMillis = nowMillis;
    }

    long silentMillis(long nowMillis) {
        return nowMillis - heardAtMillis;
    }

    static LineMessage parse(String text) throws JsonProcessingException {
        LineMessage message = READER.readValue(text);
        if (message == null) {
            throw new JsonParseException(null, "null is no message");
        }
        return message;
    }

    void send(LineMessage message) {
        if (!socket.isClosed()) {
            try {
                socket.writeTextMessage(WRITER.writeValueAsString(message));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("writing " + message + " as JSON failed", e);
            }
        }
    }

    void close(int status, String reason) {
        if (!socket.isClosed()) {
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
