package io.holdfast.model.job;

import java.util.Objects;

/**
 * What a node needs to run one instance of a group: the group, and the type of its job, which decides what a task's end means.
 * What concerns the instances together is set to a fixed value, so that scaling a group or changing the pace of its updates
 * leaves the document, its hash and thereby all running instances as they are.
 *
 * @param group with a count of 1 and the default {@link UpdatePolicy}
 */
public record GroupDocument(JobType type, GroupSpec group) {
    public GroupDocument {
        Objects.requireNonNull(type, "type");
        group = new GroupSpec(
                group.name(),
                1,
                group.constraints(),
                group.network(),
                group.restart(),
                UpdatePolicy.DEFAULT,
                group.disconnect(),
                group.userNamespace(),
                group.tasks());
    }
}
