package io.holdfast.model.job;

import java.util.List;

/**
 * A job as submitted, with all defaults filled in. Its project is not part of it: the request names that.
 *
 * @param priority 1 to 100, higher first
 * @param groups at least one, names unique
 */
public record JobSpec(String job, JobType type, int priority, List<GroupSpec> groups) {
    public static final int DEFAULT_PRIORITY = 50;

    public JobSpec {
        groups = List.copyOf(groups);
    }
}
