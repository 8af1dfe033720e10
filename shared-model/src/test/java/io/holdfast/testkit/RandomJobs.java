package io.holdfast.testkit;

import io.holdfast.model.job.Confinement;
import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobLimits;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.NetworkMode;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.job.PlacementPolicy;
import io.holdfast.model.job.PlacementPolicy.Affinity;
import io.holdfast.model.job.PlacementPolicy.Distinct;
import io.holdfast.model.job.PlacementPolicy.Spread;
import io.holdfast.model.job.PullPolicy;
import io.holdfast.model.job.Resources;
import io.holdfast.model.job.RestartPolicy;
import io.holdfast.model.job.Signals;
import io.holdfast.model.job.TaskDevice;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.job.Ulimit;
import io.holdfast.model.job.UpdatePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** Valid specifications of every shape, drawn from a seed: limits and odd characters come up often. */
public final class RandomJobs {
    private static final String[] ODD = {
        "", " ", "é", "\n", "\t", "\"", "\\", "日本", "𝄞", "\u0001", "${x}", "-", "&a *b", "\u2028", "no", "0x1"
    };

    private final RandomGenerator random;

    public RandomJobs(RandomGenerator random) {
        this.random = random;
    }

    public JobSpec job() {
        JobType type = pick(JobType.values());
        int groups = random.nextInt(1, 4);
        return new JobSpec(
                name(""),
                type,
                (int) between(JobLimits.MIN_PRIORITY, JobLimits.MAX_PRIORITY),
                random.nextBoolean() ? NodeScope.DEFAULT : scope(),
                list(groups, i -> group("g" + i, groups)));
    }

    private NodeScope scope() {
        return new NodeScope(
                pick(new String[] {NodeScope.DEFAULT_POOL, NodeScope.ANY_POOL, name("")}),
                list(random.nextInt(3), i -> name("dc" + i)));
    }

    private GroupSpec group(String prefix, int groups) {
        int count = (int) between(0, JobLimits.MAX_INSTANCES / groups);
        return new GroupSpec(
                name(prefix),
                count,
                list(random.nextInt(3), i -> constraint()),
                random.nextBoolean() ? PlacementPolicy.NONE : placement(count),
                pick(NetworkMode.values()),
                new RestartPolicy(
                        (int) between(0, JobLimits.MAX_RESTART_ATTEMPTS),
                        between(JobLimits.MIN_RESTART_DELAY_MILLIS, RestartPolicy.MAX_DELAY_MILLIS)),
                new UpdatePolicy(between(0, JobLimits.MAX_MIN_HEALTHY_MILLIS)),
                pick(DisconnectPolicy.values()),
                random.nextBoolean(),
                list(random.nextInt(1, 4), i -> task("t" + i)));
    }

    private PlacementPolicy placement(int count) {
        SortedMap<String, Integer> percents = new TreeMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            percents.put(pick(new String[] {"a", "b c", "${y}", "é"}), (int) between(0, 33));
        }
        return new PlacementPolicy(
                list(
                        random.nextInt(3),
                        i -> new Spread("meta.s" + i, (int) between(1, JobLimits.MAX_WEIGHT), percents)),
                list(
                        random.nextInt(3),
                        i -> new Affinity(
                                constraint(),
                                (int) between(1, JobLimits.MAX_WEIGHT) * (random.nextBoolean() ? 1 : -1))),
                random.nextBoolean(),
                list(random.nextInt(3), i -> new Distinct("meta.d" + i, (int) between(1, GroupSpec.MAX_COUNT))),
                list(random.nextInt(3), i -> name("j" + i)),
                count <= JobLimits.MAX_GANG && random.nextBoolean());
    }

    private TaskSpec task(String prefix) {
        SortedMap<String, String> env = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            env.put(pick(new String[] {"A", "_b", "HOME", "x1_Y"}), text());
        }
        List<String> command = new ArrayList<>(List.of("/bin/" + text()));
        command.addAll(list(random.nextInt(4), i -> text()));
        long cpu = between(JobLimits.MIN_CPU_MILLIS, JobLimits.MAX_CPU_MILLIS);
        long memory = between(JobLimits.MIN_MEMORY_BYTES, JobLimits.MAX_MEMORY_BYTES);
        Image image = image();
        boolean bare = image.layered() && random.nextBoolean();
        return new TaskSpec(
                name(prefix),
                image,
                image.layered() ? pick(PullPolicy.values()) : PullPolicy.IF_ABSENT,
                bare ? List.of() : command,
                random.nextBoolean() ? List.of() : List.of("", text()),
                env,
                bare
                        ? ""
                        : pick(new String[] {
                            Long.toString(between(0, JobLimits.MAX_ID)),
                            between(0, JobLimits.MAX_ID) + ":" + between(0, JobLimits.MAX_ID),
                            "www-data",
                            "_x:adm.y"
                        }),
                bare ? "" : "/" + text(),
                random.nextBoolean()
                        ? image.layered() ? "" : Signals.DEFAULT_STOP
                        : pick(Signals.names().toArray(String[]::new)),
                between(0, JobLimits.MAX_STOP_GRACE_MILLIS),
                random.nextBoolean(),
                random.nextBoolean() ? Confinement.USUAL : confinement(),
                new Resources(
                        cpu,
                        random.nextBoolean() ? 0 : between(cpu, JobLimits.MAX_CPU_MILLIS),
                        memory,
                        random.nextBoolean() ? 0 : between(memory, JobLimits.MAX_MEMORY_BYTES),
                        between(JobLimits.MIN_PIDS, JobLimits.MAX_PIDS),
                        random.nextBoolean() ? 0 : between(0, JobLimits.MAX_MEMORY_BYTES),
                        pick(new String[] {"", "0", "0-3,8"}),
                        random.nextBoolean() ? 0 : between(JobLimits.MIN_IO_WEIGHT, JobLimits.MAX_IO_WEIGHT),
                        random.nextBoolean() ? 0 : between(JobLimits.MIN_DISK_BYTES, JobLimits.MAX_DISK_BYTES)));
    }

    private Image image() {
        String digest = "sha256:" + "0123456789abcdef".repeat(4);
        return pick(new Image[] {
            Image.HOST,
            new Image.Directory("/" + text()),
            new Image.Registry("docker.io", "library/alpine", "3.20", ""),
            new Image.Registry("r.example.com:5000", "a/b__c/d-e.f", "", digest),
            new Image.Registry("localhost", "x", "A_.-", digest),
            new Image.Layout("/srv/a:b/c", "v1"),
            new Image.Layout("/srv/a", ""),
            new Image.Archive("/srv/a.tar")
        });
    }

    private Confinement confinement() {
        SortedMap<String, String> sysctls = new TreeMap<>();
        if (random.nextBoolean()) {
            sysctls.put(pick(new String[] {"net.core.somaxconn", "kernel.shmmax"}), Long.toString(between(0, 99)));
        }
        SortedMap<String, Ulimit> ulimits = new TreeMap<>();
        if (random.nextBoolean()) {
            long hard = between(0, JobLimits.MAX_ULIMIT);
            ulimits.put(pick(new String[] {"nofile", "core"}), new Ulimit(between(0, hard), hard));
        }
        return new Confinement(
                list(random.nextInt(3), i -> pick(new String[] {"CAP_SYS_TIME", "CAP_NET_ADMIN"})),
                list(random.nextInt(3), i -> pick(new String[] {"CAP_KILL", Confinement.ALL})),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                pick(new String[] {"", "tight", "a/b.c-d"}),
                sysctls,
                ulimits,
                random.nextBoolean()
                        ? List.of()
                        : List.of(new TaskDevice("/dev/fuse", pick(new String[] {"rwm", "r"}))));
    }

    private Constraint constraint() {
        Constraint.Operator operator = pick(Constraint.Operator.values());
        String value = pick(
                switch (operator) {
                    case SET, UNSET -> new String[] {""};
                    case LESS, AT_MOST, MORE, AT_LEAST -> new String[] {"8", "-1", "2.5"};
                    case VERSION -> new String[] {"6.1", ">= 5.10, < 6", "!= v1.2.3"};
                    case MATCHES -> new String[] {"^a[bc]+$", "x|y z", "\\\\d"};
                    case IN -> new String[] {"a, b", "a"};
                    default -> new String[] {"amd64", "6.1", "a b", "=x", "é", "${y}", "\"q\""};
                });
        return new Constraint(pick(new String[] {"node.arch", "x", "meta.a-b.C_d"}), operator, value);
    }

    private String name(String prefix) {
        String letters = "abcxyz0189";
        StringBuilder name = new StringBuilder(prefix);
        int length = random.nextInt(10) == 0 ? 63 : random.nextInt(3, 20);
        while (name.length() < length) {
            boolean edge = name.length() == 0 || name.length() == length - 1;
            name.append(!edge && random.nextInt(5) == 0 ? '-' : letters.charAt(random.nextInt(letters.length())));
        }
        return name.toString();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(random.nextBoolean() ? pick(ODD) : Integer.toString(random.nextInt(1000), 36));
        }
        return text.toString();
    }

    /** Often one of both ends, often round in binary or decimal. */
    private long between(long min, long max) {
        long value = switch (random.nextInt(6)) {
            case 0 -> min;
            case 1 -> max;
            default -> min == max ? min : random.nextLong(min, max);
        };
        long round = random.nextBoolean() ? 1L << random.nextInt(40) : (long) Math.pow(10, random.nextInt(8));
        long rounded = value / round * round;
        return rounded >= min ? rounded : value;
    }

    private <T> T pick(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private static <T> List<T> list(int size, IntFunction<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(element.apply(i));
        }
        return list;
    }
}
