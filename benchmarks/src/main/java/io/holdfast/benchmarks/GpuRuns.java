package io.holdfast.benchmarks;

import io.holdfast.simulation.replay.Experiment;
import io.holdfast.simulation.replay.Mode;
import io.holdfast.simulation.replay.Policy;
import io.holdfast.simulation.trace.Nodes;
import io.holdfast.simulation.trace.Pods;
import io.holdfast.simulation.trace.TraceInvalid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much of all GPUs is allocated once pods that ask for all of them have arrived, as FGD counts it: on the trace's nodes that have
 * any, the mean of ten orders of arrival. It is the peers' published figures that tell whether their formulas are built rightly.
 */
final class GpuRuns {
    private static final int SEEDS = 10;
    private static final double WHOLE_DEMAND = 1;

    /** Percent, Q. Weng et al., "Beware of Fragmentation" (USENIX ATC 2023). */
    private static final Map<Policy, Double> PUBLISHED = Map.of(
            Policy.FGD,
            95.2,
            Policy.BEST_FIT,
            92.9,
            Policy.PACKING,
            91.8,
            Policy.DOT_PRODUCT,
            90.6,
            Policy.RANDOM,
            86.3);

    private GpuRuns() {}

    static void print(Path podsFile, Path nodesFile) throws IOException, TraceInvalid {
        System.out.printf(
                "%nGPUs allocated, %d orders of arrival; asked: above 95.2 %%, peers within 1.5 of published%n%n",
                SEEDS);
        System.out.println("| policy | GPUs allocated, % | published |");
        System.out.println("| --- | --- | --- |");
        for (Policy policy : List.of(
                Policy.HOLDFAST,
                Policy.HOLDFAST_LEARNED,
                Policy.FGD,
                Policy.BEST_FIT,
                Policy.PACKING,
                Policy.DOT_PRODUCT,
                Policy.RANDOM,
                Policy.MOST_ALLOCATED,
                Policy.LEAST_ALLOCATED,
                Policy.NOMAD,
                Policy.NOMAD_BATCH)) {
            double mean = new Experiment(
                            io.holdfast.simulation.replay.Fleet.fixed(Nodes.withDevices(Nodes.read(nodesFile))),
                            Pods.read(podsFile),
                            List.of(policy),
                            1,
                            SEEDS,
                            WHOLE_DEMAND,
                            Mode.ARRIVALS,
                            System::nanoTime)
                    .run().stream()
                            .mapToDouble(run -> run.atEnd().gpu())
                            .average()
                            .orElseThrow();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f | %s |%n",
                    policy.word(),
                    mean * 100,
                    PUBLISHED.containsKey(policy) ? PUBLISHED.get(policy).toString() : "");
        }
    }
}
