package io.holdfast.model.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.text.Cpus;
import io.holdfast.model.text.Durations;
import io.holdfast.model.text.Names;
import io.holdfast.model.text.Sizes;
import java.math.BigDecimal;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/** One value of a tree as one typed value, or what is wrong with it. */
public final class Scalars {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");

    private Scalars() {}

    /** Any text without NUL and lone surrogates: neither survives the way to a program's arguments or to UTF-8. */
    public static Outcome<String> text(String path, JsonNode node) {
        if (!node.isTextual()) {
            String shown = shown(node);
            String quote = node.isNumber() || node.isBoolean() ? ", write it in quotes: \"" + shown + "\"" : "";
            return Outcome.refused(Rejected.invalid(path, shown, "must be text, not " + kind(node) + quote));
        }
        String text = node.textValue();
        if (text.indexOf('\0') >= 0) {
            return Outcome.refused(Rejected.invalid(path, "", "must not hold the character NUL"));
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = Character.isHighSurrogate(text.charAt(i))
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return Outcome.refused(
                            Rejected.invalid(path, "", "must be Unicode: half of a surrogate pair stands alone"));
                }
                i++;
            }
        }
        return Outcome.ok(text);
    }

    /** A {@link Names name}. */
    public static Outcome<String> name(String path, JsonNode node) {
        Outcome<String> text = text(path, node);
        if (text instanceof Outcome.Ok<String> ok && !Names.valid(ok.value())) {
            String hint =
                    Names.like(ok.value()).map(near -> ", as '" + near + "'").orElse("");
            return Outcome.refused(Rejected.invalid(path, ok.value(), Names.RULE + hint));
        }
        return text;
    }

    /** A whole number from {@code min} to {@code max}; {@code 2.0} is one. */
    public static Outcome<Long> integer(String path, JsonNode node, long min, long max) {
        if (!node.isNumber()) {
            String quotes = node.isTextual() && WHOLE.matcher(node.textValue()).matches() ? " in quotes" : "";
            return Outcome.refused(
                    Rejected.invalid(path, shown(node), "must be a whole number, not " + kind(node) + quotes));
        }
        return integer(path, node.decimalValue(), node, min, max);
    }

    private static Outcome<Long> integer(String path, BigDecimal number, JsonNode node, long min, long max) {
        // by digits first: 1e999999999 is a short text and must not be written out
        boolean huge = number.signum() != 0 && (long) number.precision() - number.scale() > 19;
        boolean small = number.signum() != 0 && (long) number.precision() - number.scale() < -19;
        if (!huge && (small || number.stripTrailingZeros().scale() > 0)) {
            return Outcome.refused(Rejected.invalid(path, shown(node), "must be a whole number"));
        }
        if (huge || number.compareTo(BigDecimal.valueOf(min)) < 0 || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            return Outcome.refused(Rejected.invalid(
                    path,
                    shown(node),
                    range(number.compareTo(BigDecimal.valueOf(min)) < 0, Long.toString(min), Long.toString(max))));
        }
        return Outcome.ok(number.longValueExact());
    }

    /** A whole number of bytes, or a size as text; {@code min} to {@code max}. */
    public static Outcome<Long> sizeBytes(String path, JsonNode node, long min, long max) {
        return quantity(path, node, Sizes::parse, Sizes::format, min, max);
    }

    /** A number of cores, or text as {@code 200m}; thousandths of a core from {@code min} to {@code max}. */
    public static Outcome<Long> cpuMillis(String path, JsonNode node, long min, long max) {
        return quantity(path, node, Cpus::parse, Cpus::format, min, max);
    }

    /** A duration as text, always with its unit; milliseconds from {@code min} to {@code max}. */
    public static Outcome<Long> durationMillis(String path, JsonNode node, long min, long max) {
        return quantity(path, node, Durations::parse, Durations::format, min, max);
    }

    private static Outcome<Long> quantity(
            String path,
            JsonNode node,
            BiFunction<String, String, Outcome<Long>> parser,
            LongFunction<String> format,
            long min,
            long max) {
        if (!node.isNumber() && !node.isTextual()) {
            String message = "must be a quantity as " + format.apply(Math.max(min, 1)) + ", not " + kind(node);
            return Outcome.refused(Rejected.invalid(path, shown(node), message));
        }
        Outcome<Long> parsed = parser.apply(path, shown(node));
        if (parsed instanceof Outcome.Ok<Long> ok && (ok.value() < min || ok.value() > max)) {
            String message = range(ok.value() < min, format.apply(min), format.apply(max));
            return Outcome.refused(Rejected.invalid(path, shown(node), message));
        }
        return parsed;
    }

    private static String range(boolean below, String min, String max) {
        return below
                ? "is below " + min + ", the least: give " + min + " to " + max
                : "is above " + max + ", the most: give " + min + " to " + max;
    }

    public static Outcome<Boolean> flag(String path, JsonNode node) {
        return node.isBoolean()
                ? Outcome.ok(node.booleanValue())
                : Outcome.refused(
                        Rejected.invalid(path, shown(node), "must be true or false without quotes, not " + kind(node)));
    }

    /** The kind of a node, in the words of messages. */
    public static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case ARRAY -> "a list";
            case OBJECT -> "a mapping";
            default -> "nothing";
        };
    }

    /** A scalar's own text, for showing; empty for lists, mappings and nothing. */
    public static String shown(JsonNode node) {
        if (node.isBigDecimal() && Math.abs((long) node.decimalValue().scale()) <= Json.MAX_NUMBER_LENGTH) {
            return node.decimalValue().toPlainString();
        }
        return node.isValueNode() && !node.isNull() ? node.asText() : "";
    }
}
