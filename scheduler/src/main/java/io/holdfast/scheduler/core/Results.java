package io.holdfast.scheduler.core;

import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.scheduler.store.Pinned;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What waits to be committed though no plan asks for it: ends of allocations, tags that have become known, and events. At most one
 * end an allocation, so never more than there are allocations.
 */
final class Results {
    private final Map<String, AllocationReport> ends = new LinkedHashMap<>();
    private final List<Pinned> pinned = new ArrayList<>();
    private final List<ClusterEvent> events = new ArrayList<>();

    void end(AllocationReport report) {
        ends.putIfAbsent(report.allocationId(), report);
    }

    void event(ClusterEvent event) {
        events.add(event);
    }

    void pinned(Pinned one) {
        pinned.add(one);
    }

    boolean isEmpty() {
        return ends.isEmpty() && pinned.isEmpty() && events.isEmpty();
    }

    List<ClusterEvent> takeEvents() {
        List<ClusterEvent> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    List<Pinned> takePinned() {
        List<Pinned> taken = List.copyOf(pinned);
        pinned.clear();
        return taken;
    }

    /** The ends, folded into what is known of their allocations; those of allocations that ended already are dropped. */
    List<Allocation> takeEnds(ClusterState state, int limit, long nowMillis) {
        List<Allocation> taken = new ArrayList<>();
        var from = ends.values().iterator();
        while (from.hasNext() && taken.size() < limit) {
            AllocationReport report = from.next();
            from.remove();
            state.allocation(report.allocationId())
                    .filter(a -> !a.state().terminal())
                    .ifPresent(a -> taken.add(Allocations.reported(a, report, nowMillis)));
        }
        return taken;
    }

    void clear() {
        ends.clear();
        pinned.clear();
        events.clear();
    }
}
