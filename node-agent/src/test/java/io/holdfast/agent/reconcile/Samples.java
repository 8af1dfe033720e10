package io.holdfast.agent.reconcile;

import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.NetworkMode;
import io.holdfast.model.job.Resources;
import io.holdfast.model.job.RestartPolicy;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.job.UpdatePolicy;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Plain data for tests. */
public final class Samples {
    public static final String CLUSTER = "cluster-1";
    public static final JobKey JOB = new JobKey("default", "web");

    private Samples() {}

    public static TaskSpec task(String name) {
        return new TaskSpec(
                name,
                new Image.Host(),
                List.of("/bin/sh", "-c", "true"),
                new TreeMap<>(),
                "0",
                "/",
                TaskSpec.DEFAULT_STOP_GRACE_MILLIS,
                Resources.DEFAULT);
    }

    public static GroupSpec group(int attempts, DisconnectPolicy disconnect, String... tasks) {
        return new GroupSpec(
                "main",
                1,
                List.of(),
                NetworkMode.PRIVATE,
                new RestartPolicy(attempts, 1_000),
                UpdatePolicy.DEFAULT,
                disconnect,
                Arrays.stream(tasks).map(Samples::task).toList());
    }

    public static GroupDocument service(String... tasks) {
        return new GroupDocument(JobType.SERVICE, group(3, DisconnectPolicy.KEEP, tasks));
    }

    public static GroupDocument batch(int attempts, String... tasks) {
        return new GroupDocument(JobType.BATCH, group(attempts, DisconnectPolicy.KEEP, tasks));
    }

    public static ManifestRow row(String id, String specHash, Desired desired) {
        return new ManifestRow(id, JOB, 1, "main", 0, specHash, desired);
    }

    public static Manifest manifest(long revision, ManifestRow... rows) {
        return manifest(revision, List.of(rows));
    }

    public static Manifest manifest(long revision, List<ManifestRow> rows) {
        return new Manifest(CLUSTER, 1, revision, rows.size(), rows);
    }
}
