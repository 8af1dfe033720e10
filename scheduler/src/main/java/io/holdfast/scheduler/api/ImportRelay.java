package io.holdfast.scheduler.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;

/**
 * From a user's request to an agent's stream, no faster than the agent takes it, then back the agent's answer. Nothing of the archive is
 * read before the agent says that it may come. On the server's context.
 */
final class ImportRelay {
    /** Between two looks at whether both sides live. */
    static final long LOOK_MILLIS = 5_000;

    /** Looks in a row at which a side may have been silent that it is waited for. */
    static final int MAX_SILENT = 12;

    private static final String CONTINUE = "100-continue";
    private static final Buffer END = Buffer.buffer();

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final NodeStreams.NodeStream agent;
    private final Promise<LineMessage.Answer> answer = Promise.promise();

    private boolean begun;
    private boolean complete;
    private boolean held;
    private int userSilent;
    private int agentSilent;
    private long timer;

    /** @param request paused */
    ImportRelay(Vertx vertx, HttpServerRequest request, NodeStreams.NodeStream agent) {
        this.vertx = vertx;
        this.request = request;
        this.agent = agent;
    }

    /** Fails with {@link NodeStreams.NodeUnreachable} when either side stays away. */
    Future<LineMessage.Answer> run() {
        timer = vertx.setPeriodic(LOOK_MILLIS, tick -> look());
        agent.handler(this::fromAgent);
        agent.endHandler(end -> fail("the node ended the import without a word"));
        agent.exceptionHandler(this::fail);
        request.handler(this::toAgent);
        request.endHandler(end -> {
            complete = true;
            agent.write(END);
        });
        request.exceptionHandler(cause -> fail("the sender broke off"));
        request.response().closeHandler(gone -> fail("the sender is gone"));
        if (request.response().closed()) {
            fail("the sender is gone");
        }
        agent.resume();
        return answer.future().onComplete(ended -> {
            vertx.cancelTimer(timer);
            agent.close();
        });
    }

    private void toAgent(Buffer bytes) {
        userSilent = 0;
        for (int from = 0; from < bytes.length(); from += LineMessage.MAX_BYTES) {
            agent.write(bytes.slice(from, Math.min(bytes.length(), from + LineMessage.MAX_BYTES)));
        }
        if (!held && agent.writeQueueFull()) {
            held = true;
            request.pause();
            agent.drainHandler(drained -> {
                held = false;
                request.resume();
            });
        }
    }

    private void fromAgent(Buffer bytes) {
        agentSilent = 0;
        if (bytes.length() > 0) {
            answered(bytes);
        } else if (!begun) {
            begun = true;
            if (CONTINUE.equalsIgnoreCase(request.getHeader("Expect"))) {
                request.response().writeContinue();
            }
            request.resume();
        }
    }

    private void answered(Buffer bytes) {
        try {
            answer.tryComplete(Json.mapper()
                    .readerFor(LineMessage.Answer.class)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(bytes.getBytes()));
        } catch (IOException e) {
            fail("the node's answer is not understood: bring agent and scheduler to the same version");
        }
    }

    private void look() {
        agentSilent++;
        userSilent = begun && !complete && !held ? userSilent + 1 : 0;
        if (agentSilent > MAX_SILENT) {
            fail("the node said nothing for " + MAX_SILENT * LOOK_MILLIS + " ms");
        } else if (userSilent > MAX_SILENT) {
            fail("nothing of the archive came for " + MAX_SILENT * LOOK_MILLIS + " ms");
        }
    }

    private void fail(String why) {
        fail(new NodeStreams.NodeUnreachable(why));
    }

    private void fail(Throwable cause) {
        answer.tryFail(cause);
    }
}
