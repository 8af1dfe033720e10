package io.holdfast.model.job;

import java.util.List;
import java.util.Objects;

/**
 * The unit of placement: tasks that run together on one node and share a network namespace.
 *
 * @param count how many instances, 0 to {@link #MAX_COUNT}
 * @param constraints what each node must meet
 * @param placement where the instances are to be, beside that
 * @param userNamespace whether root inside is nobody on the node; a group without needs the node's permission
 * @param tasks at least one, names unique
 */
public record GroupSpec(
        String name,
        int count,
        List<Constraint> constraints,
        PlacementPolicy placement,
        NetworkMode network,
        RestartPolicy restart,
        UpdatePolicy update,
        DisconnectPolicy disconnect,
        boolean userNamespace,
        List<TaskSpec> tasks) {

    /** More instances of one group than this are refused. */
    public static final int MAX_COUNT = 100_000;

    public GroupSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(placement, "placement");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(restart, "restart");
        Objects.requireNonNull(update, "update");
        Objects.requireNonNull(disconnect, "disconnect");
        constraints = List.copyOf(constraints);
        tasks = List.copyOf(tasks);
        if (count < 0 || count > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "group " + name + " has a count of " + count + ", not 0 to " + MAX_COUNT);
        }
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("group " + name + " needs a task");
        }
    }

    /** With a user namespace, wherever there is room. */
    public GroupSpec(
            String name,
            int count,
            List<Constraint> constraints,
            NetworkMode network,
            RestartPolicy restart,
            UpdatePolicy update,
            DisconnectPolicy disconnect,
            List<TaskSpec> tasks) {
        this(name, count, constraints, PlacementPolicy.NONE, network, restart, update, disconnect, true, tasks);
    }

    /** What one instance reserves: the sum over its tasks. */
    public Resources totalResources() {
        return tasks.stream().map(TaskSpec::resources).reduce(Resources::plus).orElse(Resources.ZERO);
    }

    /** One instance of it, which is the same however many there are and at whatever pace they are replaced. */
    GroupSpec alone() {
        return new GroupSpec(
                name,
                1,
                constraints,
                placement,
                network,
                restart,
                UpdatePolicy.DEFAULT,
                disconnect,
                userNamespace,
                tasks);
    }

    /** The same group with other tasks. */
    GroupSpec with(List<TaskSpec> others) {
        return new GroupSpec(
                name, count, constraints, placement, network, restart, update, disconnect, userNamespace, others);
    }
}
