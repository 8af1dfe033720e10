package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The order in which the questions about an allocation are asked: is it to stop; has the deadline ended it; has a task failed
 * for good; is all complete; what is to be started. The first that applies decides.
 */
final class Decisions {
    private static final int SIGTERM = 15;

    private Decisions() {}

    static Decision of(AllocationSight seen) {
        Sight sight = seen.sight();
        if (seen.remembered().stopAsked() || seen.row().desired() == Desired.STOP || sight.draining()) {
            return stop(seen);
        }
        if (seen.spec().isEmpty()) {
            return withoutSpec(seen);
        }
        GroupSpec group = seen.spec().get().group();
        Optional<TaskView.Ended> end = firstFinalFailure(seen, group);
        if (end.isPresent()) {
            AllocationState state = end.get().deadlinePassed() ? AllocationState.STOPPED : AllocationState.FAILED;
            return endAll(seen, state, end.get().reason());
        }
        if (complete(seen)) {
            return Decision.rest(AllocationState.COMPLETE, "");
        }
        return run(seen, group);
    }

    /** A stop is for ever. What had completed before it came has completed. */
    private static Decision stop(AllocationSight seen) {
        boolean completeBefore = !seen.remembered().stopAsked() && complete(seen);
        String reason =
                seen.sight().draining() && seen.row().desired() == Desired.RUN ? "its agent drains the node" : "";
        Decision decision = endAll(seen, completeBefore ? AllocationState.COMPLETE : AllocationState.STOPPED, reason);
        return new Decision(decision.steps(), decision.state(), decision.reason(), !completeBefore, Long.MAX_VALUE);
    }

    private static Decision endAll(AllocationSight seen, AllocationState endState, String reason) {
        List<Reply.ContainerStatus> alive = seen.alive();
        if (alive.isEmpty()) {
            return Decision.rest(endState, reason);
        }
        return new Decision(stops(alive), AllocationState.STOPPING, reason, false, Long.MAX_VALUE);
    }

    /** What the keeper is stopping already is left alone: its end wakes us. */
    static List<Step> stops(List<Reply.ContainerStatus> alive) {
        List<Step> steps = new ArrayList<>();
        for (Reply.ContainerStatus container : alive) {
            if (!container.state().equals("stopping")) {
                long grace = Annotations.stopGraceMillis(container, TaskSpec.DEFAULT_STOP_GRACE_MILLIS);
                int signal = Annotations.stopSignal(container, SIGTERM);
                steps.add(new Step.StopContainer(new Request.StopContainer(container.id(), signal, grace)));
            }
        }
        return steps;
    }

    private static Decision withoutSpec(AllocationSight seen) {
        boolean running =
                !seen.tasks().isEmpty() && seen.tasks().values().stream().allMatch(TaskView.Running.class::isInstance);
        if (running) {
            return Decision.rest(AllocationState.RUNNING, "");
        }
        AllocationState state = seen.sandboxed() ? AllocationState.STARTING : AllocationState.PENDING;
        return Decision.rest(state, "its specification is on the way");
    }

    /** The earliest, since those that follow may be its consequence. */
    private static Optional<TaskView.Ended> firstFinalFailure(AllocationSight seen, GroupSpec group) {
        return ends(seen).stream()
                .filter(end -> end.deadlinePassed()
                        || !success(seen, end) && Restarts.finalEnd(seen.type(), group.restart(), end))
                .min(Comparator.comparingLong(TaskView.Ended::atMillis));
    }

    /** A service's exit code 0 is no success: it should not have ended. */
    private static boolean success(AllocationSight seen, TaskView.Ended end) {
        return seen.type() != JobType.SERVICE && end.success();
    }

    private static boolean complete(AllocationSight seen) {
        return seen.spec().isPresent()
                && seen.type() != JobType.SERVICE
                && seen.tasks().values().stream().allMatch(task -> task instanceof TaskView.Ended end && end.success());
    }

    private static List<TaskView.Ended> ends(AllocationSight seen) {
        return seen.tasks().values().stream()
                .filter(TaskView.Ended.class::isInstance)
                .map(TaskView.Ended.class::cast)
                .toList();
    }

    private static Decision run(AllocationSight seen, GroupSpec group) {
        Sight sight = seen.sight();
        List<Step> tidy = new ArrayList<>();
        List<Step> starts = new ArrayList<>();
        Set<ImageWish> images = new HashSet<>();
        long wake = Long.MAX_VALUE;
        boolean allRun = true;
        String reason = "";
        for (TaskSpec task : group.tasks()) {
            TaskView view = seen.tasks().get(task.name());
            if (view instanceof TaskView.Running running) {
                tidy.addAll(stops(running.older().stream()
                        .filter(older -> !older.exit().ended())
                        .toList()));
            } else if (view instanceof TaskView.New) {
                allRun = false;
                reason = begin(seen, group, task, Attempt.begun(0, 0, 0, sight.nowMillis()), starts, images)
                        .orElse(reason);
            } else if (view instanceof TaskView.Ended end && !success(seen, end)) {
                allRun = false;
                reason = end.reason().isEmpty() ? "exit code 0" : end.reason();
                long due = Restarts.dueMillis(group.restart(), end, sight.nowMillis());
                if (due > sight.nowMillis()) {
                    wake = Math.min(wake, due);
                } else {
                    Optional<String> wait =
                            begin(seen, group, task, Restarts.next(end, sight.nowMillis()), starts, images);
                    if (wait.isEmpty()) {
                        tidy.addAll(removals(end));
                    }
                    reason = wait.orElse(reason);
                }
            }
        }
        if (allRun) {
            return new Decision(tidy, AllocationState.RUNNING, "", false, wake);
        }
        if (!starts.isEmpty() && group.disconnect() == DisconnectPolicy.STOP && !sight.leaseHeld()) {
            // another node may have been given its place: only a held lease says that this one still has it
            AllocationState state = seen.sandboxed() ? AllocationState.STARTING : AllocationState.PENDING;
            return new Decision(tidy, state, "waits for the node's lease", false, wake, images);
        }
        if (starts.isEmpty() && !seen.sandboxed()) {
            return new Decision(tidy, AllocationState.PENDING, reason, false, wake, images);
        }
        List<Step> steps = new ArrayList<>(tidy);
        if (starts.stream().anyMatch(Step.StartTask.class::isInstance) && !seen.sandboxed()) {
            steps.add(new Step.CreateSandbox(
                    ContainerSpecs.sandbox(sight.manifest().clusterId(), seen.row(), group)));
        }
        steps.addAll(starts);
        return new Decision(steps, AllocationState.STARTING, reason, false, wake, images);
    }

    /** The run that has just ended stays for its logs, those before it go. A run that outlived its successor is ended. */
    private static List<Step> removals(TaskView.Ended end) {
        List<Step> steps = new ArrayList<>(
                stops(end.older().stream().filter(c -> !c.exit().ended()).toList()));
        List<Reply.ContainerStatus> over =
                end.older().stream().filter(c -> c.exit().ended()).toList();
        int keep = end.there() ? 0 : 1;
        for (int i = 0; i < over.size() - keep; i++) {
            steps.add(new Step.RemoveContainer(
                    new Request.RemoveContainer(over.get(i).id())));
        }
        return steps;
    }

    /**
     * Adds the task's start, once its image is there.
     *
     * @return what the start waits for
     */
    private static Optional<String> begin(
            AllocationSight seen,
            GroupSpec group,
            TaskSpec task,
            Attempt attempt,
            List<Step> starts,
            Set<ImageWish> images) {
        ImageSight image = ImageSight.Ready.BARE;
        if (task.image().layered()) {
            ImageWish wish = new ImageWish(seen.row().allocationId(), task.image(), task.pull());
            images.add(wish);
            image = seen.sight().images().getOrDefault(wish, new ImageSight.Pulling(""));
        }
        if (image instanceof ImageSight.Pulling pulling) {
            return Optional.of(pulling.progress());
        }
        if (image instanceof ImageSight.Failed failed) {
            starts.add(fail(seen, task, attempt, failed.why(), failed.forGood()));
            return Optional.empty();
        }
        ImageSight.Ready ready = (ImageSight.Ready) image;
        if (new ImageDefaults(task, ready.config()).args().isEmpty()) {
            String why = "image " + task.image().reference()
                    + " says neither entrypoint nor command: give the task a command";
            starts.add(fail(seen, task, attempt, why, true));
            return Optional.empty();
        }
        starts.add(new Step.StartTask(
                task.name(),
                attempt,
                ContainerSpecs.container(seen.sight().nodeName(), seen.row(), group, task, attempt, ready)));
        return Optional.empty();
    }

    private static Step fail(AllocationSight seen, TaskSpec task, Attempt attempt, String why, boolean forGood) {
        return new Step.FailStart(
                task.name(), attempt.failed(why, forGood, seen.sight().nowMillis()));
    }
}
