package io.holdfast.model.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.text.Names;
import io.holdfast.model.text.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads one mapping of a document, field by field. Every fault goes to the {@link Problems} with its path, and the reading
 * goes on with a stand-in, so that one pass finds them all. What was never asked for is unknown: {@link #rejectUnknown}.
 */
public final class Fields {
    private static final int MAX_PATH_WORD = 64;

    private final Map<String, JsonNode> nodes = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final String path;
    private final Problems problems;
    private final boolean real;

    private Fields(JsonNode node, String path, Problems problems) {
        this.path = path;
        this.problems = problems;
        this.real = node instanceof ObjectNode;
        if (real) {
            node.properties().forEach(field -> nodes.put(field.getKey(), field.getValue()));
        } else if (!node.isMissingNode()) {
            problems.add(path, Scalars.shown(node), "must be a mapping of fields, not " + Scalars.kind(node));
        }
    }

    /** The fields of {@code node}; none, and a problem, if it is no mapping. */
    public static Fields of(JsonNode node, String path, Problems problems) {
        return new Fields(node, path, problems);
    }

    public Problems problems() {
        return problems;
    }

    /** The path of a field of this mapping. */
    public String path(String key) {
        return join(path, key);
    }

    /** {@code a.b}, or {@code a["b c"]} for what is no plain word; long words are cut. */
    public static String join(String path, String key) {
        String word = key.length() <= MAX_PATH_WORD ? key : key.substring(0, MAX_PATH_WORD - 1) + "…";
        if (!word.matches("[A-Za-z0-9_-]+…?")) {
            return path + "[\"" + word.replaceAll("[\\p{Cntrl}\"]", "?") + "\"]";
        }
        return path.isEmpty() ? word : path + "." + word;
    }

    /** The field, or a missing node. A field that is there without a value is a problem, and missing. */
    public JsonNode node(String key) {
        asked.add(key);
        JsonNode node = nodes.get(key);
        if (node == null) {
            return MissingNode.getInstance();
        }
        if (node.isNull()) {
            problems.add(path(key), "", "has no value: give one, or leave the field out");
            return MissingNode.getInstance();
        }
        return node;
    }

    /** As {@link #node}, and it must be there. {@code what} says what to give. */
    public JsonNode required(String key, String what) {
        asked.add(key);
        // where the mapping itself is missing, that has been said
        if (real && !nodes.containsKey(key)) {
            problems.add(path(key), "", "is missing: give " + what);
        }
        return node(key);
    }

    /** A field read by {@code read} from its path and node; {@code otherwise} if it is missing or wrong. */
    public <T> T value(String key, T otherwise, Reader<T> read) {
        return value(key, node(key), otherwise, read);
    }

    public <T> T requiredValue(String key, String what, T standIn, Reader<T> read) {
        return value(key, required(key, what), standIn, read);
    }

    private <T> T value(String key, JsonNode node, T otherwise, Reader<T> read) {
        return node.isMissingNode() ? otherwise : problems.take(read.read(path(key), node), otherwise);
    }

    /** From a path and the node there to a value or what is wrong with it. */
    @FunctionalInterface
    public interface Reader<T> {
        Outcome<T> read(String path, JsonNode node);
    }

    public String requiredText(String key, String what) {
        return requiredValue(key, what, "", Scalars::text);
    }

    public String text(String key, String otherwise) {
        return value(key, otherwise, Scalars::text);
    }

    /** A {@link Names name}; empty if it is missing or wrong. */
    public String requiredName(String key, String what) {
        return requiredValue(key, what, "", Scalars::name);
    }

    /** A list of different {@link Names names}; those that are wrong are left out. */
    public List<String> distinctNames(String key, int max, String what) {
        List<String> names = new ArrayList<>();
        for (Element element : elements(key, max, what)) {
            String name = problems.take(Scalars.name(element.path(), element.node()), "");
            if (names.contains(name)) {
                problems.add(element.path(), name, "stands twice: name it once");
            } else if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    public long integer(String key, long otherwise, long min, long max) {
        return value(key, otherwise, (at, node) -> Scalars.integer(at, node, min, max));
    }

    public long sizeBytes(String key, long otherwise, long min, long max) {
        return value(key, otherwise, (at, node) -> Scalars.sizeBytes(at, node, min, max));
    }

    public long cpuMillis(String key, long otherwise, long min, long max) {
        return value(key, otherwise, (at, node) -> Scalars.cpuMillis(at, node, min, max));
    }

    public long durationMillis(String key, long otherwise, long min, long max) {
        return value(key, otherwise, (at, node) -> Scalars.durationMillis(at, node, min, max));
    }

    /** One of few words. */
    public <T> T choice(String key, T otherwise, Collection<T> choices, Function<T, String> word) {
        return value(key, otherwise, (at, node) -> choice(at, node, choices, word));
    }

    /** {@link #choice}, read from a node. */
    public static <T> Outcome<T> choice(String at, JsonNode node, Collection<T> choices, Function<T, String> word) {
        Outcome<String> text = Scalars.text(at, node);
        if (text instanceof Outcome.Refused<String> refused) {
            return Outcome.refused(refused.errors());
        }
        String given = ((Outcome.Ok<String>) text).value();
        List<String> words = choices.stream().map(word).toList();
        for (T choice : choices) {
            if (word.apply(choice).equals(given)) {
                return Outcome.ok(choice);
            }
        }
        String message = "must be one of " + String.join(", ", words) + Suggestion.hint(given, words);
        return Outcome.refused(Rejected.invalid(at, given, message));
    }

    /** A mapping inside this one; without fields if it is missing or wrong. */
    public Fields mapping(String key) {
        return new Fields(node(key), path(key), problems);
    }

    /** The elements of a list with their paths; none if it is missing or wrong. */
    public List<Element> elements(String key, int max, String what) {
        return elements(key, node(key), 0, max, what);
    }

    /** As {@link #elements}, with at least one. */
    public List<Element> requiredElements(String key, int max, String what) {
        return elements(key, required(key, "a list of " + what), 1, max, what);
    }

    private List<Element> elements(String key, JsonNode node, int min, int max, String what) {
        if (node.isMissingNode()) {
            return List.of();
        }
        if (!node.isArray()) {
            problems.add(path(key), Scalars.shown(node), "must be a list of " + what + ", not " + Scalars.kind(node));
            return List.of();
        }
        if (node.size() < min) {
            problems.add(path(key), "", "is empty: give at least one of " + what);
        }
        if (node.size() > max) {
            problems.add(path(key), node.size() + " elements", "is above " + max + " " + what + ", the most");
            return List.of();
        }
        List<Element> elements = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            elements.add(new Element(path(key) + "[" + i + "]", node.get(i)));
        }
        return elements;
    }

    /** One element of a list. */
    public record Element(String path, JsonNode node) {
        public Fields fields(Problems problems) {
            return Fields.of(node, path, problems);
        }
    }

    /** Names of the fields that stand there, in their order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(nodes.keySet());
    }

    /** Makes a problem of each field that nobody asked for. To be called last. */
    public void rejectUnknown() {
        for (String name : nodes.keySet()) {
            if (!asked.contains(name) && problems.full()) {
                problems.count(); // no guessing for each of a million fields
            } else if (!asked.contains(name)) {
                String hint = Suggestion.hint(name, asked);
                String known = hint.isEmpty() ? ": the fields here are " + String.join(", ", asked) : hint;
                problems.add(path(name), "", "is not a field" + known);
            }
        }
    }
}
