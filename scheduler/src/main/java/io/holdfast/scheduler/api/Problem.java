package io.holdfast.scheduler.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import java.util.List;

/**
 * An error's answer (RFC 9457): {@code Problem} in {@code openapi.yaml}.
 *
 * @param errors what is wrong where; empty where the whole is
 * @param candidates what an ambiguous name may have meant
 * @param id of a fault in the log, empty for what is no fault
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(
        String type,
        String title,
        int status,
        String code,
        String detail,
        List<Item> errors,
        List<String> candidates,
        String id) {

    /** More are not listed. */
    static final int MAX_ERRORS = 100;

    record Item(
            @JsonInclude(JsonInclude.Include.ALWAYS) String path,
            @JsonInclude(JsonInclude.Include.ALWAYS) String value,
            @JsonInclude(JsonInclude.Include.ALWAYS) String message) {}

    static Problem of(ErrorCode code, String detail) {
        return new Problem(
                "urn:holdfast:problem:" + code.code(),
                title(code),
                code.httpStatus(),
                code.code(),
                detail,
                List.of(),
                List.of(),
                "");
    }

    /** Of all refusals; the first one's code is the whole's. */
    static Problem of(List<Rejected> errors) {
        Rejected first = errors.get(0);
        String detail = errors.size() == 1 ? first.message() : errors.size() + " things are wrong, see errors";
        List<Item> items = errors.stream()
                .filter(error -> errors.size() > 1 || !error.path().isEmpty())
                .limit(MAX_ERRORS)
                .map(error -> new Item(error.path(), error.value(), error.message()))
                .toList();
        Problem bare = of(first.code(), detail);
        return new Problem(bare.type, bare.title, bare.status, bare.code, bare.detail, items, bare.candidates, bare.id);
    }

    static Problem ambiguous(String detail, List<String> candidates) {
        Problem bare = of(ErrorCode.CONFLICT, detail);
        return new Problem(
                bare.type, bare.title, bare.status, bare.code, bare.detail, bare.errors, candidates, bare.id);
    }

    static Problem internal(String id) {
        Problem bare = of(ErrorCode.INTERNAL, "the scheduler failed to answer: its log has the cause under " + id);
        return new Problem(
                bare.type, bare.title, bare.status, bare.code, bare.detail, bare.errors, bare.candidates, id);
    }

    private static String title(ErrorCode code) {
        return switch (code) {
            case MALFORMED -> "not readable";
            case INVALID -> "not valid";
            case BAD_REQUEST -> "wrong parameters";
            case UNAUTHENTICATED -> "no valid token";
            case FORBIDDEN -> "not allowed";
            case NOT_FOUND -> "not found";
            case METHOD_NOT_ALLOWED -> "method not allowed";
            case VERSION_MISMATCH -> "another version";
            case CONFLICT -> "conflict";
            case TOO_LARGE -> "too large";
            case UNSUPPORTED_MEDIA_TYPE -> "unsupported media type";
            case UNAVAILABLE -> "not available now";
            case INTERNAL -> "internal fault";
        };
    }
}
