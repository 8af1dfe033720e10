package io.holdfast.model.job;

import java.util.Objects;

/**
 * What a node needs to run one instance of a group, and placement to find it one: the group, the type of its job, which decides
 * what a task's end means, and the job's scope. What concerns the instances together is set to a fixed value, so that scaling a
 * group or changing the pace of its updates leaves the document, its hash and thereby all running instances as they are.
 *
 * @param group with a count of 1 and the default {@link UpdatePolicy}
 */
public record GroupDocument(JobType type, NodeScope scope, GroupSpec group) {
    public GroupDocument {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(scope, "scope");
        group = group.alone();
    }

    /** Of a job of the default scope. */
    public GroupDocument(JobType type, GroupSpec group) {
        this(type, NodeScope.DEFAULT, group);
    }

    /** @param group one of the job's */
    public static GroupDocument of(JobSpec job, GroupSpec group) {
        return new GroupDocument(job.type(), job.scope(), group);
    }
}
