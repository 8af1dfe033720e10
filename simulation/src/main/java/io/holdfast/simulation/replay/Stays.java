package io.holdfast.simulation.replay;

import io.holdfast.placement.Placement;
import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.simulation.trace.Pod;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Pods that have a node and will leave it, the next first; of those of one second, the first placed. */
final class Stays {
    private record Stay(Pod pod, int number, Placement.Placed place) {}

    private final NodeTable table;
    private final Tally tally;
    private final PriorityQueue<Stay> ending = new PriorityQueue<>(
            Comparator.comparingLong((Stay stay) -> stay.pod().departureSeconds())
                    .thenComparingInt(Stay::number));
    private int number;

    Stays(NodeTable table, Tally tally) {
        this.table = table;
        this.tally = tally;
    }

    void begin(Pod pod, Placement.Placed place) {
        if (pod.departureSeconds() != Pod.STAYS) {
            ending.add(new Stay(pod, number++, place));
        }
    }

    /** Those that leave up to this second, with it, give back what they had. */
    void endUntil(long second) {
        while (!ending.isEmpty() && ending.peek().pod().departureSeconds() <= second) {
            Stay stay = ending.remove();
            String nodeId = stay.place().nodeId();
            table.give(
                    table.rowOf(nodeId),
                    Chain.demand(table, stay.pod().ask()),
                    stay.place().grant());
            tally.departed(stay.pod(), nodeId);
        }
    }
}
