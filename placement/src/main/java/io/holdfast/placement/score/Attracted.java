package io.holdfast.placement.score;

import io.holdfast.placement.request.Preferences.Affinity;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.placement.table.Share;
import java.util.List;
import java.util.function.IntPredicate;

/** How much of what the ask would like of a node's attributes it has: by weight, with what it would rather not have counted where it is not there. */
final class Attracted implements Scorer {
    private final IntPredicate[] matches;
    private final long[] parts;
    private final boolean[] wanted;

    Attracted(NodeTable nodes, List<Affinity> affinities) {
        matches = new IntPredicate[affinities.size()];
        parts = new long[matches.length];
        wanted = new boolean[matches.length];
        long all = affinities.stream().mapToLong(one -> Math.abs(one.weight())).sum();
        for (int i = 0; i < matches.length; i++) {
            Affinity affinity = affinities.get(i);
            matches[i] = nodes.match(affinity.constraint());
            parts[i] = Share.ONE / all * Math.abs(affinity.weight());
            wanted[i] = affinity.weight() > 0;
        }
    }

    @Override
    public String word() {
        return "affinity";
    }

    @Override
    public int weight() {
        return Scores.AFFINITY_WEIGHT;
    }

    @Override
    public long part(int row) {
        long sum = 0;
        for (int i = 0; i < matches.length; i++) {
            sum += matches[i].test(row) == wanted[i] ? parts[i] : 0;
        }
        return sum;
    }
}
