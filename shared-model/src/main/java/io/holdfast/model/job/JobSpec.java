package io.holdfast.model.job;

import java.util.List;
import java.util.Objects;

/**
 * A job as submitted, with all defaults filled in. Its project is not part of it: the request names that.
 *
 * @param priority 1 to 100, higher first
 * @param scope the nodes that come into question for all of its groups
 * @param groups at least one, names unique
 */
public record JobSpec(String job, JobType type, int priority, NodeScope scope, List<GroupSpec> groups) {
    public static final int DEFAULT_PRIORITY = 50;

    public JobSpec {
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(scope, "scope");
        groups = List.copyOf(groups);
        if (priority < JobLimits.MIN_PRIORITY || priority > JobLimits.MAX_PRIORITY) {
            throw new IllegalArgumentException("job " + job + " has a priority of " + priority + ", not 1 to 100");
        }
    }

    /** One of the default scope. */
    public JobSpec(String job, JobType type, int priority, List<GroupSpec> groups) {
        this(job, type, priority, NodeScope.DEFAULT, groups);
    }

    /** The same job with other groups. */
    JobSpec with(List<GroupSpec> others) {
        return new JobSpec(job, type, priority, scope, others);
    }
}
