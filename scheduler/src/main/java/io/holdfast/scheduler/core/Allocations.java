package io.holdfast.scheduler.core;

import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;

/** Allocations that differ in one respect. */
final class Allocations {
    private Allocations() {}

    static Allocation desired(Allocation a, Desired desired, String reason) {
        return new Allocation(
                a.id(),
                a.job(),
                a.jobVersion(),
                a.group(),
                a.index(),
                a.nodeId(),
                a.specHash(),
                desired,
                a.state(),
                reason,
                a.createdAtMillis(),
                a.startedAtMillis(),
                a.finishedAtMillis(),
                a.tasks());
    }

    static Allocation lost(Allocation a, String reason) {
        return new Allocation(
                a.id(),
                a.job(),
                a.jobVersion(),
                a.group(),
                a.index(),
                a.nodeId(),
                a.specHash(),
                a.desired(),
                AllocationState.LOST,
                reason,
                a.createdAtMillis(),
                a.startedAtMillis(),
                a.finishedAtMillis(),
                a.tasks());
    }

    /**
     * As it was reported. The node's clock may be ahead of the leader's, and what is to come is no basis for anything: its
     * times are taken as now. The leader's reason for a stop stands where the node has none of its own.
     */
    static Allocation reported(Allocation a, AllocationReport report, long nowMillis) {
        boolean keepReason = report.reason().isEmpty() && a.desired() == Desired.STOP;
        return new Allocation(
                a.id(),
                a.job(),
                a.jobVersion(),
                a.group(),
                a.index(),
                a.nodeId(),
                a.specHash(),
                a.desired(),
                report.state(),
                keepReason ? a.reason() : report.reason(),
                a.createdAtMillis(),
                Math.min(report.startedAtMillis(), nowMillis),
                Math.min(report.finishedAtMillis(), nowMillis),
                report.tasks());
    }
}
