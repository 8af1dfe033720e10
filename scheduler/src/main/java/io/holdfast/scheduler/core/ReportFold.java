package io.holdfast.scheduler.core;

import io.holdfast.cluster.PublishReport;
import io.holdfast.model.Clock;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.Report;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds what agents report into the state. Only what the life-cycle table allows is believed. What goes on is folded at once and
 * told as an observed event; an end waits in {@link Results} until it is committed, so that nobody sees a result that could be
 * lost, and the agent is not permitted to forget it before.
 */
final class ReportFold {
    private static final Logger LOG = LoggerFactory.getLogger(ReportFold.class);

    private final ClusterState state;
    private final NodeTracker nodes;
    private final Results results;
    private final Clock clock;
    private final Consumer<Allocation> observed;
    private final LongConsumer higherEpoch;

    /**
     * @param observed is told of each allocation whose going on was folded
     * @param higherEpoch is told of epochs that agents have seen
     */
    ReportFold(
            ClusterState state,
            NodeTracker nodes,
            Results results,
            Clock clock,
            Consumer<Allocation> observed,
            LongConsumer higherEpoch) {
        this.state = state;
        this.nodes = nodes;
        this.results = results;
        this.clock = clock;
        this.observed = observed;
        this.higherEpoch = higherEpoch;
    }

    /** Folding the same report again changes nothing. */
    void fold(Report report, String clusterId) {
        if (!report.clusterId().isEmpty() && !report.clusterId().equals(clusterId)) {
            LOG.warn("report of node {} is of cluster {}, this is {}", report.nodeId(), report.clusterId(), clusterId);
            return;
        }
        Node node = nodes.node(report.nodeId()).orElse(null);
        if (node == null
                || node.lastReport
                        .filter(last -> PublishReport.newer(last, report))
                        .isPresent()) {
            return;
        }
        if (!report.clusterId().isEmpty()) {
            higherEpoch.accept(report.epochSeen());
        }
        for (AllocationReport one : report.allocations()) {
            state.allocation(one.allocationId())
                    .filter(a -> a.nodeId().equals(report.nodeId()))
                    .ifPresent(a -> fold(a, one));
        }
        nodes.reported(node, report);
    }

    private void fold(Allocation a, AllocationReport report) {
        if (a.state().terminal() || !a.state().mayBecome(report.state())) {
            return;
        }
        if (report.state().terminal()) {
            results.end(report);
            return;
        }
        Allocation next = Allocations.reported(a, report, clock.nowMillis());
        if (!next.equals(a)) {
            state.put(next);
            observed.accept(next);
        }
    }
}
