package io.holdfast.simulation.peer;

import io.holdfast.placement.Chooser;
import io.holdfast.placement.Placement;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import java.util.Random;

/** Any row that passes the filters, and any of its devices that has enough left; each as likely as the other. */
final class RandomRow implements Chooser {
    private final NodeTable nodes;
    private final Feasible feasible;
    private final Random random;
    private int chosen = NONE;

    RandomRow(NodeTable nodes, Random random) {
        this.nodes = nodes;
        this.feasible = new Feasible(nodes);
        this.random = random;
    }

    @Override
    public int choose(PlacementRequest request, Demand demand) {
        feasible.begin(demand);
        chosen = NONE;
        int met = 0;
        for (int row = 0; row < nodes.length(); row++) {
            if (feasible.passes(row) && random.nextInt(++met) == 0) {
                chosen = row;
            }
        }
        return chosen;
    }

    @Override
    public DeviceUse.Choice devices(int row, PlacementRequest request) {
        return (use, group, thousandths) -> {
            int[] free = use.free(group);
            int device = -1;
            int met = 0;
            for (int i = 0; i < free.length; i++) {
                if (free[i] >= thousandths && random.nextInt(++met) == 0) {
                    device = i;
                }
            }
            return device;
        };
    }

    @Override
    public List<Placement.Candidate> best() {
        return List.of(new Placement.Candidate(nodes.node(chosen).id(), 0, List.of()));
    }
}
