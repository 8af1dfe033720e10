package io.holdfast.scheduler.reconcile;

import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.state.Allocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which ended allocations need not be remembered. What a decision still rests on stays as long as it does: a batch's result,
 * and the ends that a delay counts. The rest stays a while for people to look at.
 */
public final class Retention {
    /** Ended allocations remembered for each index, the newest. */
    static final int KEPT_PER_INDEX = Rescheduling.MAX_COUNTED + 1;

    /** How long one is remembered of which no decision needs to know. */
    static final long SHOWN_MILLIS = 24 * 3_600_000L;

    private Retention() {}

    /** @return ids, in no particular order; never one that has not ended */
    public static List<String> forgettable(JobView job, List<Allocation> allocations, long nowMillis) {
        Map<String, List<Allocation>> endedByIndex = new HashMap<>();
        for (Allocation allocation : allocations) {
            if (allocation.state().terminal()) {
                endedByIndex
                        .computeIfAbsent(allocation.group() + "/" + allocation.index(), name -> new ArrayList<>())
                        .add(allocation);
            }
        }
        Map<String, Integer> counts = new HashMap<>();
        for (GroupSpec group : job.spec().groups()) {
            counts.put(group.name(), job.stopped() ? 0 : group.count());
        }
        List<String> forgettable = new ArrayList<>();
        for (List<Allocation> ended : endedByIndex.values()) {
            ended.sort(Slot.NEWEST_FIRST);
            int kept = 0;
            for (Allocation allocation : ended) {
                boolean needed = allocation.index() < counts.getOrDefault(allocation.group(), 0)
                        && allocation.jobVersion() >= job.sinceVersion()
                        && allocation.specHash().equals(job.specHashes().get(allocation.group()));
                boolean shown = nowMillis - Math.max(allocation.createdAtMillis(), allocation.finishedAtMillis())
                        < SHOWN_MILLIS;
                if (kept < KEPT_PER_INDEX && (needed || shown)) {
                    kept++;
                } else {
                    forgettable.add(allocation.id());
                }
            }
        }
        return forgettable;
    }
}
