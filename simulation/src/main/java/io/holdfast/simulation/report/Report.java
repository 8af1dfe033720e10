package io.holdfast.simulation.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulation.replay.Ratios;
import io.holdfast.simulation.replay.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The runs, and their means by policy, as a document. */
public final class Report {
    /** Grows when a field changes its meaning or goes. */
    public static final int FORMAT_VERSION = 1;

    private Report() {}

    public static ObjectNode of(List<Run> runs) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("formatVersion", FORMAT_VERSION);
        ArrayNode items = report.putArray("runs");
        Map<String, List<Run>> byPolicy = new LinkedHashMap<>();
        for (Run run : runs) {
            items.add(run(run));
            byPolicy.computeIfAbsent(run.policy().word(), key -> new ArrayList<>())
                    .add(run);
        }
        ArrayNode summary = report.putArray("summary");
        byPolicy.forEach((policy, some) -> summary.add(means(policy, some)));
        return report;
    }

    private static ObjectNode run(Run run) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("policy", run.policy().word());
        node.put("seed", run.seed());
        node.put("nodes", run.nodes());
        node.put("nodesUsed", run.nodesUsed());
        node.put("nodesUsedPeak", run.nodesUsedPeak());
        node.put("lowerBoundSum", run.lowerBoundSum());
        node.put("lowerBoundLp", run.lowerBoundLp());
        node.put("pods", run.pods());
        node.put("placed", run.placed());
        node.put("refused", run.refused());
        ratios(node, run.atEnd());
        node.put("placementsPerSecond", rounded(run.placementsPerSecond(), 1));
        ratios(node.putObject("atFirstRefusal"), run.atFirstRefusal());
        return node;
    }

    private static void ratios(ObjectNode node, Ratios ratios) {
        node.put("gpuAllocatedRatio", rounded(ratios.gpu(), 6));
        node.put("cpuAllocatedRatio", rounded(ratios.cpu(), 6));
        node.put("memoryAllocatedRatio", rounded(ratios.memory(), 6));
    }

    private static ObjectNode means(String policy, List<Run> runs) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("policy", policy);
        node.put("runs", runs.size());
        node.put("nodes", mean(runs, Run::nodes, 3));
        node.put("nodesUsed", mean(runs, Run::nodesUsed, 3));
        node.put("nodesUsedPeak", mean(runs, Run::nodesUsedPeak, 3));
        node.put("lowerBoundSum", mean(runs, Run::lowerBoundSum, 3));
        node.put("lowerBoundLp", mean(runs, Run::lowerBoundLp, 3));
        node.put("pods", mean(runs, Run::pods, 3));
        node.put("placed", mean(runs, Run::placed, 3));
        node.put("refused", mean(runs, Run::refused, 3));
        ratios(node, means(runs, Run::atEnd));
        node.put("placementsPerSecond", mean(runs, Run::placementsPerSecond, 1));
        ratios(node.putObject("atFirstRefusal"), means(runs, Run::atFirstRefusal));
        return node;
    }

    private static Ratios means(List<Run> runs, Function<Run, Ratios> of) {
        return new Ratios(
                mean(runs, run -> of.apply(run).gpu(), 9),
                mean(runs, run -> of.apply(run).cpu(), 9),
                mean(runs, run -> of.apply(run).memory(), 9));
    }

    private static double mean(List<Run> runs, ToDoubleFunction<Run> of, int digits) {
        return rounded(runs.stream().mapToDouble(of).average().orElse(0), digits);
    }

    private static double rounded(double value, int digits) {
        double unit = Math.pow(10, digits);
        return Math.round(value * unit) / unit;
    }
}
