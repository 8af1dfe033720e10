package io.holdfast.agent.keeper;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.holdfast.keeper.api.Frame;
import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.document.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** Requests to bytes, bytes to answers. */
final class KeeperFrames {
    static final int LENGTH_BYTES = 4;

    private static final ObjectWriter WRITER = Json.mapper().writerFor(Envelope.class);

    /** A newer keeper may say more than we know. */
    private static final ObjectReader READER =
            Json.mapper().reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private record Envelope(long id, Request body) {}

    /** What came: an answer, or an event when {@code id} is 0. */
    record Incoming(long id, JsonNode frame) {
        boolean event() {
            return frame.has("event");
        }

        boolean error() {
            return frame.has("error");
        }
    }

    private KeeperFrames() {}

    /** @throws KeeperException when the frame would be longer than the keeper accepts */
    static Buffer encode(long id, Request request) {
        byte[] json;
        try {
            json = WRITER.writeValueAsBytes(new Envelope(id, request));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a request to the keeper cannot be written: " + request, e);
        }
        if (json.length > Frame.MAX_BYTES) {
            throw new KeeperException(
                    "bad-request",
                    "a request of " + json.length + " bytes is above " + Frame.MAX_BYTES
                            + ", the most the keeper reads");
        }
        return Buffer.buffer(LENGTH_BYTES + json.length).appendInt(json.length).appendBytes(json);
    }

    static Incoming decode(Buffer frame) throws IOException {
        JsonNode tree = READER.readTree(frame.getBytes());
        return new Incoming(tree.path("id").asLong(0), tree);
    }

    static KeeperError error(Incoming incoming) throws IOException {
        return READER.treeToValue(incoming.frame().get("error"), KeeperError.class);
    }

    static <R extends Reply> R body(Incoming incoming, Class<R> type) throws IOException {
        JsonNode body = incoming.frame().path("body");
        return READER.treeToValue(body.isObject() ? body : READER.createObjectNode(), type);
    }
}
