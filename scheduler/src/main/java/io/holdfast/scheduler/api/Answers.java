package io.holdfast.scheduler.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.model.IdSource;
import io.holdfast.model.document.Json;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers: values as JSON, everything that went wrong as a problem. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final String PROBLEM_JSON = "application/problem+json";

    private final IdSource ids;

    /** @param ids name faults in the log */
    Answers(IdSource ids) {
        this.ids = ids;
    }

    /** @return null, so that it may end a chain of futures */
    static Void json(RoutingContext http, int status, Object value) {
        send(http, status, "application/json", value);
        return null;
    }

    static void problem(RoutingContext http, Problem problem) {
        if (problem.status() == ErrorCode.UNAUTHENTICATED.httpStatus()) {
            http.response().putHeader("WWW-Authenticate", "Bearer realm=\"holdfast\"");
        }
        send(http, problem.status(), PROBLEM_JSON, problem);
    }

    /** Whatever {@code cause} is: a refusal as itself, a fault under an id that is logged with it. */
    void failure(RoutingContext http, Throwable cause) {
        if (cause instanceof Refusal refusal) {
            problem(http, refusal.problem());
        } else if (cause instanceof NodeStreams.NodeUnreachable unreachable) {
            problem(http, Problem.of(ErrorCode.UNAVAILABLE, unreachable.getMessage()));
        } else if (cause instanceof NodeStreams.NotOnNode none) {
            problem(http, Problem.of(ErrorCode.NOT_FOUND, none.getMessage()));
        } else {
            String id = ids.next();
            LOG.error(
                    "fault {} in {} {}",
                    id,
                    http.request().method(),
                    http.request().path(),
                    cause);
            problem(http, Problem.internal(id));
        }
    }

    private static void send(RoutingContext http, int status, String type, Object value) {
        HttpServerResponse response = http.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // too late for a problem: cut the answer short, so that nobody takes it for whole
            response.reset();
            return;
        }
        byte[] body;
        try {
            body = Json.mapper().writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing " + value.getClass().getSimpleName() + " as JSON failed", e);
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type).end(Buffer.buffer(body));
    }
}
