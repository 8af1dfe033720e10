package io.holdfast.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** Samples of one quantity, and how they are told: in milliseconds, median and 99th percentile. */
record Figures(String name, double[] sortedMillis) {

    static Figures ofNanos(String name, long[] nanos) {
        double[] millis =
                Arrays.stream(nanos).mapToDouble(n -> n / 1e6).sorted().toArray();
        if (millis.length == 0) {
            throw new IllegalArgumentException(name + ": no samples");
        }
        return new Figures(name, millis);
    }

    double median() {
        return percentile(50);
    }

    /** Nearest rank. */
    double percentile(int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * sortedMillis.length);
        return sortedMillis[Math.max(0, rank - 1)];
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.1f | %.1f | %.1f |",
                name,
                sortedMillis.length,
                sortedMillis[0],
                median(),
                percentile(99));
    }

    static String header() {
        return "| what | samples | min ms | median ms | p99 ms |%n| --- | --- | --- | --- | --- |".formatted();
    }
}
