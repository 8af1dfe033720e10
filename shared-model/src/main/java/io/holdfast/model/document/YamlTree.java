package io.holdfast.model.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.holdfast.model.error.Rejected;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;

/**
 * YAML as plain data, nothing else. Plain words mean what they mean in JSON: {@code true}, {@code false}, {@code null} (also
 * {@code ~} and nothing at all), and numbers in JSON's notation. All others are text: {@code yes}, {@code on}, {@code 0100},
 * {@code 1:30}, which readers of YAML take for five different things.
 *
 * <p>Anchors and aliases are refused, for that is how a page of YAML becomes gigabytes; so are tags, which name types of the
 * reader's language (CVE-2022-1471). Built from the parser's events, so that every fault has its line and column.
 */
final class YamlTree {
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,9})?");
    private static final int LONGEST_LONG = 18;

    private final Iterator<Event> events;

    private YamlTree(Iterator<Event> events) {
        this.events = events;
    }

    /** What is wrong, and where; counts from 1. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        final int line;
        final int column;

        Malformed(Mark mark, String message) {
            super(message, null, false, false);
            this.line = mark.getLine() + 1;
            this.column = mark.getColumn() + 1;
        }
    }

    /**
     * The one document of {@code text}; missing where there is none.
     *
     * @throws Malformed for what is YAML and more than plain data
     * @throws org.yaml.snakeyaml.error.YAMLException for what is no YAML
     */
    static JsonNode parse(String text) throws Malformed {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Json.MAX_YAML_LENGTH);
        options.setProcessComments(false);
        YamlTree tree =
                new YamlTree(new Yaml(options).parse(new StringReader(text)).iterator());
        tree.events.next(); // the stream's start
        if (tree.events.next().is(Event.ID.StreamEnd)) {
            return MissingNode.getInstance();
        }
        JsonNode root = tree.node(tree.events.next(), 1);
        tree.events.next(); // the document's end
        Event last = tree.events.next();
        if (!last.is(Event.ID.StreamEnd)) {
            throw new Malformed(last.getStartMark(), "a second document follows: one a file");
        }
        return root;
    }

    private JsonNode node(Event event, int depth) throws Malformed {
        if (event instanceof AliasEvent) {
            throw new Malformed(event.getStartMark(), "aliases are not read: write the value out");
        }
        if (((NodeEvent) event).getAnchor() != null) {
            throw new Malformed(event.getStartMark(), "anchors are not read: write the value out where it is needed");
        }
        if (event instanceof ScalarEvent scalar) {
            refuseTag(event, scalar.getTag());
            return scalar(scalar);
        }
        if (depth > Json.MAX_NESTING) {
            throw new Malformed(event.getStartMark(), "nesting is deeper than " + Json.MAX_NESTING + ", the most");
        }
        if (event instanceof SequenceStartEvent sequence) {
            refuseTag(event, sequence.getTag());
            return sequence(depth);
        }
        refuseTag(event, ((MappingStartEvent) event).getTag());
        return mapping(depth);
    }

    private JsonNode sequence(int depth) throws Malformed {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Event event = events.next(); !event.is(Event.ID.SequenceEnd); event = events.next()) {
            list.add(node(event, depth + 1));
        }
        return list;
    }

    private JsonNode mapping(int depth) throws Malformed {
        ObjectNode mapping = JsonNodeFactory.instance.objectNode();
        for (Event event = events.next(); !event.is(Event.ID.MappingEnd); event = events.next()) {
            if (!(event instanceof ScalarEvent)) {
                throw new Malformed(event.getStartMark(), "a field's name must be a word");
            }
            node(event, depth); // for its anchor and tag
            String name = ((ScalarEvent) event).getValue();
            if (name.length() > Json.MAX_NAME_LENGTH) {
                throw new Malformed(
                        event.getStartMark(), "a field's name is above " + Json.MAX_NAME_LENGTH + " characters");
            }
            if (mapping.has(name)) {
                throw new Malformed(
                        event.getStartMark(), "the field '" + Rejected.shorten(name) + "' stands here a second time");
            }
            mapping.set(name, node(events.next(), depth + 1));
        }
        return mapping;
    }

    private static JsonNode scalar(ScalarEvent event) throws Malformed {
        String text = event.getValue();
        if (event.getScalarStyle() != DumperOptions.ScalarStyle.PLAIN) {
            return TextNode.valueOf(text);
        }
        switch (text) {
            case "", "~", "null" -> {
                return NullNode.getInstance();
            }
            case "true" -> {
                return BooleanNode.TRUE;
            }
            case "false" -> {
                return BooleanNode.FALSE;
            }
            default -> {
                return number(event, text);
            }
        }
    }

    private static JsonNode number(ScalarEvent event, String text) throws Malformed {
        char first = text.charAt(0);
        if (first != '-' && (first < '0' || first > '9')) {
            return TextNode.valueOf(text);
        }
        boolean integer = INTEGER.matcher(text).matches();
        if (!integer && !NUMBER.matcher(text).matches()) {
            return TextNode.valueOf(text);
        }
        if (text.length() > Json.MAX_NUMBER_LENGTH) {
            throw new Malformed(event.getStartMark(), "the number is above " + Json.MAX_NUMBER_LENGTH + " characters");
        }
        if (!integer) {
            return DecimalNode.valueOf(new BigDecimal(text));
        }
        if (text.length() > LONGEST_LONG) {
            return BigIntegerNode.valueOf(new BigInteger(text));
        }
        // the smallest that holds it, as Jackson's own trees do, so that trees compare equal
        long value = Long.parseLong(text);
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    private static void refuseTag(Event event, String tag) throws Malformed {
        if (tag != null) {
            throw new Malformed(event.getStartMark(), "tags are not read: leave it out");
        }
    }
}
