package io.holdfast.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.agent.keeper.KeeperException;
import io.holdfast.agent.pull.ImageRefused;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.NodeImages;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Answers as they fit into one message of the line: what does not is left out, and counted. */
final class AnswerBodies {
    static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

    /** Characters of a reason; more is cut off. */
    static final int MAX_MESSAGE = 1_024;

    /** References of removed images that are named. */
    static final int MAX_NAMED = 50;

    private AnswerBodies() {}

    static JsonNode listed(List<NodeImages.Entry> entries) {
        List<NodeImages.Entry> fitting = new ArrayList<>();
        int bytes = bytes(new NodeImages.Listed(List.of(), Integer.MAX_VALUE));
        for (NodeImages.Entry entry : entries) {
            NodeImages.Entry shown = shortened(entry);
            bytes += bytes(shown) + 1;
            if (bytes > LineMessage.Answer.MAX_BODY_BYTES) {
                break;
            }
            fitting.add(shown);
        }
        return tree(new NodeImages.Listed(fitting, entries.size() - fitting.size()));
    }

    private static NodeImages.Entry shortened(NodeImages.Entry entry) {
        return new NodeImages.Entry(
                entry.reference(),
                entry.digest(),
                entry.sizeBytes(),
                entry.layers(),
                entry.pulledAtMillis(),
                entry.usedAtMillis(),
                entry.allocations(),
                cut(entry.progress()),
                cut(entry.failure()));
    }

    static JsonNode resolved(NodeImages.Resolved whole) {
        NodeImages.Resolved shown = whole;
        while (bytes(shown) > LineMessage.Answer.MAX_BODY_BYTES) {
            List<NodeImages.Layer> layers = shown.layers();
            shown = new NodeImages.Resolved(shown.digest(), layers.subList(0, layers.size() / 2));
        }
        return tree(shown);
    }

    static JsonNode removed(NodeImages.Removed removed) {
        return tree(new NodeImages.Removed(
                removed.references().stream()
                        .limit(MAX_NAMED)
                        .filter(reference -> reference.length() <= MAX_MESSAGE)
                        .toList(),
                removed.images(),
                removed.layers(),
                removed.freedBytes(),
                removed.left()));
    }

    /** The longest list is halved until all fits: an image may bring megabytes of labels, and the rest is worth more. */
    static JsonNode details(NodeImages.Details whole) {
        NodeImages.Details shown = whole;
        while (bytes(shown) > LineMessage.Answer.MAX_BODY_BYTES) {
            shown = halved(shown);
        }
        return tree(shown);
    }

    private static NodeImages.Details halved(NodeImages.Details details) {
        NodeImages.Config config = details.config();
        List<Object> lists = List.of(
                config.labels(),
                config.env(),
                config.entrypoint(),
                config.command(),
                config.volumes(),
                details.layers());
        Object longest =
                lists.stream().max(Comparator.comparingInt(AnswerBodies::bytes)).orElseThrow();
        Map<String, String> labels = new TreeMap<>(config.labels());
        if (longest == config.labels()) {
            List.copyOf(labels.keySet())
                    .subList(labels.size() / 2, labels.size())
                    .forEach(labels::remove);
        }
        NodeImages.Config less = new NodeImages.Config(
                half(config.entrypoint(), longest),
                half(config.command(), longest),
                half(config.env(), longest),
                cut(config.user()),
                cut(config.workDir()),
                cut(config.stopSignal()),
                half(config.volumes(), longest),
                labels);
        NodeImages.Details halved =
                new NodeImages.Details(shortened(details.image()), less, half(details.layers(), longest), 0);
        return new NodeImages.Details(
                halved.image(), less, halved.layers(), details.omitted() + count(details) - count(halved));
    }

    private static <T> List<T> half(List<T> list, Object longest) {
        return list == longest ? list.subList(0, list.size() / 2) : list;
    }

    private static int count(NodeImages.Details details) {
        NodeImages.Config config = details.config();
        return config.entrypoint().size()
                + config.command().size()
                + config.env().size()
                + config.volumes().size()
                + config.labels().size()
                + details.layers().size();
    }

    /** Why it is not done. */
    static LineMessage.Answer refusal(String askId, Throwable trouble) {
        return new LineMessage.Answer(askId, code(trouble), message(trouble));
    }

    private static String code(Throwable trouble) {
        if (trouble instanceof ImageRefused refused) {
            return refused.code();
        }
        return trouble instanceof KeeperException refused ? refused.code() : "internal";
    }

    /** One line. */
    static String message(Throwable trouble) {
        return cut(String.valueOf(trouble.getMessage()));
    }

    private static String cut(String text) {
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE - 1) + "…";
    }

    private static int bytes(Object value) {
        try {
            return Json.mapper().writeValueAsBytes(value).length;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written as JSON", e);
        }
    }

    private static JsonNode tree(Object value) {
        return Json.mapper().valueToTree(value);
    }
}
