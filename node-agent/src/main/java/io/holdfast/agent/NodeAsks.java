package io.holdfast.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.pull.AskedPulls;
import io.holdfast.agent.pull.ImageRefused;
import io.holdfast.agent.pull.ImageView;
import io.holdfast.agent.pull.Pulls;
import io.holdfast.agent.pull.Removals;
import io.holdfast.agent.pull.TagLookups;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.Image;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.LineMessage.AskNode;
import io.holdfast.model.line.NodeImages;
import io.vertx.core.Future;
import java.util.List;

/** Answers what is asked of the node as a whole. For one context. */
final class NodeAsks {
    private final Pulls pulls;
    private final ImageView view;
    private final Removals removals;
    private final TagLookups tags;
    private final String version;

    /** @param version of this agent */
    NodeAsks(Pulls pulls, ImageView view, Removals removals, TagLookups tags, String version) {
        this.pulls = pulls;
        this.view = view;
        this.removals = removals;
        this.tags = tags;
        this.version = version;
    }

    /** Always succeeds: what cannot be done is told in the answer. */
    Future<LineMessage.Answer> answer(AskNode ask) {
        return body(ask)
                .map(body -> new LineMessage.Answer(ask.askId(), "", "", body))
                .otherwise(trouble -> AnswerBodies.refusal(ask.askId(), trouble));
    }

    private Future<JsonNode> body(AskNode ask) {
        try {
            return switch (ask.action()) {
                case AskNode.LIST_IMAGES -> Future.succeededFuture(list(ask.argument()));
                case AskNode.PULL_IMAGE -> pull(ask.argument());
                case AskNode.INSPECT_IMAGE ->
                    Future.succeededFuture(AnswerBodies.details(view.details(ask.argument())));
                case AskNode.REMOVE_IMAGE -> removals.remove(ask.argument()).map(AnswerBodies::removed);
                case AskNode.PRUNE_IMAGES -> removals.prune().map(AnswerBodies::removed);
                case AskNode.RESOLVE_IMAGE ->
                    tags.resolve(tagged(ask.argument())).map(AnswerBodies::resolved);
                default ->
                    Future.failedFuture(new ImageRefused(
                            "unsupported", "this agent, " + version + ", does not know " + ask.action()));
            };
        } catch (ImageRefused e) {
            return Future.failedFuture(e);
        }
    }

    private JsonNode list(String reference) {
        List<NodeImages.Entry> entries =
                reference.isEmpty() ? view.all() : view.one(reference).stream().toList();
        return AnswerBodies.listed(entries);
    }

    private static Image parsed(String reference) {
        Outcome<Image> parsed = Image.parse("reference", reference);
        if (parsed instanceof Outcome.Refused<Image> refused) {
            Rejected first = refused.errors().get(0);
            throw new ImageRefused(ImageRefused.BAD_REQUEST, first.text());
        }
        return ((Outcome.Ok<Image>) parsed).value();
    }

    private static Image.Registry tagged(String reference) {
        if (parsed(reference) instanceof Image.Registry registry
                && registry.digest().isEmpty()) {
            return registry;
        }
        throw new ImageRefused(
                ImageRefused.BAD_REQUEST,
                "image " + reference + " has no tag of a registry: there is nothing to look up");
    }

    private Future<JsonNode> pull(String reference) {
        Image image = parsed(reference);
        if (!image.layered()) {
            throw new ImageRefused(
                    ImageRefused.BAD_REQUEST,
                    "image " + reference + " is not made of layers: there is nothing to pull");
        }
        if (!pulls.ask(image)) {
            throw new ImageRefused(
                    ImageRefused.UNAVAILABLE,
                    "image " + reference + " is not pulled: " + AskedPulls.MAX_ASKED
                            + " images are waited for already, the most at once");
        }
        return pulls.remembered().map(AnswerBodies.NOTHING);
    }
}
