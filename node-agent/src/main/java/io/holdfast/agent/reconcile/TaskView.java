package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Reply;
import io.holdfast.model.state.TaskExit;
import java.util.Comparator;
import java.util.List;

/** How a task stands: its newest run, judged from the keeper's list and the agent's memory. */
sealed interface TaskView {

    /** Older runs that are kept for their logs, oldest first. */
    List<Reply.ContainerStatus> older();

    record New() implements TaskView {
        @Override
        public List<Reply.ContainerStatus> older() {
            return List.of();
        }
    }

    record Running(Reply.ContainerStatus container, List<Reply.ContainerStatus> older) implements TaskView {}

    /**
     * @param there whether the keeper has this run; a start that failed left nothing
     * @param reason empty for exit code 0
     * @param deadlinePassed whether the keeper ended it because the node had lost the cluster for too long
     */
    record Ended(
            Attempt attempt,
            boolean there,
            TaskExit exit,
            String reason,
            boolean deadlinePassed,
            long startedAtMillis,
            long atMillis,
            List<Reply.ContainerStatus> older)
            implements TaskView {

        boolean success() {
            return exit.success() && !deadlinePassed;
        }
    }

    /** @param containers of this task only */
    static TaskView of(List<Reply.ContainerStatus> containers, Attempt remembered) {
        List<Reply.ContainerStatus> runs = containers.stream()
                .sorted(Comparator.comparingInt(Annotations::attempt))
                .toList();
        int newest = runs.isEmpty() ? -1 : Annotations.attempt(runs.get(runs.size() - 1));
        if (remembered.number() > newest) {
            return notThere(remembered, runs);
        }
        if (runs.isEmpty()) {
            return new New();
        }
        Reply.ContainerStatus container = runs.get(runs.size() - 1);
        List<Reply.ContainerStatus> older = runs.subList(0, runs.size() - 1);
        if (!container.exit().ended()) {
            return new Running(container, older);
        }
        return ended(container, older);
    }

    /** It was begun, and the keeper has nothing of it: its start failed, or the machine was restarted since. */
    private static TaskView notThere(Attempt attempt, List<Reply.ContainerStatus> older) {
        boolean failed = !attempt.failure().isEmpty();
        return new Ended(
                attempt,
                false,
                failed ? TaskExit.NONE : TaskExit.UNKNOWN,
                failed ? attempt.failure() : Reasons.STATUS_UNKNOWN,
                false,
                failed ? 0 : attempt.atMillis(),
                attempt.atMillis(),
                older);
    }

    private static TaskView ended(Reply.ContainerStatus container, List<Reply.ContainerStatus> older) {
        Reply.Exit exit = container.exit();
        int streak = exit.atMillis() - container.startedAtMillis() >= Restarts.STABLE_MILLIS
                ? 0
                : Annotations.streak(container);
        Attempt attempt = Attempt.begun(Annotations.attempt(container), streak, 0, container.startedAtMillis());
        return new Ended(
                attempt,
                true,
                Reasons.exit(exit),
                Reasons.reason(exit),
                exit.reason().equals(Reasons.DEADLINE_PASSED),
                container.startedAtMillis(),
                exit.atMillis(),
                older);
    }
}
