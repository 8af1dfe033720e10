package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.Image;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.NodeImages;
import io.holdfast.scheduler.core.NodeStatus;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.function.Function;

/** Images that are sent to a node as an archive: it passes through here piece by piece, and nothing of it is kept. */
final class ImportRoutes {
    /** At once; each holds a stream for as long as it takes. */
    static final int MAX_IMPORTS = 16;

    /** Who is refused in the midst of sending has this long to notice. */
    static final long LINGER_MILLIS = 2_000;

    private static final String REFERENCE = "reference";

    private final Vertx vertx;
    private final CoreCalls core;
    private final NodeStreams streams;
    private int open;

    ImportRoutes(Vertx vertx, CoreCalls core, NodeStreams streams) {
        this.vertx = vertx;
        this.core = core;
        this.streams = streams;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of("importImages", this::take);
    }

    private Future<?> take(Call call) {
        HttpServerRequest request = call.http().request();
        request.pause();
        return Refusal.unwrap(name(call))
                .compose(name -> NodeRoutes.node(core, call)
                        .compose(node -> relay(request, node, name)
                                .map(images -> Answers.json(
                                        call.http(),
                                        200,
                                        ImageViews.Images.of(node.registration().name(), images)))))
                .onFailure(cause -> linger(request));
    }

    /** In full; empty for the names in the archive. */
    private static Outcome<String> name(Call call) {
        return call.optional(REFERENCE)
                .map(text -> ImageRoutes.parameter(
                        Image.name(REFERENCE, text).fold(name -> Outcome.ok(name.reference()), Outcome::refused)))
                .orElse(Outcome.ok(""));
    }

    private Future<NodeImages.Listed> relay(HttpServerRequest request, NodeStatus node, String name) {
        if (open >= MAX_IMPORTS) {
            return Refusal.failed(
                    ErrorCode.UNAVAILABLE,
                    MAX_IMPORTS + " archives are being imported, the most at once: try again when one is done");
        }
        open++;
        return streams.open(
                        node.registration().nodeId(), id -> new LineMessage.OpenImport(id, name, sizeBytes(request)))
                .compose(agent -> new ImportRelay(vertx, request, agent).run())
                .onComplete(ended -> open--)
                .compose(answer -> NodeAnswers.body(answer, ""))
                .compose(body -> NodeAnswers.read(body, NodeImages.Listed.class));
    }

    private static long sizeBytes(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? LineMessage.OpenImport.UNKNOWN : Long.parseLong(length);
    }

    /** What is left of the archive is read and dropped: a connection that is closed at once may take the answer with it. */
    private void linger(HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        request.handler(dropped -> {});
        request.endHandler(end -> {});
        request.resume();
        vertx.setTimer(LINGER_MILLIS, late -> {
            if (!request.isEnded()) {
                request.connection().close();
            }
        });
    }
}
