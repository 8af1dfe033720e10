package io.holdfast.scheduler.reconcile;

import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
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
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Plain data for the tests of this package: the job {@code default/web}, whose groups run {@code run COMMAND}. */
final class Given {
    static final JobKey WEB = new JobKey("default", "web");
    static final long MIN_HEALTHY_MILLIS = 10_000;
    static final long NOW = 1_000_000;
    static final Map<String, NodeState> ALL_READY =
            Map.of("n0", NodeState.READY, "n1", NodeState.READY, "n2", NodeState.READY);

    private Given() {}

    static GroupSpec group(String name, int count, String command) {
        return group(name, count, command, DisconnectPolicy.KEEP);
    }

    static GroupSpec group(String name, int count, String command, DisconnectPolicy disconnect) {
        TaskSpec task = new TaskSpec(
                "main",
                new Image.Host(),
                List.of("run", command),
                new TreeMap<>(),
                "0",
                "/",
                TaskSpec.DEFAULT_STOP_GRACE_MILLIS,
                Resources.DEFAULT);
        return new GroupSpec(
                name,
                count,
                List.of(),
                NetworkMode.PRIVATE,
                RestartPolicy.DEFAULT,
                new UpdatePolicy(MIN_HEALTHY_MILLIS),
                disconnect,
                List.of(task));
    }

    /** Of which all that is missing is placed, or nothing. */
    static GroupSpec gang(String name, int count, DisconnectPolicy disconnect) {
        GroupSpec plain = group(name, count, "v1", disconnect);
        return new GroupSpec(
                name,
                count,
                plain.constraints(),
                new PlacementPolicy(List.of(), List.of(), false, List.of(), List.of(), true),
                plain.network(),
                plain.restart(),
                plain.update(),
                disconnect,
                true,
                plain.tasks());
    }

    static JobView service(int version, GroupSpec... groups) {
        return job(JobType.SERVICE, version, groups);
    }

    static JobView batch(int version, GroupSpec... groups) {
        return job(JobType.BATCH, version, groups);
    }

    static JobView job(JobType type, int version, GroupSpec... groups) {
        return JobView.of(WEB, version, 1, new JobSpec("web", type, 50, List.of(groups)), false);
    }

    static JobView stopped(JobView job) {
        return new JobView(job.key(), job.version(), job.sinceVersion(), job.spec(), true, job.specHashes());
    }

    static JobView since(int version, JobView job) {
        return new JobView(job.key(), job.version(), version, job.spec(), job.stopped(), job.specHashes());
    }

    /** Builds one allocation; what is not said is: on n0, told to run, running and healthy for long. */
    static final class Alloc {
        private final String id;
        private final int index;
        private final JobView job;
        private final GroupSpec group;
        private String node = "n0";
        private Desired desired = Desired.RUN;
        private AllocationState state = AllocationState.RUNNING;
        private long created = 1_000;
        private long started = 2_000;
        private long finished;

        private Alloc(String id, JobView job, GroupSpec group, int index) {
            this.id = id;
            this.index = index;
            this.job = job;
            this.group = group;
        }

        Alloc on(String node) {
            this.node = node;
            return this;
        }

        Alloc told(Desired desired) {
            this.desired = desired;
            return this;
        }

        Alloc is(AllocationState state) {
            this.state = state;
            if (state == AllocationState.PENDING || state == AllocationState.STARTING) {
                started = 0;
            }
            return this;
        }

        Alloc created(long millis) {
            this.created = millis;
            return this;
        }

        Alloc ran(long fromMillis, long toMillis) {
            this.started = fromMillis;
            this.finished = toMillis;
            return this;
        }

        Allocation build() {
            return new Allocation(
                    id,
                    WEB,
                    job.version(),
                    group.name(),
                    index,
                    node,
                    GroupCodec.specHash(GroupDocument.of(job.spec(), group)),
                    desired,
                    state,
                    "",
                    created,
                    started,
                    finished,
                    List.of());
        }
    }

    /** Of the job's first group. */
    static Alloc alloc(String id, JobView job, int index) {
        return new Alloc(id, job, job.spec().groups().get(0), index);
    }

    static Alloc alloc(String id, JobView job, GroupSpec group, int index) {
        return new Alloc(id, job, group, index);
    }
}
