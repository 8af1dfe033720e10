package io.holdfast.scheduler.store;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.state.Allocation;
import io.holdfast.scheduler.event.ClusterEvent;
import java.util.List;
import java.util.Map;

/**
 * What a leader changes at once.
 *
 * @param placed new allocations
 * @param specs the groups' documents that {@code placed} names, by hash; one that is stored already may be there again
 * @param changed allocations whose desired state or terminal result is new, as they are to be stored
 * @param forgotten ids of terminal allocations that need not be remembered any longer
 * @param pinned tags that have become known
 * @param events without ids
 */
public record Commit(
        List<Allocation> placed,
        Map<String, GroupDocument> specs,
        List<Allocation> changed,
        List<String> forgotten,
        List<Pinned> pinned,
        List<ClusterEvent> events) {
    public Commit {
        placed = List.copyOf(placed);
        specs = Map.copyOf(specs);
        changed = List.copyOf(changed);
        forgotten = List.copyOf(forgotten);
        pinned = List.copyOf(pinned);
        events = List.copyOf(events);
    }

    /** Without tags. */
    public Commit(
            List<Allocation> placed,
            Map<String, GroupDocument> specs,
            List<Allocation> changed,
            List<String> forgotten,
            List<ClusterEvent> events) {
        this(placed, specs, changed, forgotten, List.of(), events);
    }
}
