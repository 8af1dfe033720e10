package io.holdfast.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The API's answers of nodes' images, for people. */
public final class ImageViews {
    /** Of a digest: its algorithm and as much of it as tells images apart. */
    private static final int DIGEST_LENGTH = "sha256:".length() + 12;

    /** Between a reference and its digest. */
    private static final String PINNED = "@sha256:";

    private ImageViews() {}

    /** @param nodes each with its images */
    public static void list(Console console, List<JsonNode> nodes) {
        Table table = new Table("NODE", "IMAGE", "DIGEST", "SIZE", "LAYERS", "PULLED", "USED", "ALLOCATIONS", "NOTE");
        Instant now = console.clock().instant();
        for (JsonNode node : nodes) {
            for (JsonNode image : node.path("items")) {
                boolean there = image.path("digest").isTextual();
                table.row(
                        node.path("node").asText(),
                        name(image),
                        digest(image),
                        there ? Units.bytes(image.path("sizeBytes").asLong()) : "",
                        there ? image.path("layers").asText() : "",
                        Units.age(image.path("pulledAt"), now),
                        Units.age(image.path("usedAt"), now),
                        image.path("allocations").asText(),
                        note(image));
            }
        }
        table.print(console.out(), console.colours());
        for (JsonNode node : nodes) {
            if (node.path("omitted").asInt() > 0) {
                console.message(Table.printable(node.path("node").asText() + " has "
                        + node.path("omitted").asText() + " more, which were not used for longer"));
            }
        }
    }

    private static String note(JsonNode image) {
        return image.path("progress").isTextual()
                ? image.path("progress").asText()
                : image.path("failure").isTextual() ? image.path("failure").asText() : "";
    }

    /** Without a digest: that has its own column. */
    private static String name(JsonNode image) {
        String reference = image.path("reference").asText();
        int at = reference.indexOf(PINNED);
        return at < 0 ? reference : reference.substring(0, at);
    }

    private static String digest(JsonNode image) {
        String reference = image.path("reference").asText();
        int at = reference.indexOf(PINNED);
        String digest = at >= 0
                ? reference.substring(at + 1)
                : image.path("digest").isTextual() ? image.path("digest").asText() : "";
        return digest.length() <= DIGEST_LENGTH ? digest : digest.substring(0, DIGEST_LENGTH);
    }

    /** The same image of several nodes is shown once. */
    public static void details(Console console, List<JsonNode> answers) {
        Map<String, List<JsonNode>> byDigest = new LinkedHashMap<>();
        answers.forEach(
                answer -> byDigest.computeIfAbsent(answer.at("/image/digest").asText(), first -> new ArrayList<>())
                        .add(answer));
        boolean first = true;
        for (List<JsonNode> same : byDigest.values()) {
            if (!first) {
                console.out().println();
            }
            first = false;
            one(console, same);
        }
    }

    private static void one(Console console, List<JsonNode> same) {
        JsonNode details = same.get(0);
        JsonNode image = details.path("image");
        JsonNode config = details.path("config");
        Table table = new Table("IMAGE", image.path("reference").asText());
        table.row("digest", image.path("digest").asText());
        table.row(
                "nodes",
                String.join(
                        ", ",
                        same.stream()
                                .map(answer -> answer.path("node").asText())
                                .toList()));
        table.row("size", Units.bytes(image.path("sizeBytes").asLong()));
        table.row("entrypoint", words(config.path("entrypoint")));
        table.row("command", words(config.path("command")));
        table.row("user", config.path("user").asText());
        table.row("work dir", config.path("workDir").asText());
        table.row("stop signal", config.path("stopSignal").asText());
        table.row("volumes", words(config.path("volumes")));
        config.path("env").forEach(variable -> table.row("env", variable.asText()));
        config.path("labels")
                .properties()
                .forEach(label -> table.row(
                        "label", label.getKey() + "=" + label.getValue().asText()));
        details.path("layers")
                .forEach(layer -> table.row(
                        "layer",
                        layer.path("diffId").asText() + "  "
                                + Units.bytes(layer.path("sizeBytes").asLong())));
        if (details.path("omitted").asInt() > 0) {
            table.row("left out", details.path("omitted").asText() + " entries, for want of room");
        }
        table.print(console.out(), console.colours());
    }

    private static String words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return String.join(" ", words);
    }

    /** A line for each node that something was removed from. */
    public static void removed(Console console, List<JsonNode> nodes) {
        nodes.forEach(node -> console.message(removed(node)));
    }

    /** {@code n1: 2 images and 5 layers removed, 120Mi freed}. */
    private static String removed(JsonNode removed) {
        int left = removed.path("left").asInt();
        return Table.printable(removed.path("node").asText() + ": "
                + count(removed.path("images").asInt(), "image") + " and "
                + count(removed.path("layers").asInt(), "layer") + " removed, "
                + Units.bytes(removed.path("freedBytes").asLong()) + " freed"
                + (left > 0
                        ? "; " + count(left, "layer") + " left: holdfast image prune removes what nothing uses"
                        : ""));
    }

    /** A line for each image that has come to a node. */
    public static void arrived(Console console, List<JsonNode> nodes) {
        for (JsonNode node : nodes) {
            node.path("items")
                    .forEach(image -> console.message(arrived(node.path("node").asText(), image)));
        }
    }

    /** {@code n1: docker.io/library/alpine:3.20 is there: sha256:…, 3Mi}. */
    private static String arrived(String node, JsonNode image) {
        return Table.printable(node + ": " + image.path("reference").asText() + " is there: "
                + image.path("digest").asText() + ", "
                + Units.bytes(image.path("sizeBytes").asLong()));
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
