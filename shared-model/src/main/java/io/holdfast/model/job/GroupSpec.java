package io.holdfast.model.job;

import java.util.List;

/**
 * The unit of placement: tasks that run together on one node and share a network namespace.
 *
 * @param count how many instances, 0 to {@link #MAX_COUNT}
 * @param tasks at least one, names unique
 */
public record GroupSpec(
        String name,
        int count,
        List<Constraint> constraints,
        NetworkMode network,
        RestartPolicy restart,
        UpdatePolicy update,
        DisconnectPolicy disconnect,
        List<TaskSpec> tasks) {

    /** More instances of one group than this are refused. */
    public static final int MAX_COUNT = 100_000;

    public GroupSpec {
        constraints = List.copyOf(constraints);
        tasks = List.copyOf(tasks);
    }

    /** What one instance reserves: the sum over its tasks. */
    public Resources totalResources() {
        return tasks.stream().map(TaskSpec::resources).reduce(Resources.ZERO, Resources::plus);
    }
}
