package io.holdfast.placement;

import io.holdfast.model.job.Constraint;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests placed one after the other on the same columns.
 *
 * <p>Requests mostly come in runs of one shape (the instances of a group), and two facts about best fit make a run cheap
 * without changing any answer: a node that won becomes fuller, so its score rises while all others stay, and it wins again
 * until it is full; and where a request found no node, an equal one straight after finds none either. So a run scans the nodes
 * once per node filled, not once per instance.
 */
final class Batch {
    private final NodeColumns nodes;
    private final BitSet avoided;
    private final int[] noSiblings;
    private final Map<String, int[]> siblingsByKey = new HashMap<>();
    private final Map<List<Constraint>, BitSet> lastingByConstraints = new HashMap<>();
    private final Map<List<Layer>, double[]> sharesByLayers = new HashMap<>();

    private PlacementRequest last;
    private Demand demand;
    private double[] layerShares = new double[0];
    private int winner = -1;
    private double winnerScore;
    private Placement.Unplaced refusal;

    Batch(NodeColumns nodes) {
        this.nodes = nodes;
        this.avoided = new BitSet(nodes.count());
        this.noSiblings = new int[nodes.count()];
    }

    Placement place(PlacementRequest request) {
        boolean run = last != null && sameShape(last, request);
        if (!run) {
            begin(request);
        }
        last = request;
        if (refusal != null) {
            return refusal;
        }
        int[] siblings = siblings(request);
        if (!run || !winsAgain()) {
            winner = best(siblings);
        }
        if (winner < 0) {
            refusal = Explanation.of(nodes, demand);
            return refusal;
        }
        winnerScore = score(winner);
        nodes.take(winner, demand);
        if (siblings != noSiblings) {
            siblings[winner]++;
        }
        return new Placement.Placed(nodes.id(winner), winnerScore);
    }

    /** An instance that needs nothing of what the score counts does not raise it: then the others have to be asked again. */
    private boolean winsAgain() {
        return nodes.fits(winner, demand) && score(winner) > winnerScore;
    }

    private double score(int node) {
        return Score.of(nodes, node, demand, layerShares, avoided.get(node));
    }

    private static boolean sameShape(PlacementRequest one, PlacementRequest other) {
        return one.resources().equals(other.resources())
                && one.antiAffinityKey().equals(other.antiAffinityKey())
                && one.constraints().equals(other.constraints())
                && one.avoid().equals(other.avoid())
                && one.layers().equals(other.layers());
    }

    private void begin(PlacementRequest request) {
        if (demand == null || !demand.isOf(request)) {
            demand = new Demand(request.resources(), request.constraints(), lasting(request.constraints()));
        }
        layerShares = sharesByLayers.computeIfAbsent(request.layers(), nodes::layerShares);
        refusal = null;
        avoided.clear();
        mark(request.avoid());
    }

    private void mark(List<String> avoid) {
        for (int i = 0; i < avoid.size(); i++) {
            int node = nodes.indexOf(avoid.get(i));
            if (node >= 0) {
                avoided.set(node);
            }
        }
    }

    private BitSet lasting(List<Constraint> constraints) {
        return lastingByConstraints.computeIfAbsent(constraints, key -> {
            BitSet candidates = Demand.all(nodes);
            Demand.lasting(constraints).forEach(filter -> filter.narrow(candidates, nodes));
            return candidates;
        });
    }

    /** One pass over the nodes; the room is asked for here, all dimensions of a node together, and by its filters only to explain. */
    private int best(int[] siblings) {
        BitSet candidates = demand.lasting();
        int best = -1;
        double bestScore = -1;
        for (int node = candidates.nextSetBit(0); node >= 0; node = candidates.nextSetBit(node + 1)) {
            if (!nodes.fits(node, demand)) {
                continue;
            }
            double score = score(node);
            if (score > bestScore || (score == bestScore && siblings[node] < siblings[best])) {
                best = node;
                bestScore = score;
            }
        }
        return best;
    }

    /** How many instances of its key each node holds. */
    private int[] siblings(PlacementRequest request) {
        if (request.antiAffinityKey().isEmpty()) {
            return noSiblings;
        }
        return siblingsByKey.computeIfAbsent(request.antiAffinityKey(), key -> {
            int[] counts = new int[nodes.count()];
            for (String nodeId : request.siblings()) {
                int node = nodes.indexOf(nodeId);
                if (node >= 0) {
                    counts[node]++;
                }
            }
            return counts;
        });
    }
}
