package io.holdfast.simulation.replay;

import io.holdfast.placement.BestFitEngine;
import io.holdfast.placement.PlacementEngine;
import io.holdfast.placement.device.Workload;
import io.holdfast.placement.request.Ask;
import io.holdfast.simulation.peer.Peers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A way to choose nodes. */
public enum Policy {
    /** The product's own, which knows what usually comes. */
    HOLDFAST,
    /** The same, which knows only what has come so far. */
    HOLDFAST_LEARNED,
    /** Nomad's score, for services: a sample of nodes. */
    NOMAD,
    /** Nomad's score, for batch jobs: a sample of two. */
    NOMAD_BATCH,
    /** Kubernetes' NodeResourcesFit, to pack. */
    MOST_ALLOCATED,
    /** Kubernetes' NodeResourcesFit, as it is by default. */
    LEAST_ALLOCATED,
    /** Alignment of what is asked for with what is left. */
    DOT_PRODUCT,
    /** GPUs in use first. */
    PACKING,
    /** The least left. */
    BEST_FIT,
    /** Fragmentation gradient descent. */
    FGD,
    /** Any node. */
    RANDOM;

    /** As users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Policy> of(String word) {
        return Arrays.stream(values())
                .filter(policy -> policy.word().equals(word))
                .findFirst();
    }

    /** Whether it begins anew, now and then, with what has come. */
    boolean learns() {
        return this == HOLDFAST_LEARNED;
    }

    /** @param known what usually comes: the trace, or what has come so far */
    PlacementEngine engine(List<Ask> known, long seed) {
        return switch (this) {
            case HOLDFAST -> new BestFitEngine(Workload.of(known));
            case HOLDFAST_LEARNED -> known.isEmpty() ? new BestFitEngine() : new BestFitEngine(Workload.of(known));
            case NOMAD -> Peers.nomad(seed);
            case NOMAD_BATCH -> Peers.nomadBatch(seed);
            case MOST_ALLOCATED -> Peers.mostAllocated();
            case LEAST_ALLOCATED -> Peers.leastAllocated();
            case DOT_PRODUCT -> Peers.dotProduct();
            case PACKING -> Peers.packing();
            case BEST_FIT -> Peers.bestFit();
            case FGD -> Peers.fgd(known);
            case RANDOM -> Peers.random(seed);
        };
    }
}
