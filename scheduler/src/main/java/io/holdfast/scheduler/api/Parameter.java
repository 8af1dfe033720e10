package io.holdfast.scheduler.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A parameter of an operation and the limits that the contract sets on it. The subset of JSON Schema that stands in the
 * contract's parameters is all there is; what is beyond it is a fault at start.
 *
 * @param in {@code query}, {@code path} or {@code header}
 * @param type {@code string}, {@code integer} or {@code boolean}
 * @param values the only ones; empty for any
 * @param fallback what stands when it is absent; empty for nothing
 */
record Parameter(
        String name,
        String in,
        boolean required,
        String type,
        List<String> values,
        Pattern pattern,
        long min,
        long max,
        int minLength,
        int maxLength,
        String fallback) {

    private static final Pattern ANYTHING = Pattern.compile("(?s).*");
    private static final List<String> KNOWN = List.of(
            "type", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "default", "description");

    static Parameter of(JsonNode node) {
        JsonNode schema = node.path("schema");
        schema.fieldNames().forEachRemaining(field -> {
            if (!KNOWN.contains(field)) {
                throw new IllegalStateException("parameter " + node.path("name").asText() + " of the contract has "
                        + field + ", which is not enforced");
            }
        });
        List<String> values = new ArrayList<>();
        schema.path("enum").forEach(value -> values.add(value.asText()));
        return new Parameter(
                node.path("name").asText(),
                node.path("in").asText(),
                node.path("required").asBoolean(),
                schema.path("type").asText(),
                List.copyOf(values),
                schema.has("pattern") ? Pattern.compile(schema.path("pattern").asText()) : ANYTHING,
                schema.path("minimum").asLong(Long.MIN_VALUE),
                schema.path("maximum").asLong(Long.MAX_VALUE),
                schema.path("minLength").asInt(0),
                schema.path("maxLength").asInt(Integer.MAX_VALUE),
                schema.path("default").asText(""));
    }

    /** The value itself, or what is wrong with it. */
    Outcome<String> check(String value) {
        String fault = switch (type) {
            case "integer" -> faultOfInteger(value);
            case "boolean" -> value.equals("true") || value.equals("false") ? "" : "is neither true nor false";
            default -> faultOfText(value);
        };
        return fault.isEmpty() ? Outcome.ok(value) : Outcome.refused(refusal(value, fault));
    }

    Rejected refusal(String value, String fault) {
        return new Rejected(ErrorCode.BAD_REQUEST, name, value, name + " " + fault);
    }

    private String faultOfInteger(String value) {
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            return "is not a whole number" + (max == Long.MAX_VALUE ? "" : " from " + min + " to " + max);
        }
        if (number < min) {
            return "is below " + min;
        }
        return number > max ? "is above " + max : "";
    }

    private String faultOfText(String value) {
        if (!values.isEmpty()) {
            return values.contains(value) ? "" : "is none of " + String.join(", ", values);
        }
        if (value.length() < minLength) {
            return value.isEmpty() ? "is empty" : "is shorter than " + minLength + " characters";
        }
        if (value.length() > maxLength) {
            return "is longer than " + maxLength + " characters";
        }
        return pattern.matcher(value).find() ? "" : "does not match " + pattern.pattern();
    }
}
