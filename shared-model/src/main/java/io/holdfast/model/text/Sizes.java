package io.holdfast.model.text;

import io.holdfast.model.error.Outcome;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Sizes in bytes: {@code 512Mi}, {@code 1.5Gi}, {@code 10M} (decimal), or a plain number of bytes. */
public final class Sizes {
    private static final String[] BINARY = {"Ei", "Pi", "Ti", "Gi", "Mi", "Ki"};
    private static final Quantity QUANTITY = new Quantity("a size", "512Mi", "byte", units());

    private Sizes() {}

    private static Map<String, Long> units() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("", 1L);
        long binary = 1;
        long decimal = 1;
        for (String prefix : new String[] {"K", "M", "G", "T", "P", "E"}) {
            binary <<= 10;
            decimal *= 1000;
            units.put(prefix + "i", binary);
            units.put(prefix.equals("K") ? "k" : prefix, decimal);
        }
        return units;
    }

    /** Bytes, 0 or more; or why not. */
    public static Outcome<Long> parse(String path, String text) {
        return QUANTITY.parse(path, text);
    }

    /** For people: {@code 7.8Gi}, three digits or so with the largest unit that fits. */
    public static String rounded(long bytes) {
        double value = bytes;
        int unit = BINARY.length;
        while (value >= 1024 && unit > 0) {
            value /= 1024;
            unit--;
        }
        String number = value == Math.rint(value) || value >= 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
        return unit == BINARY.length ? number : number + BINARY[unit];
    }

    /** The shortest whole number with a binary unit. */
    public static String format(long bytes) {
        for (int i = 0; i < BINARY.length; i++) {
            long unit = 1L << (10 * (BINARY.length - i));
            if (bytes != 0 && bytes % unit == 0) {
                return bytes / unit + BINARY[i];
            }
        }
        return Long.toString(bytes);
    }
}
