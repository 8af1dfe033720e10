package io.holdfast.benchmarks;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** How fast placement is, beside what is asked of it. Argument: a file of pods. */
public final class PlacementSpeed {
    private static final int FORKS = 1;
    private static final int WARM_UPS = 15;
    private static final int RUNS = 15;

    private PlacementSpeed() {}

    public static void main(String[] args) throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(PlacementRuns.class.getName() + ".*")
                        .param("pods", args[0])
                        .forks(FORKS)
                        .warmupIterations(WARM_UPS)
                        .measurementIterations(RUNS)
                        .jvmArgsAppend("-Xms4g", "-Xmx4g", "-XX:+UseSerialGC")
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
        System.out.println("| requests | nodes | placed | ms, mean | a second | bytes each | asked |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
        results.forEach(result -> System.out.println(row(result)));
    }

    private static String row(RunResult result) {
        String name = result.getPrimaryResult().getLabel();
        int nodes = Integer.parseInt(result.getParams().getParam("nodes"));
        int placed = name.equals("replicas") ? PlacementRuns.REPLICAS : nodes;
        double micros = result.getPrimaryResult().getScore();
        double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %.1f | %.0f | %.0f | %s |",
                name,
                nodes,
                placed,
                micros / 1000,
                placed / micros * 1e6,
                bytes / placed,
                asked(name, nodes));
    }

    private static String asked(String name, int nodes) {
        if (nodes != 10_000) {
            return "";
        }
        return switch (name) {
            case "plain" -> "100000 a second";
            case "spreadAndAffinity" -> "30000 a second";
            default -> "20 ms";
        };
    }
}
