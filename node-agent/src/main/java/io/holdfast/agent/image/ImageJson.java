package io.holdfast.agent.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.MediaType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fields of an image's documents, which anybody may have written: of the right type and bounded, or refused. */
public final class ImageJson {
    private ImageJson() {}

    /** One object. Duplicate fields, deep nesting and other encodings than UTF-8 are refused with it. */
    public static JsonNode object(byte[] bytes, int maxBytes, String what) throws ImageException {
        JsonNode tree = tree(bytes, maxBytes, what);
        if (!tree.isObject()) {
            throw corrupt(what, "is no JSON object");
        }
        return tree;
    }

    /** Any JSON. */
    public static JsonNode tree(byte[] bytes, int maxBytes, String what) throws ImageException {
        var outcome = Documents.parseSecretive(bytes, MediaType.JSON, maxBytes);
        JsonNode tree = outcome.fold(node -> node, errors -> null);
        if (tree == null) {
            throw corrupt(what, outcome.fold(node -> "", errors -> errors.get(0).message()));
        }
        return tree;
    }

    /** The text, or empty where none stands: Go's encoders write null for it. */
    public static String text(JsonNode object, String field, String what) throws ImageException {
        JsonNode node = object.path(field);
        if (absent(node)) {
            return "";
        }
        if (!node.isTextual()) {
            throw corrupt(what, field + " is no text");
        }
        return plain(node.textValue(), field, what);
    }

    public static long number(JsonNode object, String field, long max, String what) throws ImageException {
        JsonNode node = object.path(field);
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw corrupt(what, field + " is no count");
        }
        if (node.longValue() > max) {
            throw new ImageException(
                    Kind.UNSUPPORTED, what + ": " + field + " " + node.longValue() + " is above " + max + ", the most");
        }
        return node.longValue();
    }

    /** The elements; none where nothing stands. */
    public static List<JsonNode> list(JsonNode object, String field, int max, String what) throws ImageException {
        JsonNode node = object.path(field);
        if (absent(node)) {
            return List.of();
        }
        if (!node.isArray()) {
            throw corrupt(what, field + " is no list");
        }
        bounded(node, field, max, what);
        List<JsonNode> elements = new ArrayList<>(node.size());
        node.forEach(elements::add);
        return elements;
    }

    public static List<String> texts(JsonNode object, String field, int max, String what) throws ImageException {
        List<String> texts = new ArrayList<>();
        for (JsonNode node : list(object, field, max, what)) {
            if (!node.isTextual()) {
                throw corrupt(what, field + " holds what is no text");
            }
            texts.add(plain(node.textValue(), field, what));
        }
        return texts;
    }

    /** The object; an empty one where nothing stands. */
    static JsonNode mapping(JsonNode object, String field, int max, String what) throws ImageException {
        JsonNode node = object.path(field);
        if (!absent(node) && !node.isObject()) {
            throw corrupt(what, field + " is no mapping");
        }
        bounded(node, field, max, what);
        return node;
    }

    static Map<String, String> labels(JsonNode object, String field, int max, String what) throws ImageException {
        Map<String, String> labels = new LinkedHashMap<>();
        JsonNode node = mapping(object, field, max, what);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            labels.put(plain(entry.getKey(), field, what), text(node, entry.getKey(), what));
        }
        return labels;
    }

    static ImageException corrupt(String what, String why) {
        return new ImageException(Kind.CORRUPT, what + ": " + why);
    }

    private static void bounded(JsonNode node, String field, int max, String what) throws ImageException {
        if (node.size() > max) {
            throw new ImageException(
                    Kind.UNSUPPORTED, what + ": " + node.size() + " " + field + " are above " + max + ", the most");
        }
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /** A zero would end the text early for the kernel. */
    private static String plain(String text, String field, String what) throws ImageException {
        if (text.indexOf('\0') >= 0) {
            throw corrupt(what, field + " holds a zero byte");
        }
        return text;
    }
}
