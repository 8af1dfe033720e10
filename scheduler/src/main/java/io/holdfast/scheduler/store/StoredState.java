package io.holdfast.scheduler.store;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.state.Allocation;
import java.util.List;
import java.util.Map;

/**
 * Everything a leader begins with.
 *
 * @param specs groups' documents by hash, of all allocations in {@code allocations}
 * @param allocations desired state and terminal results; what was merely observed (running since…) is not stored, so a live
 *     one is {@code pending} here until its node reports
 */
public record StoredState(
        List<StoredJob> jobs, Map<String, GroupDocument> specs, List<Allocation> allocations, long latestEventId) {
    public StoredState {
        jobs = List.copyOf(jobs);
        specs = Map.copyOf(specs);
        allocations = List.copyOf(allocations);
    }
}
