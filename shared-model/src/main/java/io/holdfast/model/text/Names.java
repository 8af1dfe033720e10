package io.holdfast.model.text;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of projects, jobs, groups and tasks: what a DNS label may be (RFC 1123), since they become parts of host names and
 * of paths.
 */
public final class Names {
    /** Characters of the longest name. */
    public static final int MAX_LENGTH = 63;

    /** As a regular expression without anchors, the same as in the schema. */
    public static final String REGEX = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    /** What a name must be, for messages. */
    public static final String RULE =
            "must be 1 to " + MAX_LENGTH + " lower-case letters, digits and dashes, a letter or digit at both ends";

    private static final Pattern PATTERN = Pattern.compile(REGEX);

    private Names() {}

    public static boolean valid(String name) {
        return name.length() <= MAX_LENGTH && PATTERN.matcher(name).matches();
    }

    /** A valid name that looks like {@code text}, where there is one. */
    public static Optional<String> like(String text) {
        if (text.length() > 4 * MAX_LENGTH) {
            return Optional.empty();
        }
        String dashes = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String cut = dashes.substring(0, Math.min(dashes.length(), MAX_LENGTH)).replaceAll("^-+|-+$", "");
        return valid(cut) ? Optional.of(cut) : Optional.empty();
    }
}
