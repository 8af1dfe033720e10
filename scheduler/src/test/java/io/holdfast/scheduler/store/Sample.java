package io.holdfast.scheduler.store;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.NetworkMode;
import io.holdfast.model.job.Resources;
import io.holdfast.model.job.RestartPolicy;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.job.UpdatePolicy;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.TaskReport;
import io.holdfast.scheduler.event.ClusterEvent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Plain data for the tests of stores. */
final class Sample {
    static final JobKey WEB = new JobKey("default", "web");
    static final GroupDocument DOCUMENT =
            new GroupDocument(JobType.SERVICE, service("v1").groups().get(0));
    static final String HASH = GroupCodec.hash(GroupCodec.encode(DOCUMENT));

    private Sample() {}

    static JobSpec service(String command) {
        TaskSpec task = new TaskSpec(
                "main",
                new Image.Host(),
                List.of("run", command),
                new TreeMap<>(),
                "0",
                "/",
                TaskSpec.DEFAULT_STOP_GRACE_MILLIS,
                Resources.DEFAULT);
        return new JobSpec("web", JobType.SERVICE, JobSpec.DEFAULT_PRIORITY, List.of(group("app", task)));
    }

    /** Nothing in it is a default. */
    static JobSpec full() {
        TaskSpec task = new TaskSpec(
                "odd",
                new Image.Directory("/srv/root fs"),
                List.of("/bin/sh", "-c", "echo \"quoted\" 'twice'; ünïcode\n\t"),
                new TreeMap<>(Map.of("A", "", "B", "8080", "C", "yes\\no")),
                "1000:1001",
                "/tmp",
                1_500,
                new Resources(1_500, 2_500, 100L << 20, 200L << 20, 77));
        GroupSpec group = new GroupSpec(
                "main",
                1,
                List.of(
                        new Constraint("node.arch", Constraint.Operator.EQUAL, "amd64"),
                        new Constraint("rack", Constraint.Operator.NOT_EQUAL, "r 1")),
                NetworkMode.HOST,
                new RestartPolicy(7, 2_500),
                UpdatePolicy.DEFAULT,
                DisconnectPolicy.STOP,
                List.of(task));
        return new JobSpec("full", JobType.BATCH, 99, List.of(group, group("second", task)));
    }

    /** With a tag of a registry in both its groups. */
    static JobSpec tagged(int count, String second) {
        return new JobSpec(
                "web",
                JobType.SERVICE,
                JobSpec.DEFAULT_PRIORITY,
                List.of(counted("app", count, tagged("run")), counted("second", 1, tagged(second))));
    }

    private static TaskSpec tagged(String command) {
        return new TaskSpec(
                "main",
                new Image.Registry("registry.test", "app", "1", ""),
                List.of(command),
                new TreeMap<>(),
                "0",
                "/",
                TaskSpec.DEFAULT_STOP_GRACE_MILLIS,
                Resources.DEFAULT);
    }

    private static GroupSpec group(String name, TaskSpec task) {
        return counted(name, 3, task);
    }

    private static GroupSpec counted(String name, int count, TaskSpec task) {
        return new GroupSpec(
                name,
                count,
                List.of(),
                NetworkMode.PRIVATE,
                RestartPolicy.DEFAULT,
                new UpdatePolicy(12_000),
                DisconnectPolicy.KEEP,
                List.of(task));
    }

    /** Just placed. */
    static Allocation allocation(String id, int index) {
        return new Allocation(
                id,
                WEB,
                1,
                "app",
                index,
                "n1",
                HASH,
                Desired.RUN,
                AllocationState.PENDING,
                "",
                1_000 + index,
                0,
                0,
                List.of());
    }

    static Allocation in(
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

    static Commit placing(List<Allocation> placed, List<ClusterEvent> events) {
        return new Commit(placed, Map.of(HASH, DOCUMENT), List.of(), List.of(), events);
    }

    static Commit changing(List<Allocation> changed) {
        return new Commit(List.of(), Map.of(), changed, List.of(), List.of());
    }

    static Commit forgetting(String... ids) {
        return new Commit(List.of(), Map.of(), List.of(), List.of(ids), List.of());
    }

    static Commit pinning(Pinned... pinned) {
        return new Commit(List.of(), Map.of(), List.of(), List.of(), List.of(pinned), List.of());
    }

    static Commit saying(ClusterEvent... events) {
        return new Commit(List.of(), Map.of(), List.of(), List.of(), List.of(events));
    }
}
