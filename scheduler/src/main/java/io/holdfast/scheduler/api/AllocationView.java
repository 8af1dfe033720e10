package io.holdfast.scheduler.api;

import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import java.util.List;
import java.util.function.UnaryOperator;

/** An allocation as the API shows it: {@code Allocation} in {@code openapi.yaml}; {@code null} stands for what is not yet. */
record AllocationView(
        String id,
        String project,
        String job,
        int jobVersion,
        String group,
        int index,
        String node,
        String state,
        String reason,
        String createdAt,
        String startedAt,
        String finishedAt,
        List<Task> tasks) {

    record Task(String name, String state, Integer exitCode, Integer signal, String reason, int restarts) {

        static Task of(TaskReport task) {
            return new Task(
                    task.name(),
                    task.state().text(),
                    task.exit() instanceof TaskExit.Code code ? code.code() : null,
                    task.exit() instanceof TaskExit.Signal signal ? signal.signal() : null,
                    task.reason(),
                    task.restarts());
        }
    }

    /** @param nodeName from a node's id to what it is called */
    static AllocationView of(Allocation allocation, UnaryOperator<String> nodeName) {
        return new AllocationView(
                allocation.id(),
                allocation.job().project(),
                allocation.job().job(),
                allocation.jobVersion(),
                allocation.group(),
                allocation.index(),
                nodeName.apply(allocation.nodeId()),
                allocation.state().text(),
                allocation.reason(),
                Rfc3339.text(allocation.createdAtMillis()),
                Rfc3339.orNull(allocation.startedAtMillis()),
                Rfc3339.orNull(allocation.finishedAtMillis()),
                allocation.tasks().stream().map(Task::of).toList());
    }
}
