package io.holdfast.scheduler.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Json;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Future;
import java.io.IOException;

/** What a node has answered: its body, or its refusal as one of the API's. The codes are those of the node's runtime. */
final class NodeAnswers {
    private NodeAnswers() {}

    /** @param otherwise put before the node's reason */
    static Future<JsonNode> body(LineMessage.Answer answer, String otherwise) {
        String code = answer.code() == null ? "" : answer.code();
        if (code.isEmpty()) {
            return Future.succeededFuture(answer.body());
        }
        String why = answer.message() == null || answer.message().isBlank() ? code : answer.message();
        ErrorCode kind = switch (code) {
            case "not-found" -> ErrorCode.NOT_FOUND;
            case "invalid" -> ErrorCode.INVALID;
            case "too-large" -> ErrorCode.TOO_LARGE;
            case "conflict", "unsupported", "bad-request", "refused-by-policy" -> ErrorCode.CONFLICT;
            default -> ErrorCode.UNAVAILABLE;
        };
        return Refusal.failed(kind, otherwise + why);
    }

    /** A newer agent may say more, an older one less; what is no such thing at all is not handed on. */
    static <T> Future<T> read(JsonNode body, Class<T> type) {
        try {
            return Future.succeededFuture(Json.mapper()
                    .readerFor(type)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .readValue(body));
        } catch (IOException e) {
            return Refusal.failed(
                    ErrorCode.UNAVAILABLE,
                    "the node's answer is not understood: bring agent and scheduler to the same version");
        }
    }
}
