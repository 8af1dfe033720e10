package io.holdfast.keeper.api;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The frames' JSON, for both sides. Thread-safe.
 *
 * <p>Requests are read token by token into their records, never into a tree: what a frame of the largest size can make the
 * keeper allocate stays in proportion to it. So {@code call} must stand before {@code body}.
 */
public final class Wire {
    private static final int MAX_NESTING = 32;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxStringLength(Frame.MAX_BYTES)
                            .build())
                    .build())
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .addMixIn(Request.class, Untyped.class)
            .build();

    private static final Map<String, Class<? extends Request>> CALLS = calls();

    /** The type's name stands in {@code call}, beside the body, not in it. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NONE)
    private interface Untyped {}

    private Wire() {}

    /** A request with the number that its answer will bear. */
    public record Call(long id, Request body) {}

    /** A frame that is not a request of this protocol. */
    public static final class BadFrame extends Exception {
        private static final long serialVersionUID = 1;
        private final long id;

        BadFrame(long id, String message) {
            super(message);
            this.id = id;
        }

        /** The request's id where it could be read, else 0. */
        public long id() {
            return id;
        }
    }

    /** What a keeper sends: an answer ({@code event} empty) or an event. */
    public record Incoming(long id, String event, JsonNode body, KeeperError error) {
        public boolean isEvent() {
            return !event.isEmpty();
        }

        public boolean failed() {
            return !error.code().isEmpty();
        }
    }

    public static byte[] request(long id, Request body) {
        ObjectNode frame = MAPPER.createObjectNode();
        frame.put("id", id).put("call", nameOf(body)).set("body", MAPPER.valueToTree(body));
        return bytes(frame);
    }

    public static byte[] answer(long id, Reply body) {
        return bytes(MAPPER.createObjectNode().put("id", id).set("body", MAPPER.valueToTree(body)));
    }

    public static byte[] failure(long id, KeeperError error) {
        return bytes(MAPPER.createObjectNode().put("id", id).set("error", MAPPER.valueToTree(error)));
    }

    public static byte[] event(Event event) {
        if (event instanceof Event.Exited exited) {
            return bytes(MAPPER.createObjectNode().put("event", "exited").set("body", MAPPER.valueToTree(exited)));
        }
        throw new IllegalArgumentException("event " + event.getClass() + " has no name");
    }

    public static Call readRequest(byte[] frame) throws BadFrame {
        long id = 0;
        try (JsonParser in = MAPPER.getFactory().createParser(frame)) {
            String call = "";
            Request body = null;
            expect(id, in.nextToken(), JsonToken.START_OBJECT, "an object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "id" -> {
                        expect(id, in.currentToken(), JsonToken.VALUE_NUMBER_INT, "a whole number for id");
                        id = in.getLongValue();
                    }
                    case "call" -> {
                        expect(id, in.currentToken(), JsonToken.VALUE_STRING, "text for call");
                        call = in.getText();
                    }
                    case "body" -> {
                        Class<? extends Request> type = CALLS.get(call);
                        if (type == null) {
                            throw new BadFrame(
                                    id,
                                    call.isEmpty()
                                            ? "call must stand before body"
                                            : "call %s is unknown: the calls are %s".formatted(shown(call), names()));
                        }
                        body = MAPPER.readValue(in, type);
                    }
                    default ->
                        throw new BadFrame(
                                id, "field %s is unknown: a request has id, call, body".formatted(shown(field)));
                }
            }
            if (body == null || id <= 0 || in.nextToken() != null) {
                throw new BadFrame(id, "a request has id (above 0), call and body, and nothing after them");
            }
            return new Call(id, body);
        } catch (JsonProcessingException e) {
            throw new BadFrame(id, "not a request: " + shown(e.getOriginalMessage()));
        } catch (IOException | RuntimeException e) {
            throw new BadFrame(id, "not a request: " + shown(String.valueOf(e.getMessage())));
        }
    }

    public static Incoming readIncoming(byte[] frame) throws IOException {
        JsonNode tree = MAPPER.readTree(frame);
        JsonNode error = tree.path("error");
        return new Incoming(
                tree.path("id").asLong(),
                tree.path("event").asText(""),
                tree.path("body"),
                new KeeperError(
                        error.path("code").asText(""), error.path("message").asText("")));
    }

    /** The body of an answer as what its request is answered with. */
    public static <T> T body(Incoming incoming, Class<T> type) throws IOException {
        return MAPPER.treeToValue(incoming.body(), type);
    }

    public static Event event(Incoming incoming) throws IOException {
        if (incoming.event().equals("exited")) {
            return MAPPER.treeToValue(incoming.body(), Event.Exited.class);
        }
        throw new IOException("event " + incoming.event() + " is unknown");
    }

    /** The {@code call} of a request. */
    public static String nameOf(Request request) {
        return CALLS.entrySet().stream()
                .filter(entry -> entry.getValue() == request.getClass())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> names() {
        return CALLS.keySet();
    }

    private static Map<String, Class<? extends Request>> calls() {
        Map<String, Class<? extends Request>> calls = new LinkedHashMap<>();
        for (JsonSubTypes.Type type :
                Request.class.getAnnotation(JsonSubTypes.class).value()) {
            calls.put(type.name(), type.value().asSubclass(Request.class));
        }
        return calls;
    }

    private static void expect(long id, JsonToken token, JsonToken wanted, String what) throws BadFrame {
        if (token != wanted) {
            throw new BadFrame(id, "not a request: expected " + what);
        }
    }

    private static String shown(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= 200 ? line : line.substring(0, 199) + "…";
    }

    private static byte[] bytes(JsonNode frame) {
        try {
            return MAPPER.writeValueAsBytes(frame);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message cannot be written", e);
        }
    }
}
