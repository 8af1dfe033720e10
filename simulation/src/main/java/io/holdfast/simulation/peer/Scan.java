package io.holdfast.simulation.peer;

import io.holdfast.placement.Chooser;
import io.holdfast.placement.Placement;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.NodeTable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a formula of every row that passes the filters, and takes the highest; of equal ones, the lowest row. A score is kept as long as
 * its row stays as it is.
 */
final class Scan implements Chooser {
    /** Asks whose scores are kept; the one that was not asked for the longest goes first. */
    private static final int MAX_REMEMBERED = 1024;

    /** Scores of one ask by row, each with the version of the row that it is of. */
    private record Scores(double[] values, int[] versions) {
        static Scores of(int length) {
            int[] versions = new int[length];
            Arrays.fill(versions, -1);
            return new Scores(new double[length], versions);
        }
    }

    private final NodeTable nodes;
    private final Formula formula;
    private final Feasible feasible;
    private final Map<Ask, Scores> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Ask, Scores> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    private int chosen = NONE;
    private double best;

    Scan(NodeTable nodes, Formula formula) {
        this.nodes = nodes;
        this.formula = formula;
        this.feasible = new Feasible(nodes);
    }

    @Override
    public int choose(PlacementRequest request, Demand demand) {
        Ask ask = demand.ask();
        feasible.begin(demand);
        Scores scores = remembered.computeIfAbsent(ask, key -> Scores.of(nodes.length()));
        chosen = NONE;
        best = -1;
        for (int row = 0; row < nodes.length(); row++) {
            if (!feasible.passes(row)) {
                continue;
            }
            if (scores.versions[row] != nodes.version(row)) {
                scores.versions[row] = nodes.version(row);
                scores.values[row] = formula.score(row, ask);
            }
            if (scores.values[row] > best) {
                best = scores.values[row];
                chosen = row;
            }
        }
        return chosen;
    }

    @Override
    public DeviceUse.Choice devices(int row, PlacementRequest request) {
        int device = formula.device(row, request.ask());
        return device < 0 ? DeviceUse.Choice.TIGHTEST : (use, group, thousandths) -> device;
    }

    @Override
    public List<Placement.Candidate> best() {
        return List.of(new Placement.Candidate(nodes.node(chosen).id(), best, List.of()));
    }
}
