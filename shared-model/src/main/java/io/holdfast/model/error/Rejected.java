package io.holdfast.model.error;

import java.util.regex.Pattern;

/**
 * One thing that is wrong with what a user gave.
 *
 * @param code the kind
 * @param path where, as {@code groups[0].tasks[1].resources.memory}; empty for the whole
 * @param value what stood there, shortened; empty where nothing did
 * @param message one sentence, lower case, without full stop: the thing, the limit, the way out
 */
public record Rejected(ErrorCode code, String path, String value, String message) {

    /** The longest value that is repeated to the user. */
    public static final int MAX_VALUE_LENGTH = 80;

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    public Rejected {
        path = printable(path);
        value = shorten(value);
        message = printable(message);
    }

    /** The beginning of a long text, and no control characters, so that it stands in one line of a terminal. */
    public static String shorten(String text) {
        String cut = text.length() <= MAX_VALUE_LENGTH ? text : text.substring(0, MAX_VALUE_LENGTH - 1) + "…";
        return printable(cut);
    }

    /** Without what moves a terminal's cursor, breaks a log's line or turns the direction of writing (CVE-2021-42574). */
    private static String printable(String text) {
        return UNPRINTABLE.matcher(text).replaceAll("?");
    }

    public static Rejected invalid(String path, String value, String message) {
        return new Rejected(ErrorCode.INVALID, path, value, message);
    }

    /** In one line: {@code groups[0].count: 1000000 is above 100000, the most}. */
    public String text() {
        String at = path.isEmpty() ? "" : path + ": ";
        return at + (value.isEmpty() ? "" : value + " ") + message;
    }

    public static Rejected of(ErrorCode code, String message) {
        return new Rejected(code, "", "", message);
    }
}
