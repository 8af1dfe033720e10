package io.holdfast.scheduler.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.model.document.Json;
import io.holdfast.model.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;

/** What no route took, as problems too. */
final class Rejections {
    private Rejections() {}

    static void mount(Router router, Answers answers) {
        router.errorHandler(
                404,
                http -> Answers.problem(
                        http,
                        Problem.of(
                                ErrorCode.NOT_FOUND,
                                "there is nothing at " + http.request().path()
                                        + ": /openapi.yaml says what there is")));
        router.errorHandler(400, Rejections::malformed);
        router.errorHandler(500, http -> answers.failure(http, cause(http)));
    }

    private static void malformed(RoutingContext http) {
        Answers.problem(http, Problem.of(ErrorCode.BAD_REQUEST, "the request's address cannot be decoded"));
    }

    private static Throwable cause(RoutingContext http) {
        Throwable failure = http.failure();
        return failure == null ? new HttpException(http.statusCode()) : failure;
    }

    /** What is not HTTP enough to be routed: an endless first line, headers without end, characters that may not be there. */
    static void answer(HttpServerRequest request) {
        Problem problem = Problem.of(ErrorCode.BAD_REQUEST, "this is not a request that can be read");
        byte[] body;
        try {
            body = Json.mapper().writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing a problem as JSON failed", e);
        }
        request.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(Buffer.buffer(body))
                .onComplete(sent -> request.connection().close());
    }
}
