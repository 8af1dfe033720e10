package io.holdfast.placement.preempt;

import io.holdfast.model.job.JobType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whose instances may have others stopped for them.
 *
 * @param types of jobs that may
 */
public record Preemption(Set<JobType> types) {
    /**
     * A victim's priority is at least this much lower. Priorities are 1 to 100, and a victim that finds no node may preempt in its
     * turn: so no chain of them is longer than ten, and jobs that stand close to each other do not take turns. (Nomad keeps the
     * same distance.)
     */
    public static final int PRIORITY_GAP = 10;

    public static final Preemption OFF = new Preemption(Set.of());

    public static final Preemption ON = new Preemption(EnumSet.allOf(JobType.class));

    public Preemption {
        Set<JobType> some = EnumSet.noneOf(JobType.class);
        some.addAll(types);
        types = Collections.unmodifiableSet(some);
    }

    public static Preemption of(JobType first, JobType... others) {
        return new Preemption(EnumSet.of(first, others));
    }

    public boolean allows(JobType type) {
        return types.contains(type);
    }
}
