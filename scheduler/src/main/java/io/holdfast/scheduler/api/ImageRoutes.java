package io.holdfast.scheduler.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.document.Problems;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.Image;
import io.holdfast.model.line.LineMessage.AskNode;
import io.holdfast.model.line.NodeImages;
import io.holdfast.scheduler.core.NodeStatus;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A node's images: asked of the node at the time of the call. Nothing of them is stored here. */
final class ImageRoutes {
    private static final String REFERENCE = "reference";

    private final CoreCalls core;
    private final NodeStreams streams;

    ImageRoutes(CoreCalls core, NodeStreams streams) {
        this.core = core;
        this.streams = streams;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of(
                "listImages",
                call -> named(call, AskNode.LIST_IMAGES, NodeImages.Listed.class, ImageViews.Images::of),
                "pullImage",
                this::pull,
                "inspectImage",
                call -> named(call, AskNode.INSPECT_IMAGE, NodeImages.Details.class, ImageViews.Details::of),
                "removeImage",
                call -> named(call, AskNode.REMOVE_IMAGE, NodeImages.Removed.class, ImageViews.Removed::of),
                "pruneImages",
                call -> ask(call, AskNode.PRUNE_IMAGES, "", NodeImages.Removed.class, ImageViews.Removed::of));
    }

    private <T> Future<?> named(Call call, String action, Class<T> type, BiFunction<String, T, Object> view) {
        return Refusal.unwrap(reference(call)).compose(reference -> ask(call, action, reference, type, view));
    }

    private <T> Future<?> ask(
            Call call, String action, String argument, Class<T> type, BiFunction<String, T, Object> view) {
        return NodeRoutes.node(core, call)
                .compose(node -> asked(node, action, argument)
                        .compose(body -> NodeAnswers.read(body, type))
                        .map(answer -> Answers.json(
                                call.http(), 200, view.apply(node.registration().name(), answer))));
    }

    private Future<JsonNode> asked(NodeStatus node, String action, String argument) {
        return streams.askNode(node.registration().nodeId(), action, argument)
                .compose(answer -> NodeAnswers.body(answer, ""));
    }

    private Future<?> pull(Call call) {
        MediaType type = MediaType.ofHeader(call.http().request().getHeader(HttpHeaders.CONTENT_TYPE))
                .orElseThrow(() -> new IllegalStateException("the router lets no other media type through"));
        return BodyReader.read(call.http().request())
                .compose(body -> Refusal.unwrap(Documents.parse(body, type, BodyReader.MAX_BYTES)))
                .compose(document -> Refusal.unwrap(wanted(document)))
                .compose(reference -> NodeRoutes.node(core, call)
                        .compose(node -> asked(node, AskNode.PULL_IMAGE, reference)
                                .map(taken -> Answers.json(
                                        call.http(),
                                        202,
                                        new ImageViews.Pull(node.registration().name(), reference)))));
    }

    /** The reference in full, from a body. */
    private static Outcome<String> wanted(JsonNode document) {
        Problems problems = new Problems();
        Fields fields = Fields.of(document, "", problems);
        JsonNode text = fields.required(REFERENCE, "an image, as alpine:3.20");
        if (!text.isMissingNode() && !text.isTextual()) {
            problems.add(REFERENCE, "", "must be a text, as alpine:3.20");
        }
        fields.rejectUnknown();
        return problems.none() ? layered(text.textValue()) : problems.outcome(() -> "");
    }

    /** The reference in full, from the parameter; empty where there is none. */
    private static Outcome<String> reference(Call call) {
        Optional<String> text = call.optional(REFERENCE);
        if (text.isEmpty()) {
            return Outcome.ok("");
        }
        return parameter(layered(text.get()));
    }

    /** As what is wrong with a parameter. */
    static Outcome<String> parameter(Outcome<String> parsed) {
        return parsed.fold(
                Outcome::ok,
                errors -> Outcome.refused(errors.stream()
                        .map(error -> new Rejected(ErrorCode.BAD_REQUEST, error.path(), error.value(), error.message()))
                        .toList()));
    }

    private static Outcome<String> layered(String text) {
        if (text.length() > AskNode.MAX_ARGUMENT) {
            return refused(text, "is longer than " + AskNode.MAX_ARGUMENT + " characters");
        }
        return Image.parse(REFERENCE, text)
                .fold(
                        image -> image.layered()
                                ? Outcome.ok(image.reference())
                                : refused(
                                        text,
                                        "is not made of layers: nodes keep images of registries, oci: and"
                                                + " docker-archive:"),
                        Outcome::refused);
    }

    private static Outcome<String> refused(String text, String message) {
        return Outcome.refused(List.of(Rejected.invalid(REFERENCE, text, message)));
    }
}
