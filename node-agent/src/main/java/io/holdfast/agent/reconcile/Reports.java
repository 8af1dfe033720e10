package io.holdfast.agent.reconcile;

import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import java.util.ArrayList;
import java.util.List;

/** What is told of an allocation. */
final class Reports {
    private Reports() {}

    /** The state goes only where the life cycle allows; a step back, as after the agent's restart, is not told. */
    static AllocationState allowed(AllocationState before, AllocationState now) {
        return before.mayBecome(now) ? now : before;
    }

    static AllocationReport of(AllocationSight seen, Decision decision, AllocationState state) {
        List<TaskReport> tasks = new ArrayList<>();
        seen.tasks().forEach((name, view) -> tasks.add(task(name, view, decision)));
        boolean paused = decision.reason().isEmpty() && seen.alive().stream().anyMatch(Reasons::paused);
        return new AllocationReport(
                seen.row().allocationId(),
                state,
                paused ? Reasons.PAUSED : decision.reason(),
                seen.startedAtMillis(),
                state.terminal() ? seen.lastEndMillis() : 0,
                tasks);
    }

    private static TaskReport task(String name, TaskView view, Decision decision) {
        boolean startsNow = decision.steps().stream()
                .anyMatch(step ->
                        step instanceof Step.StartTask start && start.task().equals(name));
        if (view instanceof TaskView.Running running) {
            long startedAtMillis = running.container().startedAtMillis();
            int restarts = Annotations.attempt(running.container());
            String reason = Reasons.paused(running.container()) ? Reasons.PAUSED : "";
            return new TaskReport(name, TaskState.RUNNING, TaskExit.NONE, reason, restarts, startedAtMillis, 0);
        }
        if (view instanceof TaskView.Ended end) {
            boolean again = decision.state() == AllocationState.STARTING && !end.success();
            TaskState state = startsNow ? TaskState.STARTING : again ? TaskState.PENDING : TaskState.EXITED;
            return new TaskReport(
                    name,
                    state,
                    end.exit(),
                    end.reason(),
                    end.attempt().number(),
                    end.startedAtMillis(),
                    end.atMillis());
        }
        TaskState state = startsNow ? TaskState.STARTING : TaskState.PENDING;
        return new TaskReport(name, state, TaskExit.NONE, "", 0, 0, 0);
    }
}
