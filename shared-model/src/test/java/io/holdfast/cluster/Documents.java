package io.holdfast.cluster;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One document of each kind, with every field used. Changing one changes its golden file. */
final class Documents {
    private Documents() {}

    static Manifest manifest(long epoch, long revision) {
        JobKey web = new JobKey("default", "web");
        return new Manifest(
                "cluster-1",
                epoch,
                revision,
                2,
                List.of(
                        new ManifestRow("alloc-1", web, 3, "front", 0, "hash-1", Desired.RUN),
                        new ManifestRow("alloc-2", web, 2, "front", 1, "hash-2", Desired.STOP)));
    }

    static Report report(long incarnation, long revision) {
        return new Report(
                "node-1",
                "cluster-1",
                7,
                41,
                incarnation,
                revision,
                List.of(
                        new AllocationReport(
                                "alloc-1",
                                AllocationState.RUNNING,
                                "",
                                1_000,
                                0,
                                List.of(new TaskReport("a", TaskState.RUNNING, TaskExit.NONE, "", 1, 1_000, 0))),
                        new AllocationReport(
                                "alloc-2",
                                AllocationState.FAILED,
                                "oom-killed",
                                1_000,
                                2_000,
                                List.of(
                                        new TaskReport(
                                                "a", TaskState.EXITED, new TaskExit.Code(3), "", 0, 1_000, 1_500),
                                        new TaskReport(
                                                "b",
                                                TaskState.EXITED,
                                                new TaskExit.Signal(9),
                                                "oom-killed",
                                                0,
                                                1_000,
                                                2_000),
                                        new TaskReport(
                                                "c",
                                                TaskState.EXITED,
                                                TaskExit.UNKNOWN,
                                                "exit status unknown",
                                                0,
                                                1_000,
                                                0)))));
    }

    static NodeRegistration node(long incarnation, long cpuMillis) {
        return new NodeRegistration(
                "node-1",
                "alpha",
                new Capacity(cpuMillis, 1L << 33, 1L << 40, 4_096),
                new TreeMap<>(Map.of("node.arch", "amd64", "node.kernel", "6.18")),
                "0.1.0",
                incarnation,
                LayerHashes.of(new long[] {-1, 0x0123_4567_89ab_cdefL}));
    }
}
