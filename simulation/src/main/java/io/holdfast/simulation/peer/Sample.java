package io.holdfast.simulation.peer;

import io.holdfast.placement.Chooser;
import io.holdfast.placement.Placement;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import java.util.Random;

/** Walks the rows in an order of chance until so many pass the filters, and takes the one with the highest score; of equal ones, the first met. */
final class Sample implements Chooser {
    private final NodeTable nodes;
    private final Formula formula;
    private final Feasible feasible;
    private final int limit;
    private final Random random;
    private final int[] rows;
    private int chosen = NONE;
    private double best;

    Sample(NodeTable nodes, Formula formula, int limit, Random random) {
        this.nodes = nodes;
        this.formula = formula;
        this.feasible = new Feasible(nodes);
        this.limit = limit;
        this.random = random;
        this.rows = nodes.present().stream().toArray();
    }

    @Override
    public int choose(PlacementRequest request, Demand demand) {
        feasible.begin(demand);
        chosen = NONE;
        best = -1;
        int met = 0;
        for (int i = 0; i < rows.length && met < limit; i++) {
            // a shuffle (Fisher-Yates) that goes only as far as it is needed
            int other = i + random.nextInt(rows.length - i);
            int row = rows[other];
            rows[other] = rows[i];
            rows[i] = row;
            if (!feasible.passes(row)) {
                continue;
            }
            met++;
            double score = formula.score(row, demand.ask());
            if (score > best) {
                best = score;
                chosen = row;
            }
        }
        return chosen;
    }

    @Override
    public List<Placement.Candidate> best() {
        return List.of(new Placement.Candidate(nodes.node(chosen).id(), best, List.of()));
    }
}
