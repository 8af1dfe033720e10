package io.holdfast.scheduler.core;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which ended allocations need not be remembered: of each index all but the newest {@value CoreLimits#ENDED_PER_INDEX}. The newest
 * is never forgotten, for it may be the result that keeps a batch from running again. Pure.
 */
final class Retention {
    private Retention() {}

    private record Slot(JobKey job, String group, int index) {}

    /**
     * @param allocations of the jobs concerned
     * @return ids of those to be forgotten
     */
    static List<String> forgotten(Collection<Allocation> allocations) {
        Map<Slot, List<Allocation>> ended = new HashMap<>();
        for (Allocation a : allocations) {
            if (a.state().terminal()) {
                ended.computeIfAbsent(new Slot(a.job(), a.group(), a.index()), slot -> new ArrayList<>())
                        .add(a);
            }
        }
        List<String> forgotten = new ArrayList<>();
        for (List<Allocation> slot : ended.values()) {
            if (slot.size() > CoreLimits.ENDED_PER_INDEX) {
                slot.sort(Comparator.comparingLong(Allocation::createdAtMillis)
                        .thenComparing(Allocation::id)
                        .reversed());
                slot.subList(CoreLimits.ENDED_PER_INDEX, slot.size()).forEach(a -> forgotten.add(a.id()));
            }
        }
        return forgotten;
    }
}
