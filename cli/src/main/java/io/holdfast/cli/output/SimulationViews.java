package io.holdfast.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** What came of a simulation, as a table: the means by policy. */
public final class SimulationViews {
    private SimulationViews() {}

    public static void report(Console console, JsonNode report) {
        Table table = new Table(
                "POLICY",
                "RUNS",
                "NODES",
                "USED",
                "BOUND",
                "LP",
                "PODS",
                "REFUSED",
                "GPU",
                "CPU",
                "MEMORY",
                "PER SECOND");
        for (JsonNode one : report.path("summary")) {
            table.row(
                    one.path("policy").asText(),
                    one.path("runs").asText(),
                    number(one.path("nodes")),
                    number(one.path("nodesUsed")),
                    number(one.path("lowerBoundSum")),
                    number(one.path("lowerBoundLp")),
                    number(one.path("pods")),
                    number(one.path("refused")),
                    percent(one.path("gpuAllocatedRatio")),
                    percent(one.path("cpuAllocatedRatio")),
                    percent(one.path("memoryAllocatedRatio")),
                    String.format(
                            Locale.ROOT, "%.0f", one.path("placementsPerSecond").asDouble()));
        }
        table.print(console.out(), console.colours());
    }

    private static String number(JsonNode node) {
        double value = node.asDouble();
        return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.1f", value);
    }

    private static String percent(JsonNode node) {
        return String.format(Locale.ROOT, "%.2f%%", node.asDouble() * 100);
    }
}
