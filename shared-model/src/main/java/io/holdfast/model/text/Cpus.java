package io.holdfast.model.text;

import io.holdfast.model.error.Outcome;
import java.util.Map;

/** Processor time in thousandths of a core: {@code 200m}, {@code 2}, {@code 0.5}. */
public final class Cpus {
    private static final Quantity QUANTITY = new Quantity(
            "an amount of cpu", "200m (thousandths of a core) or 2 (cores)", "thousandth", Map.of("", 1_000L, "m", 1L));

    private Cpus() {}

    /** Thousandths of a core, 0 or more; or why not. */
    public static Outcome<Long> parse(String path, String text) {
        return QUANTITY.parse(path, text);
    }

    public static String format(long millis) {
        return millis % 1_000 == 0 ? Long.toString(millis / 1_000) : millis + "m";
    }
}
