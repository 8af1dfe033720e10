package io.holdfast.placement.score;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * All scores beside the fit, and how much each weighs. What an ask says nothing of does not weigh, so that a score is always a
 * mean of what matters to it.
 *
 * <p>The order of importance: not to fail again outweighs all else together. What a user has asked for outweighs what the cluster
 * would like. A badly packed node stays, while a download happens once.
 */
public final class Scores {
    /** How well it fits: by this the others are measured. */
    public static final int FIT_WEIGHT = 6;

    static final int LAYERS_WEIGHT = 1;
    static final int AFFINITY_WEIGHT = 12;
    static final int SPREAD_WEIGHT = 12;
    static final int NOT_FAILED_WEIGHT = 1 + FIT_WEIGHT + LAYERS_WEIGHT + AFFINITY_WEIGHT + SPREAD_WEIGHT;

    static final BitSet NO_ROWS = new BitSet(0);

    private Scores() {}

    /** @param failed nodes that it just failed on */
    public static List<Scorer> of(NodeTable nodes, Ask ask, List<String> failed) {
        List<Scorer> scorers = new ArrayList<>();
        if (!failed.isEmpty()) {
            scorers.add(new NotFailed(nodes, failed));
        }
        if (!ask.preferences().spreads().isEmpty()) {
            scorers.add(new Spreading(nodes, ask));
        }
        if (!ask.preferences().affinities().isEmpty()) {
            scorers.add(new Attracted(nodes, ask.preferences().affinities()));
        }
        if (!ask.preferences().layers().isEmpty()) {
            scorers.add(new LayersThere(nodes, ask.preferences().layers()));
        }
        return scorers;
    }
}
