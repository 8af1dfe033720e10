package io.holdfast.agent.reconcile;

import io.holdfast.agent.image.ImageConfig;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.job.Confinement;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Resources;
import io.holdfast.model.job.Signals;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.state.ManifestRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A group's and a task's specification as requests to the keeper. */
final class ContainerSpecs {
    /** How much of each of a task's streams is kept. */
    static final long LOG_MAX_BYTES = 10L << 20;

    /** Where programs without a slash are looked for, unless the job says otherwise. */
    static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Of root in images, whatever their /etc/passwd says. */
    static final String ROOTS_HOME = "/root";

    /** Microseconds; the kernel's own default. */
    static final long CPU_PERIOD_MICROS = 100_000;

    /** The kernel refuses quotas below a millisecond (Documentation/scheduler/sched-bwc). */
    static final long MIN_CPU_QUOTA_MICROS = 1_000;

    /** Bounds of cpu.shares (kernel/sched/sched.h: MIN_SHARES, MAX_SHARES). */
    static final long MIN_CPU_SHARES = 2;

    static final long MAX_CPU_SHARES = 262_144;

    /** Characters of a host name (sethostname(2)) that resolvers take as one label too. */
    static final int MAX_HOSTNAME = 63;

    /** What the root of a container of layers begins with; their diff ids follow. */
    static final String LAYERS = "layers:";

    /** The version of the runtime specification whose names are used. */
    static final String OCI_VERSION = "1.2.1";

    private ContainerSpecs() {}

    static Request.CreateSandbox sandbox(String clusterId, ManifestRow row, GroupSpec group) {
        return new Request.CreateSandbox(
                row.allocationId(),
                hostname(row),
                group.network().text(),
                group.userNamespace(),
                group.disconnect() == DisconnectPolicy.STOP,
                new TreeMap<>(Map.of(
                        Annotations.CLUSTER, clusterId,
                        Annotations.ALLOCATION, row.allocationId(),
                        Annotations.JOB, row.job().toString())));
    }

    static Request.StartContainer container(
            String nodeName, ManifestRow row, GroupSpec group, TaskSpec task, Attempt attempt, ImageSight.Ready image) {
        ImageDefaults defaults = new ImageDefaults(task, image.config());
        int position = group.tasks().indexOf(task);
        SortedMap<String, String> annotations = new TreeMap<>(Map.of(
                Annotations.ALLOCATION, row.allocationId(),
                Annotations.TASK, task.name(),
                Annotations.ATTEMPT, Integer.toString(attempt.number()),
                Annotations.STREAK, Integer.toString(attempt.streak()),
                Annotations.STOP_GRACE, Long.toString(task.stopGraceMillis())));
        if (defaults.stopSignal() != Signals.number(Signals.DEFAULT_STOP)) {
            annotations.put(Annotations.STOP_SIGNAL, Integer.toString(defaults.stopSignal()));
        }
        return new Request.StartContainer(
                row.allocationId() + "-" + position + "-" + attempt.number(),
                row.allocationId(),
                task.image().layered()
                        ? LAYERS + String.join(",", image.diffIds())
                        : task.image().reference(),
                spec(nodeName, row, task, image.config()),
                LOG_MAX_BYTES,
                annotations,
                task.init(),
                Rights.devices(task.confinement()),
                task.resources().diskBytes());
    }

    static Spec spec(String nodeName, ManifestRow row, TaskSpec task, ImageConfig image) {
        ImageDefaults defaults = new ImageDefaults(task, image);
        Confinement confinement = task.confinement();
        Spec.Process process = new Spec.Process(
                false,
                null,
                defaults.args(),
                env(nodeName, row, task, defaults),
                defaults.workDir(),
                defaults.user(),
                Rights.capabilities(confinement),
                confinement.noNewPrivileges(),
                Rights.rlimits(confinement),
                confinement.apparmorProfile(),
                0);
        return new Spec(
                OCI_VERSION,
                process,
                new Spec.Root("", confinement.readOnlyRoot()),
                hostname(row),
                confinement.readOnlyRoot() ? volumes(image) : List.of(),
                linux(task));
    }

    /** What an image declares a volume may be written though its root may not. */
    private static List<Spec.Mount> volumes(ImageConfig image) {
        return image.volumes().stream()
                .filter(path -> path.startsWith("/"))
                .map(path -> new Spec.Mount(path, "tmpfs", "tmpfs", List.of("nosuid", "nodev")))
                .toList();
    }

    /** {@code job-group-index}, cut so that the index stays whole. */
    static String hostname(ManifestRow row) {
        String tail = "-" + row.index();
        String head = (row.job().job() + "-" + row.group())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9-]+", "-")
                .replaceAll("^-+", "");
        String cut = head.substring(0, Math.min(head.length(), MAX_HOSTNAME - tail.length()));
        return cut.replaceAll("-+$", "") + tail;
    }

    private static List<String> env(String nodeName, ManifestRow row, TaskSpec task, ImageDefaults defaults) {
        SortedMap<String, String> env = new TreeMap<>(defaults.env());
        env.putIfAbsent("PATH", DEFAULT_PATH);
        Spec.User user = defaults.user();
        if (task.image().layered() && user.username().isEmpty() && user.uid() == 0) {
            env.putIfAbsent("HOME", ROOTS_HOME); // of others the keeper looks it up in the image
        }
        // after the job's own: what these say must be true
        env.put("HOLDFAST_ALLOCATION_ID", row.allocationId());
        env.put("HOLDFAST_JOB", row.job().job());
        env.put("HOLDFAST_GROUP", row.group());
        env.put("HOLDFAST_INDEX", Integer.toString(row.index()));
        env.put("HOLDFAST_TASK", task.name());
        env.put("HOLDFAST_NODE", nodeName);
        List<String> lines = new ArrayList<>();
        env.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }

    private static Spec.Linux linux(TaskSpec task) {
        return new Spec.Linux(
                null,
                null,
                null,
                null,
                "",
                resources(task.resources()),
                "",
                task.confinement().seccomp() ? Spec.Seccomp.NONE : Rights.NO_FILTER,
                task.confinement().sysctls(),
                null,
                null);
    }

    private static Spec.Resources resources(Resources resources) {
        long limit = resources.memoryLimitBytes();
        long reservation = resources.memoryMaxBytes() == 0 ? 0 : resources.memoryBytes();
        long shares = Math.min(MAX_CPU_SHARES, Math.max(MIN_CPU_SHARES, 1024 * resources.cpuMillis() / 1000));
        long quota = resources.cpuMaxMillis() * CPU_PERIOD_MICROS / 1000;
        Spec.Cpu cpu = resources.cpuMaxMillis() == 0
                ? new Spec.Cpu(shares, 0, 0, resources.cpuSet(), "")
                : new Spec.Cpu(
                        shares, Math.max(MIN_CPU_QUOTA_MICROS, quota), CPU_PERIOD_MICROS, resources.cpuSet(), "");
        // memory plus swap: unless the job says otherwise, a task that outgrows its memory ends, and does not drag the
        // node into swapping
        Spec.Memory memory = new Spec.Memory(limit, reservation, limit + resources.swapBytes());
        Spec.BlockIo io = new Spec.BlockIo((int) resources.ioWeight(), null, null, null, null);
        return new Spec.Resources(memory, cpu, new Spec.Pids(resources.pids()), io, null, null);
    }
}
