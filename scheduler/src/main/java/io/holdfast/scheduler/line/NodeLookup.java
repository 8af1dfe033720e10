package io.holdfast.scheduler.line;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.NodeImages;
import io.holdfast.scheduler.core.ImageLookup;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;

/** Asks over the lines what a tag stands for: from the scheduler's context to the server's and back. */
public final class NodeLookup implements ImageLookup {
    /** A newer agent may say more. */
    private static final ObjectReader READER = Json.mapper()
            .readerFor(NodeImages.Resolved.class)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private final Context core;
    private final Context server;
    private final NodeStreams streams;

    /** @param server where {@code streams} is to be called */
    public NodeLookup(Context core, Context server, NodeStreams streams) {
        this.core = core;
        this.server = server;
        this.streams = streams;
    }

    @Override
    public Future<NodeImages.Resolved> resolve(String nodeId, String reference) {
        Promise<NodeImages.Resolved> here = Promise.promise();
        server.runOnContext(run -> streams.askNode(nodeId, LineMessage.AskNode.RESOLVE_IMAGE, reference)
                .compose(NodeLookup::resolved)
                .onComplete(answer -> core.runOnContext(back -> here.handle(answer))));
        return here.future();
    }

    private static Future<NodeImages.Resolved> resolved(LineMessage.Answer answer) {
        String code = answer.code() == null ? "" : answer.code();
        if (!code.isEmpty()) {
            String why = answer.message() == null || answer.message().isBlank() ? code : answer.message();
            return Future.failedFuture(new NodeStreams.NodeUnreachable(why));
        }
        try {
            // of null, null would be read
            return answer.body().isObject() ? Future.succeededFuture(READER.readValue(answer.body())) : notUnderstood();
        } catch (IOException e) {
            return notUnderstood();
        }
    }

    private static Future<NodeImages.Resolved> notUnderstood() {
        return Future.failedFuture(new NodeStreams.NodeUnreachable(
                "the node's answer is not understood: bring agent and scheduler to the same version"));
    }
}
