package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Await;
import io.holdfast.keeper.Root;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every driver does, against the kernel that runs the tests. */
@Tag("root")
abstract class CgroupDriverContract {
    static final long MEBIBYTE = 1 << 20;
    static final Spec.Resources LIMITS = new Spec.Resources(
            new Spec.Memory(64 * MEBIBYTE, 32 * MEBIBYTE, 64 * MEBIBYTE),
            new Spec.Cpu(512, 50_000, 100_000),
            new Spec.Pids(32));

    final String parent = "holdfast-test-" + ProcessHandle.current().pid() + "-"
            + getClass().getSimpleName().toLowerCase();
    final List<Process> started = new ArrayList<>();
    CgroupDriver driver;

    /** Skips with a reason where this machine cannot run the driver. */
    abstract CgroupDriver open(String parent) throws IOException;

    /** Every directory that the named cgroup consists of. */
    abstract List<Path> seats(String name);

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
        for (String name : List.of("..", "../x", "a/../b", "/a", "", "a/b/c", "A")) {
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
        assertThat(driver.usage("s1/c1").cpuNanos()).isPositive();
    }

    @Test
    void shouldStandStillWhenFrozenAndGoOnWhenThawed() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        start("s1/c1", "while :; do :; done");
        long running = driver.usage("s1/c1").cpuNanos();
        Await.until("the loop uses cpu", () -> driver.usage("s1/c1").cpuNanos() > running);

        driver.freeze("s1/c1");
        long frozen = driver.usage("s1/c1").cpuNanos();
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(driver.usage("s1/c1").cpuNanos()).isEqualTo(frozen);

        assertThat(driver.frozen("s1/c1")).isTrue();
        assertThat(driver.frozen("s1")).isFalse();

        driver.thaw("s1/c1");
        assertThat(driver.frozen("s1/c1")).isFalse();
        Await.until("the loop goes on", () -> driver.usage("s1/c1").cpuNanos() > frozen);
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
        List<Path> files = new ArrayList<>(join.joinFiles());
        join.bornIn().ifPresent(seat -> files.add(seat.resolve("cgroup.procs")));
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
