package io.holdfast.benchmarks;

import io.holdfast.simulation.replay.Policy;
import io.holdfast.simulation.replay.Replay;
import io.holdfast.simulation.replay.Run;
import io.holdfast.simulation.trace.Pod;
import io.holdfast.simulation.trace.Pods;
import io.holdfast.simulation.trace.TraceInvalid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The trace replayed on equal nodes as {@code holdfast simulate} does, again and again in one process: how many nodes each policy uses, and
 * how fast it is in a process that has just started and in one that has run for a while, as a scheduler has.
 */
final class ReplayRuns {
    private static final int ROUNDS = 60;
    private static final int MEASURED = 11;
    private static final int PEERS_ROUNDS = 3;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private ReplayRuns() {}

    static void print(Path file) throws IOException, TraceInvalid {
        List<Pod> pods = Pods.withoutGpus(Pods.read(file));
        Replay replay = new Replay(
                io.holdfast.simulation.replay.Fleet.asNeeded(Fleet.CPU_MILLIS, Fleet.MEMORY_BYTES)
                        .of(pods),
                pods,
                System::nanoTime);
        System.out.printf("%nThe trace on equal nodes, in its order; asked: 674 nodes, 100000 a second%n%n");
        System.out.println(
                "| policy | pods placed | nodes used | a second, first run | a second, median of the last runs |");
        System.out.println("| --- | --- | --- | --- | --- |");
        for (Policy policy : List.of(
                Policy.HOLDFAST, Policy.MOST_ALLOCATED, Policy.LEAST_ALLOCATED, Policy.NOMAD, Policy.NOMAD_BATCH)) {
            print(policy, replay, pods);
        }
        Run batch = replay.batch(Policy.HOLDFAST, pods, 0);
        System.out.printf(
                Locale.ROOT,
                "%nAll at once; asked: 669 nodes within 10 s: %d placed on %d nodes in %.1f s%n",
                batch.placed(),
                batch.nodesUsed(),
                batch.nanos() / (double) NANOS_A_SECOND);
    }

    private static void print(Policy policy, Replay replay, List<Pod> pods) {
        int rounds = policy == Policy.HOLDFAST ? ROUNDS : PEERS_ROUNDS;
        int measured = Math.min(MEASURED, rounds);
        double[] speeds = new double[rounds];
        Run run = null;
        for (int round = 0; round < rounds; round++) {
            run = replay.arrivals(policy, pods, 0);
            speeds[round] = run.placed() * (double) NANOS_A_SECOND / run.nanos();
        }
        double[] last = Arrays.copyOfRange(speeds, rounds - measured, rounds);
        Arrays.sort(last);
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %.0f | %.0f |%n",
                policy.word(),
                run.placed(),
                run.nodesUsed(),
                speeds[0],
                last[measured / 2]);
    }
}
