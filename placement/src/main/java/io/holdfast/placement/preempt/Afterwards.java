package io.holdfast.placement.preempt;

import io.holdfast.placement.device.Workload;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.score.FitScore;
import io.holdfast.placement.score.Scorer;
import io.holdfast.placement.score.Scores;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.placement.table.Siblings;
import java.util.BitSet;

/** The score that a row would have once some of its tenants have gone: by it the engine would choose. */
final class Afterwards {
    private static final Scorer[] NO_SCORERS = {};

    private final NodeTable nodes;
    private final Demand demand;
    private final FitScore fit;
    private final Scorer[] scorers;

    /** Rows whose fit is not told by how full they are. */
    private final BitSet particular;

    /** As they were after so many changes of the table: trying who has to go is one. */
    private Siblings siblings;

    private long changes = -1;

    private final long[] freed;

    Afterwards(NodeTable nodes, Workload workload, PlacementRequest request, Demand demand) {
        this.nodes = nodes;
        this.demand = demand;
        this.fit = new FitScore(nodes, workload);
        this.fit.begin(demand);
        this.scorers = Scores.of(nodes, request.ask(), request.failed()).toArray(NO_SCORERS);
        this.particular = fit.particular();
        this.freed = new long[nodes.dimensions().size()];
    }

    /** Whether they have to go in the table for the score to be told. */
    boolean needsTrial(int row, Tenants tenants, int[] victims) {
        if (particular.get(row)) {
            return true;
        }
        String group = demand.ask().group();
        for (int victim : victims) {
            if (!group.isEmpty() && tenants.holdings[victim].ask().group().equals(group)) {
                return true;
            }
        }
        return false;
    }

    long score(int row, Tenants tenants, int[] victims, Evicting evicting) {
        if (needsTrial(row, tenants, victims)) {
            for (int victim : victims) {
                evicting.stop(victim);
            }
            long score = Scores.FIT_WEIGHT * fit.part(row) + others(row);
            for (int victim : victims) {
                evicting.resume(victim);
            }
            return score;
        }
        long[] amounts = tenants.amounts;
        for (int d = 0; d < freed.length; d++) {
            freed[d] = 0;
            for (int victim : victims) {
                freed[d] += amounts[victim * freed.length + d];
            }
        }
        return Scores.FIT_WEIGHT * (fit.base() + fit.times() * nodes.fitPart(row, demand, freed)) + others(row);
    }

    /**
     * What the score of a row may be at most, when this is freed of it at least; the largest long where that cannot be told.
     *
     * @param lack by dimension
     */
    long atMost(int row, long[] lack) {
        if (particular.get(row) || siblings().on(row) > 0 || !nodes.packs(row)) {
            return Long.MAX_VALUE;
        }
        return Scores.FIT_WEIGHT * (fit.base() + fit.times() * nodes.fitPart(row, demand, lack)) + others(row);
    }

    private Siblings siblings() {
        if (changes != nodes.changes()) {
            changes = nodes.changes();
            siblings = nodes.company().ofGroup(demand.ask().group());
        }
        return siblings;
    }

    private long others(int row) {
        long sum = 0;
        for (Scorer scorer : scorers) {
            sum += scorer.weight() * scorer.part(row);
        }
        return sum;
    }
}
