package io.holdfast.testkit;

import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import java.util.List;

/** Allocations for tests: one that was just placed, and copies that have gone on. */
public final class Allocations {
    private Allocations() {}

    /** Placed at {@link ManualClock#START_MILLIS}: desired to run, pending, in the default project. */
    public static Allocation pending(String id, JobSpec job, int version, GroupSpec group, int index, String nodeId) {
        return new Allocation(
                id,
                new JobKey(JobKey.DEFAULT_PROJECT, job.job()),
                version,
                group.name(),
                index,
                nodeId,
                GroupCodec.specHash(GroupDocument.of(job, group)),
                Desired.RUN,
                AllocationState.PENDING,
                "",
                ManualClock.START_MILLIS,
                0,
                0,
                group.tasks().stream()
                        .map(task -> new TaskReport(task.name(), TaskState.PENDING, TaskExit.NONE, "", 0, 0, 0))
                        .toList());
    }

    /** The same, of the first group and version 1. */
    public static Allocation pending(String id, JobSpec job, int index, String nodeId) {
        return pending(id, job, 1, job.groups().get(0), index, nodeId);
    }

    /** Running since then, and all its tasks. */
    public static Allocation running(Allocation a, long sinceMillis) {
        List<TaskReport> tasks = a.tasks().stream()
                .map(task -> new TaskReport(
                        task.name(), TaskState.RUNNING, TaskExit.NONE, "", task.restarts(), sinceMillis, 0))
                .toList();
        return with(a, a.desired(), AllocationState.RUNNING, "", sinceMillis, 0, tasks);
    }

    /** Ended then with one exit code of all its tasks: complete for 0, failed for others. */
    public static Allocation ended(Allocation a, int exitCode, long atMillis) {
        List<TaskReport> tasks = a.tasks().stream()
                .map(task -> new TaskReport(
                        task.name(),
                        TaskState.EXITED,
                        new TaskExit.Code(exitCode),
                        "",
                        task.restarts(),
                        task.startedAtMillis(),
                        atMillis))
                .toList();
        AllocationState state = exitCode == 0 ? AllocationState.COMPLETE : AllocationState.FAILED;
        return with(a, a.desired(), state, "", a.startedAtMillis(), atMillis, tasks);
    }

    public static Allocation inState(Allocation a, AllocationState state) {
        return with(a, a.desired(), state, a.reason(), a.startedAtMillis(), a.finishedAtMillis(), a.tasks());
    }

    /** The leader wants it to end; it has not noticed. */
    public static Allocation toStop(Allocation a) {
        return with(a, Desired.STOP, a.state(), a.reason(), a.startedAtMillis(), a.finishedAtMillis(), a.tasks());
    }

    private static Allocation with(
            Allocation a,
            Desired desired,
            AllocationState state,
            String reason,
            long startedAtMillis,
            long finishedAtMillis,
            List<TaskReport> tasks) {
        return new Allocation(
                a.id(),
                a.job(),
                a.jobVersion(),
                a.group(),
                a.index(),
                a.nodeId(),
                a.specHash(),
                desired,
                state,
                reason,
                a.createdAtMillis(),
                startedAtMillis,
                finishedAtMillis,
                tasks);
    }
}
