package io.holdfast.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/** How fast placement, preemption and repacking are, beside what is asked of them and beside peers' formulas. Arguments: a file of pods and, for how full GPUs
 * get, one of nodes. */
public final class PlacementSpeed {
    private static final int FORKS = 1;
    private static final int WARM_UPS = 15;

    /** Of what takes some 10 ms each time: fifteen of it are over before the compiler is. */
    private static final int SHORT_WARM_UPS = 100;

    private static final int RUNS = 15;
    private static final int SEARCH_RUNS = 5;
    private static final int PEERS_RUNS = 5;

    private PlacementSpeed() {}

    public static void main(String[] args) throws Exception {
        List<RunResult> results =
                new ArrayList<>(run(PlacementRuns.class, "(plain|spread.*)", args[0], WARM_UPS, RUNS));
        results.addAll(run(PlacementRuns.class, "replicas", args[0], SHORT_WARM_UPS, RUNS));
        Collection<RunResult> peers = run(PeerRuns.class, ".*", args[0], WARM_UPS, PEERS_RUNS);
        Collection<RunResult> searches = run(PreemptionRuns.class, ".*", args[0], SEARCH_RUNS, SEARCH_RUNS);
        System.out.println("| requests | nodes | placed | ms, mean | a second | bytes each | asked |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
        results.forEach(result -> System.out.println(row(result)));
        System.out.printf("%nThe plain requests, 10000 nodes, by policy%n%n");
        System.out.println("| policy | placed | ms, mean | a second |");
        System.out.println("| --- | --- | --- | --- |");
        peers.forEach(result -> System.out.println(peer(result)));
        System.out.printf("%nPreemption, 10000 full nodes; asked: below 5 ms%n%n");
        searches.forEach(result -> System.out.println(search(result)));
        ReplayRuns.print(Path.of(args[0]));
        if (args.length > 1) {
            GpuRuns.print(Path.of(args[0]), Path.of(args[1]));
        }
        RepackingRuns.print(PodShapes.read(Path.of(args[0])));
    }

    private static Collection<RunResult> run(Class<?> runs, String names, String pods, int warmUps, int measured)
            throws Exception {
        return new Runner(new OptionsBuilder()
                        .include(runs.getName() + "\\." + names)
                        .param("pods", pods)
                        .forks(FORKS)
                        .warmupIterations(warmUps)
                        .measurementIterations(measured)
                        .warmupTime(TimeValue.seconds(2))
                        .measurementTime(TimeValue.seconds(2))
                        .jvmArgsAppend("-Xms4g", "-Xmx4g", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch")
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    private static String peer(RunResult result) {
        double micros = result.getPrimaryResult().getScore();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.1f | %.0f |",
                result.getParams().getParam("policy"),
                PeerRuns.REQUESTS,
                micros / 1000,
                PeerRuns.REQUESTS / micros * 1e6);
    }

    private static String search(RunResult result) {
        Statistics statistics = result.getPrimaryResult().getStatistics();
        return String.format(
                Locale.ROOT,
                "mean %.2f ms, median %.2f ms, 99th percentile %.2f ms, largest %.2f ms",
                statistics.getMean() / 1000,
                statistics.getPercentile(50) / 1000,
                statistics.getPercentile(99) / 1000,
                statistics.getMax() / 1000);
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
