package io.holdfast.keeper.oci;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The types of the fields of a {@code config.json}, read from {@code config.schema} beside this class, and a walk that holds a document
 * against them.
 */
final class ConfigSchema {
    private static final BigInteger MAX_ULONG = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger MAX_IDS = BigInteger.valueOf(0xffff_ffffL);
    private static final List<String> SHAPES = List.of("hook", "mapping", "throttle");

    private record Field(String type, boolean required) {}

    private final Map<String, Map<String, Field>> children = new LinkedHashMap<>();
    private final Map<String, Field> fields = new LinkedHashMap<>();

    private ConfigSchema() {}

    static ConfigSchema read() {
        ConfigSchema schema = new ConfigSchema();
        try (InputStream in = ConfigSchema.class.getResourceAsStream("config.schema")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(schema::line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return schema;
    }

    private void line(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        String[] parts = line.split("\\s+");
        boolean required = parts[1].endsWith("!");
        Field field = new Field(required ? parts[1].substring(0, parts[1].length() - 1) : parts[1], required);
        fields.put(parts[0], field);
        int dot = parts[0].lastIndexOf('.');
        String parent = dot < 0 ? "" : parts[0].substring(0, dot);
        String name = dot < 0 ? parts[0] : parts[0].substring(dot + 1);
        if (!name.endsWith("[]") && !SHAPES.contains(parts[0])) {
            children.computeIfAbsent(parent, key -> new LinkedHashMap<>()).put(name, field);
        }
    }

    /** @param wrong is told the path of a field and what is wrong with it */
    void check(JsonNode document, BiConsumer<String, String> wrong) {
        object(document, "", "", wrong);
    }

    private void object(JsonNode node, String pattern, String path, BiConsumer<String, String> wrong) {
        Map<String, Field> known = children.getOrDefault(pattern, Map.of());
        known.forEach((name, field) -> {
            JsonNode value = node.get(name);
            String at = path.isEmpty() ? name : path + "." + name;
            if (value == null || value.isNull()) {
                if (field.required()) {
                    wrong.accept(at, "is missing");
                }
                return;
            }
            value(value, field.type(), pattern.isEmpty() ? name : pattern + "." + name, at, wrong);
        });
    }

    private void value(JsonNode node, String type, String pattern, String path, BiConsumer<String, String> wrong) {
        switch (type) {
            case "object" -> {
                if (require(node.isObject(), "an object", node, path, wrong)) {
                    object(node, pattern, path, wrong);
                }
            }
            case "list" -> {
                if (require(node.isArray(), "a list", node, path, wrong)) {
                    Field entry = fields.get(pattern + "[]");
                    for (int i = 0; i < node.size(); i++) {
                        value(node.get(i), entry.type(), pattern + "[]", path + "[" + i + "]", wrong);
                    }
                }
            }
            case "texts" -> {
                if (require(node.isObject(), "an object of texts", node, path, wrong)) {
                    for (Map.Entry<String, JsonNode> entry : node.properties()) {
                        String at = path + "." + entry.getKey();
                        if (entry.getKey().isEmpty()) {
                            wrong.accept(path, "has an empty name");
                        }
                        scalar(entry.getValue(), "text", at, wrong);
                    }
                }
            }
            case "refused" -> {
                if (asks(node)) {
                    wrong.accept(path, "is not supported");
                }
            }
            default -> {
                if (SHAPES.contains(type)) {
                    if (require(node.isObject(), "an object", node, path, wrong)) {
                        object(node, type, path, wrong);
                    }
                } else {
                    scalar(node, type, path, wrong);
                }
            }
        }
    }

    private static boolean asks(JsonNode node) {
        if (node.isContainerNode()) {
            return !node.isEmpty();
        }
        return !(node.isBoolean() && !node.booleanValue()
                || node.isNumber() && node.decimalValue().signum() == 0
                || node.isTextual() && node.textValue().isEmpty());
    }

    private static void scalar(JsonNode node, String type, String path, BiConsumer<String, String> wrong) {
        switch (type) {
            case "bool" -> require(node.isBoolean(), "true or false", node, path, wrong);
            case "text" -> text(node, path, wrong);
            case "name" -> {
                if (text(node, path, wrong) && node.textValue().isEmpty()) {
                    wrong.accept(path, "is empty");
                }
            }
            case "path" -> {
                if (text(node, path, wrong) && !node.textValue().startsWith("/")) {
                    wrong.accept(path, "\"" + shown(node.textValue()) + "\" is not an absolute path");
                }
            }
            case "env" -> {
                if (text(node, path, wrong) && node.textValue().indexOf('=') < 1) {
                    wrong.accept(path, "\"" + shown(node.textValue()) + "\" is not NAME=value");
                }
            }
            case "ids" -> number(node, BigInteger.ZERO, MAX_IDS, path, wrong);
            case "count" -> number(node, 0, Integer.MAX_VALUE, path, wrong);
            case "seconds" -> number(node, 1, Integer.MAX_VALUE / 1000, path, wrong);
            case "int" -> number(node, Integer.MIN_VALUE, Integer.MAX_VALUE, path, wrong);
            case "uint" -> number(node, 0, Long.MAX_VALUE, path, wrong);
            case "long" -> number(node, Long.MIN_VALUE, Long.MAX_VALUE, path, wrong);
            case "ulong" -> number(node, BigInteger.ONE.negate(), MAX_ULONG, path, wrong);
            default -> {
                List<String> words = Arrays.asList(type.split("\\|"));
                if (text(node, path, wrong) && !words.contains(node.textValue())) {
                    wrong.accept(path, "\"" + shown(node.textValue()) + "\" is none of " + String.join(", ", words));
                }
            }
        }
    }

    private static boolean text(JsonNode node, String path, BiConsumer<String, String> wrong) {
        if (!require(node.isTextual(), "a text", node, path, wrong)) {
            return false;
        }
        if (node.textValue().indexOf('\0') >= 0) {
            wrong.accept(path, "holds a NUL character");
            return false;
        }
        return true;
    }

    private static void number(JsonNode node, long least, long most, String path, BiConsumer<String, String> wrong) {
        number(node, BigInteger.valueOf(least), BigInteger.valueOf(most), path, wrong);
    }

    private static void number(
            JsonNode node, BigInteger least, BigInteger most, String path, BiConsumer<String, String> wrong) {
        if (require(node.isIntegralNumber(), "a whole number", node, path, wrong)) {
            BigInteger value = node.bigIntegerValue();
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                wrong.accept(path, value + " is not between " + least + " and " + most);
            }
        }
    }

    private static boolean require(
            boolean fine, String what, JsonNode node, String path, BiConsumer<String, String> wrong) {
        if (!fine) {
            wrong.accept(path, shown(node.toString()) + " is not " + what);
        }
        return fine;
    }

    static String shown(String text) {
        String cut = text.length() <= 80 ? text : text.substring(0, 79) + "…";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
