package io.holdfast.placement;

import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.DeviceUse;
import java.util.List;

/** Decides for one request at a time. */
public interface Chooser {
    int NONE = -1;

    /** The row that takes the instance, or {@link #NONE}. The demand is compiled from the request's ask. */
    int choose(PlacementRequest request, Demand demand);

    /** Which device of the chosen row a share is to be of. */
    default DeviceUse.Choice devices(int row, PlacementRequest request) {
        return DeviceUse.Choice.TIGHTEST;
    }

    /** The best rows of the last choice, the chosen first. */
    List<Placement.Candidate> best();
}
