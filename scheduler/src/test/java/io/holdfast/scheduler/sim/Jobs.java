package io.holdfast.scheduler.sim;

import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.NetworkMode;
import io.holdfast.model.job.PlacementPolicy;
import io.holdfast.model.job.Resources;
import io.holdfast.model.job.RestartPolicy;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.job.UpdatePolicy;
import java.util.List;
import java.util.TreeMap;

/** Plain jobs of one group {@code main}, each instance a tenth of a core. */
public final class Jobs {
    public static final long MIN_HEALTHY_MILLIS = 1_000;

    private Jobs() {}

    public static JobKey key(String job) {
        return new JobKey(JobKey.DEFAULT_PROJECT, job);
    }

    public static JobSpec service(String job, int count, String command) {
        return job(job, JobType.SERVICE, count, command, 100);
    }

    public static JobSpec batch(String job, int count, String command) {
        return job(job, JobType.BATCH, count, command, 100);
    }

    public static JobSpec service(String job, int count, String command, Image image) {
        return job(job, JobType.SERVICE, count, command, 100, image);
    }

    /** The same job with its instances placed so. */
    public static JobSpec placed(JobSpec spec, PlacementPolicy placement) {
        List<GroupSpec> groups = spec.groups().stream()
                .map(g -> new GroupSpec(
                        g.name(),
                        g.count(),
                        g.constraints(),
                        placement,
                        g.network(),
                        g.restart(),
                        g.update(),
                        g.disconnect(),
                        g.userNamespace(),
                        g.tasks()))
                .toList();
        return new JobSpec(spec.job(), spec.type(), spec.priority(), spec.scope(), groups);
    }

    public static JobSpec job(String job, JobType type, int count, String command, long cpuMillis) {
        return job(job, type, count, command, cpuMillis, Image.HOST);
    }

    public static JobSpec job(String job, JobType type, int count, String command, long cpuMillis, Image image) {
        TaskSpec task = new TaskSpec(
                "task",
                image,
                List.of(command),
                new TreeMap<>(),
                "0",
                "/",
                TaskSpec.DEFAULT_STOP_GRACE_MILLIS,
                new Resources(cpuMillis, 0, 4 << 20, 0, 16));
        GroupSpec group = new GroupSpec(
                "main",
                count,
                List.of(),
                NetworkMode.PRIVATE,
                RestartPolicy.DEFAULT,
                new UpdatePolicy(MIN_HEALTHY_MILLIS),
                DisconnectPolicy.KEEP,
                List.of(task));
        return new JobSpec(job, type, JobSpec.DEFAULT_PRIORITY, List.of(group));
    }
}
