package io.holdfast.simulation.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The means by policy as rows of text, for people. */
public final class Summary {
    public static final List<String> HEADINGS = List.of(
            "POLICY",
            "RUNS",
            "NODES",
            "USED",
            "PEAK",
            "BOUND",
            "LP",
            "PODS",
            "REFUSED",
            "GPU",
            "CPU",
            "MEMORY",
            "PER SECOND");

    private Summary() {}

    /** A row for each policy of a {@link Report}, with a cell for each heading. */
    public static List<List<String>> rows(JsonNode report) {
        List<List<String>> rows = new ArrayList<>();
        report.path("summary").forEach(means -> rows.add(row(means)));
        return rows;
    }

    private static List<String> row(JsonNode means) {
        return List.of(
                means.path("policy").asText(),
                means.path("runs").asText(),
                number(means.path("nodes")),
                number(means.path("nodesUsed")),
                number(means.path("nodesUsedPeak")),
                number(means.path("lowerBoundSum")),
                number(means.path("lowerBoundLp")),
                number(means.path("pods")),
                number(means.path("refused")),
                percent(means.path("gpuAllocatedRatio")),
                percent(means.path("cpuAllocatedRatio")),
                percent(means.path("memoryAllocatedRatio")),
                String.format(
                        Locale.ROOT, "%.0f", means.path("placementsPerSecond").asDouble()));
    }

    private static String number(JsonNode node) {
        double value = node.asDouble();
        return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.1f", value);
    }

    private static String percent(JsonNode node) {
        return String.format(Locale.ROOT, "%.2f%%", node.asDouble() * 100);
    }
}
