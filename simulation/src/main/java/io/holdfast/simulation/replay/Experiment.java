package io.holdfast.simulation.replay;

import io.holdfast.simulation.trace.Pod;
import io.holdfast.simulation.trace.TraceInvalid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which runs there are: each policy with the pods of each seed.
 *
 * @param firstSeed of the draws, and of policies that leave something to chance
 * @param seeds how many; 0 for one run in the order of the trace
 * @param gpuDemand of all pods together, as a part of what the nodes have; 0 for the pods of the trace, each once
 * @param mode how the pods of a run come
 */
public record Experiment(
        Fleet fleet,
        List<Pod> trace,
        List<Policy> policies,
        long firstSeed,
        int seeds,
        double gpuDemand,
        Mode mode,
        LongSupplier nanos) {

    public Experiment {
        trace = List.copyOf(trace);
        policies = List.copyOf(policies);
    }

    /** The pods of the trace that no run can place. */
    public Optional<Oversized> oversized() {
        return Oversized.among(trace, fleet.of(trace));
    }

    /** By policy, then by seed. The first of each policy tells how full its nodes are. */
    public List<Run> run() throws TraceInvalid {
        List<Run> runs = new ArrayList<>();
        for (Policy policy : policies) {
            for (int i = 0; i < Math.max(1, seeds); i++) {
                Run run = run(policy, pods(firstSeed + i), firstSeed + i);
                runs.add(i == 0 ? run : run.countsOnly());
            }
        }
        return runs;
    }

    private List<Pod> pods(long seed) throws TraceInvalid {
        if (seeds == 0) {
            return trace;
        }
        if (gpuDemand == 0) {
            return Arrivals.shuffled(trace, seed);
        }
        long capacity = Arrivals.gpuThousandths(fleet.of(trace));
        if (capacity == 0) {
            throw new TraceInvalid("no node has a GPU, so that there is nothing for a demand to be a part of");
        }
        return Arrivals.drawn(trace, seed, (long) (gpuDemand * capacity));
    }

    private Run run(Policy policy, List<Pod> pods, long seed) {
        Fleet nodes = fleet;
        while (true) {
            Run run = run(new Replay(nodes.of(together(pods)), trace, nanos), policy, pods, seed);
            // a pod that is larger than a node is refused by however many; so many as pods are always enough for the
            // rest
            if (run.refused() == 0 || !nodes.grows() || run.nodes() >= pods.size()) {
                return run;
            }
            nodes = nodes.doubled();
        }
    }

    private Run run(Replay replay, Policy policy, List<Pod> pods, long seed) {
        return switch (mode) {
            case ARRIVALS -> replay.arrivals(policy, pods, seed);
            case BATCH -> replay.batch(policy, pods, seed);
            case DEPARTURES -> replay.departures(policy, pods, seed);
        };
    }

    /** Those that need nodes at one time. */
    private List<Pod> together(List<Pod> pods) {
        return mode == Mode.DEPARTURES ? Busiest.of(Arrivals.byTime(pods)) : pods;
    }
}
