package io.holdfast.placement.preempt;

import io.holdfast.model.job.JobType;
import io.holdfast.placement.BestFitEngine;
import io.holdfast.placement.Chooser;
import io.holdfast.placement.device.Workload;
import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds whom to stop for an instance that no node has room for: of all nodes and all sets of less important allocations there, the
 * one with the least priorities in sum; then the fewest victims, the least {@link Disruption}, the best score of the node afterwards,
 * the earlier row. Whatever the job demands of nodes is demanded of these, too.
 *
 * <p>Made once for a table and used again: it keeps sums of what is where, and renews those of rows that have changed. The table is
 * as it was when a search returns. Confined to the thread of the table.
 */
public final class Preemptor {
    /** Priorities whose sums are kept; the one that was not asked for the longest goes first. */
    private static final int MAX_OUTLOOKS = 8;

    private final NodeTable nodes;
    private final Workload workload;
    private Tenants[] tenants = new Tenants[0];
    private List<Dimension> dimensions = List.of();
    private final Map<Long, Outlook> outlooks = new LinkedHashMap<>(16, 0.75f, true);

    /** One that knows nothing of what usually comes. */
    public Preemptor(NodeTable nodes) {
        this(nodes, Workload.USUAL);
    }

    /** @param workload as of the engine that places */
    public Preemptor(NodeTable nodes, Workload workload) {
        this.nodes = nodes;
        this.workload = workload;
    }

    /**
     * @param request that found no node; one of a gang is refused, since room for it alone is of no use
     * @param type of its job
     */
    public Preempted search(PlacementRequest request, JobType type, Preemption policy, Disruption disruption) {
        if (!policy.allows(type)) {
            return new Preempted.None("preemption is off for " + type.text() + " jobs");
        }
        if (!request.gang().isEmpty()) {
            return new Preempted.None(
                    "gang " + request.gang() + " is placed as a whole, and no room is made for one alone");
        }
        Demand demand = Chain.demand(nodes, request.ask());
        int fitting = new BestFitEngine(workload).on(nodes).choose(request, demand);
        if (fitting != Chooser.NONE) {
            Node node = nodes.node(fitting);
            return new Preempted.Plan(node.id(), List.of(), 0, node.name() + " has room as it is");
        }
        refresh();
        Outlook outlook = outlooks.computeIfAbsent(
                (long) request.ask().priority() - Preemption.PRIORITY_GAP,
                highest -> new Outlook(nodes, dimensions.size(), highest));
        if (outlooks.size() > MAX_OUTLOOKS) {
            outlooks.remove(outlooks.keySet().iterator().next());
        }
        Afterwards afterwards = new Afterwards(nodes, workload, request, demand);
        return new Hunt(this, nodes, request, demand, disruption, outlook, afterwards).run();
    }

    /** Those of a row as it is now. */
    Tenants tenants(int row) {
        Tenants known = tenants[row];
        if (known == null || known.version != nodes.version(row)) {
            known = new Tenants(nodes, dimensions, row);
            tenants[row] = known;
        }
        return known;
    }

    /** Where there are more rows or more is counted than before, all is summed up anew. */
    private void refresh() {
        List<Dimension> now = nodes.dimensions();
        if (now.size() != dimensions.size() || tenants.length != nodes.length()) {
            dimensions = now;
            tenants = new Tenants[nodes.length()];
            outlooks.clear();
        }
    }
}
