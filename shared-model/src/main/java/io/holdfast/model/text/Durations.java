package io.holdfast.model.text;

import io.holdfast.model.error.Outcome;
import java.util.Map;

/** Spans of time in milliseconds: {@code 500ms}, {@code 10s}, {@code 1.5m}, {@code 2h}, {@code 1d}. A unit must stand there. */
public final class Durations {
    private static final Quantity QUANTITY = new Quantity(
            "a duration",
            "10s or 500ms",
            "millisecond",
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L));

    private Durations() {}

    /** Milliseconds, 0 or more; or why not. */
    public static Outcome<Long> parse(String path, String text) {
        return QUANTITY.parse(path, text);
    }

    /** The largest unit that gives a whole number. */
    public static String format(long millis) {
        if (millis == 0) {
            return "0s";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
