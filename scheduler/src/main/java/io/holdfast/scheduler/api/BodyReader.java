package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Reads a request's body into memory, bounded. */
final class BodyReader {
    /** The longest body. */
    static final int MAX_BYTES = 1 << 20;

    private BodyReader() {}

    /** To be called at once, before the request's bytes arrive. Refuses what is longer, after which the connection is closed. */
    static Future<byte[]> read(HttpServerRequest request) {
        Promise<byte[]> promise = Promise.promise();
        if (announced(request) > MAX_BYTES) {
            refuse(request, promise);
            return promise.future();
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BYTES) {
                request.handler(null);
                refuse(request, promise);
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> promise.tryComplete(body.getBytes()));
        request.exceptionHandler(promise::tryFail);
        return promise.future();
    }

    private static long announced(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return header == null ? 0 : Long.parseLong(header);
        } catch (NumberFormatException e) {
            return 0; // the HTTP decoder has refused such a request already
        }
    }

    private static void refuse(HttpServerRequest request, Promise<byte[]> promise) {
        // what is left of the body is not worth reading
        request.response().putHeader(HttpHeaders.CONNECTION, "close");
        promise.tryFail(Refusal.failed(ErrorCode.TOO_LARGE, "the body is above 1 MiB, the most that is read")
                .cause());
    }
}
