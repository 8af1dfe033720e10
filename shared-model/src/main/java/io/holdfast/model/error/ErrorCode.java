package io.holdfast.model.error;

/** Every kind of refusal, with the HTTP status and the command line's exit code it becomes. Codes are stable. */
public enum ErrorCode {
    /** The body is not YAML or JSON at all. */
    MALFORMED("malformed", 400, 65),
    /** The document was read, but what it says is not valid. */
    INVALID("invalid", 422, 65),
    /** A parameter of the request is missing or wrong. */
    BAD_REQUEST("bad-request", 400, 64),
    UNAUTHENTICATED("unauthenticated", 401, 77),
    FORBIDDEN("forbidden", 403, 77),
    NOT_FOUND("not-found", 404, 66),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, 64),
    /** {@code If-Match} named another version than the present one. */
    VERSION_MISMATCH("version-mismatch", 412, 75),
    CONFLICT("conflict", 409, 75),
    TOO_LARGE("too-large", 413, 65),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, 65),
    /** This scheduler does not lead, or the store cannot be written. */
    UNAVAILABLE("unavailable", 503, 69),
    INTERNAL("internal", 500, 70);

    private final String code;
    private final int httpStatus;
    private final int exitCode;

    ErrorCode(String code, int httpStatus, int exitCode) {
        this.code = code;
        this.httpStatus = httpStatus;
        this.exitCode = exitCode;
    }

    /** As it stands in problems and logs, kebab-case. */
    public String code() {
        return code;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** After sysexits.h. */
    public int exitCode() {
        return exitCode;
    }
}
