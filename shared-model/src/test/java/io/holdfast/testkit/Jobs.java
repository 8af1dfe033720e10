package io.holdfast.testkit;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.NetworkMode;
import io.holdfast.model.job.Resources;
import io.holdfast.model.job.RestartPolicy;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.job.UpdatePolicy;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Specifications for tests: a plain one to begin with, and copies with one thing changed. */
public final class Jobs {
    private Jobs() {}

    /** A service of one group {@code main} with so many instances of one task. */
    public static JobSpec service(String job, int count) {
        return new JobSpec(job, JobType.SERVICE, JobSpec.DEFAULT_PRIORITY, List.of(group("main", count)));
    }

    /** A batch of one group {@code main} with so many instances of one task. */
    public static JobSpec batch(String job, int count) {
        return new JobSpec(job, JobType.BATCH, JobSpec.DEFAULT_PRIORITY, List.of(group("main", count)));
    }

    public static JobSpec job(String job, JobType type, GroupSpec... groups) {
        return new JobSpec(job, type, JobSpec.DEFAULT_PRIORITY, List.of(groups));
    }

    /** A group of one task {@code main}. */
    public static GroupSpec group(String name, int count) {
        return group(name, count, task("main"));
    }

    public static GroupSpec group(String name, int count, TaskSpec... tasks) {
        return new GroupSpec(
                name,
                count,
                List.of(),
                NetworkMode.PRIVATE,
                RestartPolicy.DEFAULT,
                UpdatePolicy.DEFAULT,
                DisconnectPolicy.KEEP,
                List.of(tasks));
    }

    /** {@code sleep 3600} with the default resources. */
    public static TaskSpec task(String name) {
        return task(name, Resources.DEFAULT, "/bin/sleep", "3600");
    }

    public static TaskSpec task(String name, Resources resources, String... command) {
        return new TaskSpec(
                name,
                Image.HOST,
                List.of(command),
                new TreeMap<>(),
                TaskSpec.DEFAULT_USER,
                TaskSpec.DEFAULT_WORK_DIR,
                TaskSpec.DEFAULT_STOP_GRACE_MILLIS,
                resources);
    }

    /** Cpu in thousandths of a core and memory in MiB; all else as by default. */
    public static Resources resources(long cpuMillis, long memoryMi) {
        return new Resources(cpuMillis, 0, memoryMi << 20, 0, Resources.DEFAULT.pids());
    }

    public static GroupSpec withCount(GroupSpec g, int count) {
        return new GroupSpec(
                g.name(), count, g.constraints(), g.network(), g.restart(), g.update(), g.disconnect(), g.tasks());
    }

    public static GroupSpec withConstraints(GroupSpec g, Constraint... constraints) {
        return new GroupSpec(
                g.name(),
                g.count(),
                List.of(constraints),
                g.network(),
                g.restart(),
                g.update(),
                g.disconnect(),
                g.tasks());
    }

    public static GroupSpec withRestart(GroupSpec g, RestartPolicy restart) {
        return new GroupSpec(
                g.name(), g.count(), g.constraints(), g.network(), restart, g.update(), g.disconnect(), g.tasks());
    }

    public static GroupSpec withUpdate(GroupSpec g, UpdatePolicy update) {
        return new GroupSpec(
                g.name(), g.count(), g.constraints(), g.network(), g.restart(), update, g.disconnect(), g.tasks());
    }

    public static GroupSpec withDisconnect(GroupSpec g, DisconnectPolicy disconnect) {
        return new GroupSpec(
                g.name(), g.count(), g.constraints(), g.network(), g.restart(), g.update(), disconnect, g.tasks());
    }

    public static GroupSpec withNetwork(GroupSpec g, NetworkMode network) {
        return new GroupSpec(
                g.name(), g.count(), g.constraints(), network, g.restart(), g.update(), g.disconnect(), g.tasks());
    }

    public static TaskSpec withEnv(TaskSpec t, Map<String, String> env) {
        SortedMap<String, String> sorted = new TreeMap<>(env);
        return new TaskSpec(
                t.name(), t.image(), t.command(), sorted, t.user(), t.workDir(), t.stopGraceMillis(), t.resources());
    }

    /** The first group of the job with so many instances, as a new specification. */
    public static JobSpec scaled(JobSpec job, int count) {
        List<GroupSpec> groups = new java.util.ArrayList<>(job.groups());
        groups.set(0, withCount(groups.get(0), count));
        return new JobSpec(job.job(), job.type(), job.priority(), job.scope(), groups);
    }
}
