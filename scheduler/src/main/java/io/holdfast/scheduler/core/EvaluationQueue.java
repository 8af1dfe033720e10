package io.holdfast.scheduler.core;

import io.holdfast.model.job.JobKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Jobs to be evaluated, each at most once, so never more than there are jobs; with those that wait for something: for time to
 * pass, or for room on the nodes.
 */
final class EvaluationQueue {
    private final Set<JobKey> ready = new LinkedHashSet<>();
    private final Set<JobKey> blocked = new LinkedHashSet<>();
    private final Map<JobKey, Long> later = new HashMap<>();
    private long earliestMillis = Long.MAX_VALUE;

    void add(JobKey job) {
        ready.add(job);
    }

    void addAll(Collection<JobKey> jobs) {
        ready.addAll(jobs);
    }

    /** Looks at the job again when there is more room. */
    void block(JobKey job) {
        blocked.add(job);
    }

    void unblock() {
        ready.addAll(blocked);
        blocked.clear();
    }

    /** Looks at the job again then; wall clock. */
    void lookAgainAt(JobKey job, long atMillis) {
        later.put(job, atMillis);
        earliestMillis = Math.min(earliestMillis, atMillis);
    }

    /** Makes ready what is due. */
    void due(long nowMillis) {
        if (nowMillis < earliestMillis) {
            return;
        }
        earliestMillis = Long.MAX_VALUE;
        later.entrySet().removeIf(entry -> {
            boolean due = entry.getValue() <= nowMillis;
            if (due) {
                ready.add(entry.getKey());
            } else {
                earliestMillis = Math.min(earliestMillis, entry.getValue());
            }
            return due;
        });
    }

    /** The longest waiting. */
    List<JobKey> take(int limit) {
        List<JobKey> taken = new ArrayList<>();
        var from = ready.iterator();
        while (from.hasNext() && taken.size() < limit) {
            JobKey job = from.next();
            taken.add(job);
            from.remove();
            blocked.remove(job);
            later.remove(job);
        }
        return taken;
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    int size() {
        return ready.size();
    }

    void clear() {
        ready.clear();
        blocked.clear();
        later.clear();
        earliestMillis = Long.MAX_VALUE;
    }
}
