package io.holdfast.model.state;

import java.util.List;

/** What an agent observed of one allocation. */
public record AllocationReport(
        String allocationId,
        AllocationState state,
        String reason,
        long startedAtMillis,
        long finishedAtMillis,
        List<TaskReport> tasks) {
    public AllocationReport {
        tasks = List.copyOf(tasks);
    }
}
