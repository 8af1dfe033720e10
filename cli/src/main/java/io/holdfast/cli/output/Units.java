package io.holdfast.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.text.Sizes;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Numbers as people read them. */
final class Units {
    private Units() {}

    /** {@code 200m}, {@code 2}, {@code 1.5}: thousandths of a core as a job would write them. */
    static String cpu(long millis) {
        if (millis % 1000 == 0) {
            return Long.toString(millis / 1000);
        }
        return millis < 1000 ? millis + "m" : String.format(Locale.ROOT, "%.1f", millis / 1000.0);
    }

    static String bytes(long bytes) {
        return Sizes.rounded(bytes);
    }

    /** {@code 5s}, {@code 3m}, {@code 2h}, {@code 4d}: the largest whole unit. */
    static String span(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }

    /** How long ago the RFC 3339 time in {@code node} was; empty where there is none. */
    static String age(JsonNode node, Instant now) {
        if (!node.isTextual() || node.textValue().isEmpty()) {
            return "";
        }
        try {
            return span(Duration.between(Instant.parse(node.textValue()), now)) + " ago";
        } catch (DateTimeParseException e) {
            return node.textValue();
        }
    }
}
