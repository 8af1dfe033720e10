package io.holdfast.placement.score;

import io.holdfast.placement.device.WasteFit;
import io.holdfast.placement.device.Workload;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.Fit;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.placement.table.Share;
import java.util.BitSet;

/**
 * How well an instance fits: on nodes without devices, how full they would be. Where there are devices, first how much of them it
 * wastes, and how full the node would be only among those that waste the same.
 */
public final class FitScore {
    private static final int REST_BITS = 52 - Fit.FULL_BITS;

    private final NodeTable nodes;
    private final WasteFit waste;
    private boolean devices;
    private Demand demand;

    public FitScore(NodeTable nodes, Workload workload) {
        this.nodes = nodes;
        this.waste = new WasteFit(nodes, workload);
    }

    public void begin(Demand next) {
        demand = next;
        devices = !nodes.withDevices().isEmpty();
        if (devices) {
            waste.begin(next.ask());
        }
    }

    /** As a {@link Share}. */
    public long part(int row) {
        long fit = nodes.fitPart(row, demand);
        if (!devices) {
            return fit << REST_BITS;
        }
        long level = nodes.withDevices().get(row) ? waste.level(row, demand.ask()) : WasteFit.NEUTRAL;
        return (level << Fit.FULL_BITS) + fit;
    }

    /** The part of a row without devices is this plus {@link #times} how full it is. */
    public long base() {
        return devices ? WasteFit.NEUTRAL << Fit.FULL_BITS : 0;
    }

    public long times() {
        return devices ? 1 : 1L << REST_BITS;
    }

    /** Rows whose fit is not told by how full they are. */
    public BitSet particular() {
        return nodes.withDevices();
    }

    public int device(int row, Ask ask) {
        return waste.device(row, ask);
    }
}
