package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Reply;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.state.ManifestRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One wanted allocation, seen.
 *
 * @param tasks by name, in the order of the specification, or of the keeper's list where it is not at hand
 */
record AllocationSight(
        ManifestRow row,
        Optional<GroupDocument> spec,
        boolean sandboxed,
        List<Reply.ContainerStatus> containers,
        Map<String, TaskView> tasks,
        Remembered.Live remembered,
        Sight sight) {

    private static final Attempt NEVER = new Attempt(-1, 0, 0, 0, "", false);

    static AllocationSight of(
            ManifestRow row, Optional<Reply.SandboxStatus> sandbox, Remembered.Live remembered, Sight sight) {
        Optional<GroupDocument> spec = Optional.ofNullable(sight.specs().get(row.specHash()));
        List<Reply.ContainerStatus> containers =
                sandbox.map(Reply.SandboxStatus::containers).orElse(List.of());
        Map<String, TaskView> tasks = new LinkedHashMap<>();
        List<String> names = spec.map(
                        d -> d.group().tasks().stream().map(TaskSpec::name).toList())
                .orElseGet(() ->
                        containers.stream().map(Annotations::task).distinct().toList());
        for (String name : names) {
            List<Reply.ContainerStatus> own = containers.stream()
                    .filter(c -> Annotations.task(c).equals(name))
                    .toList();
            tasks.put(name, TaskView.of(own, remembered.attempts().getOrDefault(name, NEVER)));
        }
        return new AllocationSight(row, spec, sandbox.isPresent(), containers, tasks, remembered, sight);
    }

    /** A service, as long as nobody knows: its end is then never taken for a result. */
    JobType type() {
        return spec.map(GroupDocument::type).orElse(JobType.SERVICE);
    }

    List<Reply.ContainerStatus> alive() {
        return containers.stream().filter(c -> !c.exit().ended()).toList();
    }

    /** When its first task was started first, 0 for not yet. */
    long startedAtMillis() {
        return remembered.startedAtMillis() != 0
                ? remembered.startedAtMillis()
                : containers.stream()
                        .mapToLong(Reply.ContainerStatus::startedAtMillis)
                        .min()
                        .orElse(0);
    }

    long lastEndMillis() {
        return tasks.values().stream()
                .filter(TaskView.Ended.class::isInstance)
                .mapToLong(t -> ((TaskView.Ended) t).atMillis())
                .max()
                .orElse(sight.nowMillis());
    }
}
