package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Await;
import io.holdfast.keeper.Root;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every driver does, against the kernel that runs the tests. */
@Tag("root")
abstract class CgroupDriverContract {
    static final long MEBIBYTE = 1 << 20;
    static final Spec.Resources LIMITS = new Spec.Resources(
            new Spec.Memory(64 * MEBIBYTE, 32 * MEBIBYTE, 64 * MEBIBYTE),
            new Spec.Cpu(512, 50_000, 100_000),
            new Spec.Pids(32));

    /** The kernel's least is 1 ms. */
    static final Spec.Resources TOO_SMALL_QUOTA = new Spec.Resources(null, new Spec.Cpu(0, 1, 100_000), null);

    static final long NONE = -1;
    static final String ALL_CPUS = "all";

    final String parent = "holdfast-test-" + ProcessHandle.current().pid() + "-"
            + getClass().getSimpleName().toLowerCase();
    final List<Process> started = new ArrayList<>();
    CgroupDriver driver;

    /** Skips with a reason where this machine cannot run the driver. */
    abstract CgroupDriver open(String parent) throws IOException;

    /** Every directory that the named cgroup consists of. */
    abstract List<Path> seats(String name);

    String read(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    @BeforeEach
    void openDriver() throws Exception {
        Root.required();
        driver = open(parent);
    }

    @AfterEach
    void removeAll() throws Exception {
        if (driver == null) {
            return;
        }
        for (String name : driver.list()) {
            driver.kill(name);
        }
        driver.removeParent();
        for (Process process : started) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    @Test
    void shouldMakeEverySeatAndRemoveItAgain() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", Spec.Resources.UNLIMITED);

        assertThat(seats("s1/c1")).isNotEmpty().allMatch(Files::isDirectory);
        assertThat(driver.list()).containsExactly("s1");
        assertThat(driver.list("s1")).containsExactly("c1");

        driver.remove("s1");

        assertThat(seats("s1")).noneMatch(Files::exists);
        assertThat(driver.list()).isEmpty();
        assertThat(driver.list("s1")).isEmpty();
    }

    @Test
    void shouldTakeRemovalOfMissingCgroupAsDone() throws Exception {
        driver.remove("never-made");
        driver.kill("never-made");

        assertThat(driver.processes("never-made")).isEmpty();
    }

    @Test
    void shouldRefuseSecondCreationAndKeepTheFirst() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);

        assertThatThrownBy(() -> driver.create("s1", Spec.Resources.UNLIMITED))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is there already");
        assertThat(driver.list()).containsExactly("s1");
    }

    @Test
    void shouldLeaveNothingWhenSandboxIsMissing() throws Exception {
        assertThatThrownBy(() -> driver.create("none/c1", LIMITS)).isInstanceOf(IOException.class);

        assertThat(driver.list()).isEmpty();
    }

    @Test
    void shouldRefuseNamesThatLeaveTheParent() {
        for (String name : List.of("..", "../x", "a/../b", "/a", "", "a//b", "a/.b", "A")) {
            assertThatThrownBy(() -> driver.create(name, LIMITS)).as(name).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldNameTheProcessesOfTheWholeSubtree() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        Process inside = start("s1/c1", "exec sleep 1000");

        assertThat(driver.processes("s1/c1")).containsExactly((int) inside.pid());
        assertThat(driver.processes("s1")).containsExactly((int) inside.pid());
        assertThat(driver.processes("s1/none")).isEmpty();
    }

    @Test
    void shouldStandStillWhenFrozenAndGoOnWhenThawed() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        start("s1/c1", "while :; do :; done");
        long running = cpuNanos("s1/c1");
        Await.until("the loop uses cpu", () -> cpuNanos("s1/c1") > running);

        driver.freeze("s1/c1");
        long frozen = cpuNanos("s1/c1");
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(cpuNanos("s1/c1")).isEqualTo(frozen);

        assertThat(driver.frozen("s1/c1")).isTrue();
        assertThat(driver.frozen("s1")).isFalse();

        driver.thaw("s1/c1");
        assertThat(driver.frozen("s1/c1")).isFalse();
        Await.until("the loop goes on", () -> cpuNanos("s1/c1") > frozen);
    }

    @Test
    void shouldTellOwnFreezingFromTheParents() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);

        driver.freeze("s1");

        assertThat(driver.frozen("s1")).isTrue();
        assertThat(driver.frozen("s1/c1")).isFalse();
        assertThat(driver.frozen("never-made")).isFalse();
    }

    @Test
    void shouldKillAllProcessesAlsoFrozenOnes() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        Process inside = start("s1/c1", "trap '' TERM; sleep 1000 & sleep 1001 & wait");
        Await.until("three processes", () -> driver.processes("s1/c1").size() == 3);
        driver.freeze("s1/c1");

        driver.kill("s1");

        assertThat(driver.processes("s1")).isEmpty();
        assertThat(inside.waitFor()).isEqualTo(128 + 9);
    }

    @Test
    void shouldKillWhatForksAsFastAsItCan() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", new Spec.Resources(null, null, new Spec.Pids(2000)));
        start("s1/c1", "while :; do sleep 0.02 & done");
        Await.until("it forks", () -> driver.processes("s1/c1").size() > 5);

        driver.kill("s1/c1");

        assertThat(driver.processes("s1/c1")).isEmpty();
        driver.remove("s1");
        assertThat(driver.list()).isEmpty();
    }

    @Test
    void shouldReportNoMoreThanTheHostHas() throws Exception {
        CgroupDriver.Limits limits = driver.parentLimits();

        assertThat(limits.cpuMillis())
                .isBetween(1L, 1000L * Runtime.getRuntime().availableProcessors());
        assertThat(limits.memoryBytes()).isPositive().isLessThan(1L << 50);
        assertThat(limits.pids()).isPositive();
    }

    @Test
    void shouldWriteEveryLimit() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);

        assertThat(limits("s1/c1"))
                .isEqualTo(new Written(64 * MEBIBYTE, 32 * MEBIBYTE, 0, shares(512), "50000 100000", "32", ALL_CPUS));
    }

    @Test
    void shouldLeaveNothingWhenKernelRefusesLimit() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);

        assertThatThrownBy(() -> driver.create("s1/c1", TOO_SMALL_QUOTA)).hasMessageContaining("cannot write");

        assertThat(seats("s1/c1")).noneMatch(Files::exists);
    }

    @Test
    void shouldRefuseWhatTheHostHasNot() throws Exception {
        assertThat(driver.refusal(LIMITS)).isEmpty();
        assertThat(driver.refusal(withCpus("4000")))
                .hasValueSatisfying(why -> assertThat(why).contains("cpu.cpus"));
        assertThat(driver.refusal(
                        io(new Spec.BlockIo(0, List.of(new Spec.Throttle(4000, 1, 1_000_000)), null, null, null))))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("blockIO.throttleReadBpsDevice")
                        .contains("4000:1"));
        assertThat(driver.refusal(new Spec.Resources(
                        null, null, null, null, null, new TreeMap<>(Map.of("hugetlb.3MB.max", "1")))))
                .hasValueSatisfying(why -> assertThat(why).contains("unified.hugetlb.3MB.max"));
        assertThatThrownBy(() -> driver.create("s1", withCpus("4000"))).hasMessageContaining("cpu.cpus");
        assertThat(driver.list()).isEmpty();
    }

    @Test
    void shouldChangeLimitsUpAndDownAndTakeThemOff() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        start("s1/c1", "exec sleep 1000");
        Spec.Resources more = new Spec.Resources(
                new Spec.Memory(256 * MEBIBYTE, 128 * MEBIBYTE, 512 * MEBIBYTE),
                new Spec.Cpu(2048, 20_000, 10_000, "0", ""),
                new Spec.Pids(64));

        driver.update("s1/c1", LIMITS, more);
        assertThat(limits("s1/c1"))
                .isEqualTo(new Written(
                        256 * MEBIBYTE, 128 * MEBIBYTE, 256 * MEBIBYTE, shares(2048), "20000 10000", "64", "0"));
        driver.update("s1/c1", more, LIMITS);
        assertThat(limits("s1/c1"))
                .isEqualTo(new Written(64 * MEBIBYTE, 32 * MEBIBYTE, 0, shares(512), "50000 100000", "32", ALL_CPUS));
        driver.update("s1/c1", LIMITS, Spec.Resources.UNLIMITED);

        assertThat(limits("s1/c1")).isEqualTo(new Written(NONE, 0, NONE, shares(1024), "max 100000", "max", ALL_CPUS));
        assertThat(driver.processes("s1/c1")).hasSize(1);
    }

    @Test
    void shouldChangeNothingWhenOneChangeIsRefused() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        Written before = limits("s1/c1");
        Spec.Resources half = new Spec.Resources(
                new Spec.Memory(256 * MEBIBYTE, 0, 512 * MEBIBYTE), new Spec.Cpu(2048, 1, 10_000), new Spec.Pids(64));

        assertThatThrownBy(() -> driver.update("s1/c1", LIMITS, half)).hasMessageContaining("cannot write");

        assertThat(limits("s1/c1")).isEqualTo(before);
    }

    @Test
    void shouldAccountWhatIsUsed() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        start("s1/c1", "while :; do :; done");

        Await.until(
                "cpu time is counted",
                () -> driver.stats("s1/c1").orElseThrow().cpu().userNanos() > 20_000_000);

        Stats stats = driver.stats("s1/c1").orElseThrow();
        assertThat(stats.cpu().usageNanos()).isGreaterThanOrEqualTo(stats.cpu().userNanos());
        assertThat(stats.memory().currentBytes()).isPositive();
        assertThat(stats.memory().limitBytes()).isEqualTo(64 * MEBIBYTE);
        assertThat(stats.pids().current()).isEqualTo(1);
        assertThat(stats.pids().limit()).isEqualTo(32);
        assertThat(driver.stats("s1").orElseThrow().cpu().usageNanos()).isPositive();
        assertThat(driver.stats("s1/none")).isEmpty();
    }

    @Test
    void shouldKeepContainersToTheirDevices(@TempDir Path nodes) throws Exception {
        Spec.DeviceRule kmsg = new Spec.DeviceRule(true, "c", 1, 11, "rw");
        Spec.Resources withKmsg = new Spec.Resources(null, null, null, null, List.of(kmsg), null);
        // made inside of the cgroup as well: mknod gives nothing yet
        String make = "cd " + nodes + "; rm -f null kmsg; mknod null c 1 3 && mknod kmsg c 1 11 || exit 9; ";
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", Spec.Resources.UNLIMITED);
        driver.create("s1/c2", withKmsg);

        assertThat(run("s1/c1", make + ": > null && : < /dev/null").waitFor()).isZero();
        assertThat(run("s1/c1", make + "exec 3< kmsg").waitFor()).isEqualTo(2);
        assertThat(run("s1/c2", make + "exec 3< kmsg && : > null").waitFor()).isZero();
        driver.update("s1/c2", withKmsg, Spec.Resources.UNLIMITED);
        assertThat(run("s1/c2", make + "exec 3< kmsg").waitFor()).isEqualTo(2);
        assertThat(run("s1/c2", make + ": > null").waitFor()).isZero();
        driver.update("s1/c1", Spec.Resources.UNLIMITED, withKmsg);
        assertThat(run("s1/c1", make + "exec 3< kmsg").waitFor()).isZero();
    }

    @Test
    void shouldFreezeAndThawAWholeSandbox() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        driver.create("s1/c2", LIMITS);
        start("s1/c1", "while :; do :; done");
        start("s1/c2", "while :; do :; done");

        driver.freeze("s1");
        long first = cpuNanos("s1/c1");
        long second = cpuNanos("s1/c2");
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(cpuNanos("s1/c1")).isEqualTo(first);
        assertThat(cpuNanos("s1/c2")).isEqualTo(second);
        driver.freeze("s1");
        driver.thaw("s1");
        driver.thaw("s1");

        Await.until("both go on", () -> cpuNanos("s1/c1") > first && cpuNanos("s1/c2") > second);
    }

    @Test
    void shouldKillOneFrozenContainerAndSpareItsNeighbour() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        driver.create("s1/c2", LIMITS);
        Process frozen = start("s1/c1", "exec sleep 1000");
        Process other = start("s1/c2", "exec sleep 1000");
        driver.freeze("s1/c1");

        driver.kill("s1/c1");

        assertThat(frozen.waitFor()).isEqualTo(128 + 9);
        assertThat(other.isAlive()).isTrue();
    }

    /** What the kernel holds, in one notation for both versions. {@link #NONE} for no limit. */
    record Written(long memory, long reservation, long swap, long weight, String quota, String pids, String cpus) {}

    Written limits(String name) throws IOException {
        boolean v1Memory = isV1("memory");
        Path memory = seat("memory", name);
        long limit = number(read(memory.resolve(v1Memory ? "memory.limit_in_bytes" : "memory.max")));
        long low = number(read(memory.resolve(v1Memory ? "memory.soft_limit_in_bytes" : "memory.low")));
        long swap = number(read(memory.resolve(v1Memory ? "memory.memsw.limit_in_bytes" : "memory.swap.max")));
        Path cpu = seat("cpu", name);
        String quota = isV1("cpu")
                ? read(cpu.resolve("cpu.cfs_quota_us")).replace("-1", "max") + " "
                        + read(cpu.resolve("cpu.cfs_period_us"))
                : read(cpu.resolve("cpu.max"));
        String cpus = ALL_CPUS;
        try {
            cpus = read(seat("cpuset", name).resolve("cpuset.cpus"));
        } catch (NoSuchFileException e) {
            // nobody has asked for cpus yet
        }
        return new Written(
                limit,
                low == NONE ? 0 : low,
                swap == NONE ? NONE : v1Memory ? swap - limit : swap,
                number(read(cpu.resolve(isV1("cpu") ? "cpu.shares" : "cpu.weight"))),
                quota,
                read(seat("pids", name).resolve("pids.max")),
                cpus.isEmpty() ? ALL_CPUS : cpus.equals(allCpus()) ? ALL_CPUS : cpus);
    }

    private static String allCpus() throws IOException {
        return Files.readString(Path.of("/sys/devices/system/cpu/online")).strip();
    }

    private static long number(String text) {
        return text.equals("max")
                        || text.length() == Long.toString(Long.MAX_VALUE).length()
                ? NONE
                : Long.parseLong(text);
    }

    private long shares(long shares) throws IOException {
        return isV1("cpu") ? shares : CpuControl.weight(shares);
    }

    private boolean isV1(String controller) throws IOException {
        return !driver.mode().equals("v2") && RealMounts.parsed().v1().containsKey(controller);
    }

    private Path seat(String controller, String name) throws IOException {
        Path mount = isV1(controller)
                ? RealMounts.parsed().v1().get(controller)
                : RealMounts.parsed().v2().orElseThrow();
        return mount.resolve(parent).resolve(name);
    }

    private long cpuNanos(String name) throws IOException {
        return driver.stats(name).orElseThrow().cpu().usageNanos();
    }

    static Spec.Resources withCpus(String cpus) {
        return new Spec.Resources(LIMITS.memory(), new Spec.Cpu(512, 50_000, 100_000, cpus, ""), LIMITS.pids());
    }

    private static Spec.Resources io(Spec.BlockIo io) {
        return new Spec.Resources(null, null, null, io, null, null);
    }

    /** A shell that enters the cgroup as a container's first process does, and then runs the script. */
    Process start(String name, String script) throws Exception {
        Process process = run(name, script);
        List<Path> seats = joinFiles(name);
        Await.until(
                "the shell is inside",
                () -> driver.processes(name).contains((int) process.pid())
                        && seats.stream().allMatch(file -> holds(file.resolveSibling("cgroup.procs"), process.pid())));
        return process;
    }

    private List<Path> joinFiles(String name) {
        CgroupJoin join = driver.join(name);
        List<Path> files = new ArrayList<>();
        join.bornIn().ifPresent(seat -> files.add(seat.resolve("cgroup.procs")));
        files.addAll(join.joinFiles());
        return files;
    }

    /** As {@link #start}, for scripts that may be over at once. */
    Process run(String name, String script) throws Exception {
        StringBuilder enter = new StringBuilder("set -e; ");
        joinFiles(name).forEach(file -> enter.append("echo 0 > ").append(file).append("; "));
        Process process = new ProcessBuilder("sh", "-c", enter + "exec sh -c \"$0\"", script)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        return process;
    }

    private static boolean holds(Path procs, long pid) {
        try {
            return Files.readAllLines(procs).contains(Long.toString(pid));
        } catch (IOException e) {
            return false;
        }
    }
}
