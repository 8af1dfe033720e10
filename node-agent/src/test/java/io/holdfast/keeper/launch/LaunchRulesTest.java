package io.holdfast.keeper.launch;

import static io.holdfast.keeper.launch.LaunchFixture.IDS;
import static io.holdfast.keeper.launch.LaunchFixture.NO_CGROUP;
import static io.holdfast.keeper.launch.LaunchFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Children;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Memory;
import io.holdfast.keeper.linux.Pollable;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TestGuards;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.testkit.Await;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One test for each rule that keeps a shared address space safe; it bears its guard's tag and goes red when that is off. */
@Tag("root")
class LaunchRulesTest {
    private static final int MILLIS = (int) Await.bound(Duration.ofSeconds(10)).toMillis();
    private static final int SIGWINCH = 28;
    private static final int SIG_IGN = 1;

    private LaunchFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = LaunchFixture.openOrSkip();
    }

    @AfterEach
    void close() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    @Tag("guard-vfork")
    void shouldSurviveWhenTheChildRunsOutOfMemoryInItsCgroup() throws Exception {
        assumeTrue(TestCgroup.available(), TestCgroup.unavailable());
        TestCgroup cgroup = fixture.cgroup();
        cgroup.limitMemory(512 * 1024);
        Path fifos = Files.createDirectory(fixture.directory.resolve("fifos"));
        Process jvm = jvm("fill-cgroup", cgroup.members().toString(), fifos.toString());
        String output = read(jvm);
        assertThat(jvm.waitFor(MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(jvm.exitValue()).as(output).isZero();
        assertThat(output).contains("survived, child Status[state=ENDED, signal=0]");
        assertThat(cgroup.memoryFailures()).as("the limit was met").isPositive();
    }

    @Test
    @Tag("guard-oom-score")
    void shouldLeaveTheOomScoreAloneWhenAContainerStarts() throws Exception {
        String before = Files.readString(Path.of("/proc/self/oom_score_adj"));
        var ran = fixture.shell(fixture.sandbox("private", IDS), "cat /proc/self/oom_score_adj");
        assertThat(ran.output()).isEqualTo(before);
        assertThat(Files.readString(Path.of("/proc/self/oom_score_adj"))).isEqualTo(before);
    }

    @Test
    @Tag("guard-dumpable")
    void shouldHideTheMemoryOfTheChildWhenItHasDroppedItsRights() throws Exception {
        Syscalls syscalls = fixture.syscalls();
        syscalls.setDumpable(true);
        Capabilities.Sets sets = Capabilities.read(Spec.Capabilities.DEFAULT);
        int born = syscalls.eventfd();
        int go = syscalls.eventfd();
        Bare bare = new Bare(syscalls, TestGuards.current(), (program, guarded) -> {
                    Capabilities.bound(program, sets);
                    Capabilities.set(program, sets, true, false, TestGuards.current());
                    var one = program.arena().allocate(8).putLong(0, 1);
                    program.add(Call.WRITE, born, one, 8);
                    guarded.waitReadable(go, MILLIS, "the test");
                })
                .start();
        try {
            assertThat(syscalls.poll(List.of(new Pollable(born, Syscalls.POLLIN)), MILLIS)[0])
                    .isNotZero();
            // a container's root without user namespace: uid 0, everything but the right to trace
            Process thief = new ProcessBuilder(
                            "setpriv",
                            "--bounding-set",
                            "-sys_ptrace",
                            "sh",
                            "-c",
                            "exec 3</proc/" + bare.pid() + "/mem")
                    .redirectErrorStream(true)
                    .start();
            String said = read(thief);
            assertThat(thief.waitFor()).as("opened the memory of the launch").isNotZero();
            assertThat(said).containsIgnoringCase("permission denied");
            // CVE-2019-5736: nor the JVM behind exe
            Process other = new ProcessBuilder(
                            "setpriv", "--bounding-set", "-sys_ptrace", "readlink", "/proc/" + bare.pid() + "/exe")
                    .start();
            assertThat(read(other)).isEmpty();
            assertThat(other.waitFor()).isNotZero();
        } finally {
            syscalls.eventfdAdd(go);
            assertThat(bare.endsWithin(MILLIS)).isTrue();
            bare.status();
            syscalls.setDumpable(false);
            syscalls.close(born);
            syscalls.close(go);
        }
    }

    @Test
    void shouldStayHiddenWhenAContainerHasStarted() throws Exception {
        fixture.shell(fixture.sandbox("private", IDS), "true");
        assertThat(fixture.syscalls().dumpable()).isFalse();
    }

    @Test
    @Tag("guard-pdeathsig")
    void shouldKillTheChildWhenTheKeeperIsKilledInMidLaunch() throws Exception {
        assertThatChildDiesWithItsJvm("hang");
    }

    @Test
    @Tag("guard-pdeathsig-after-ids")
    void shouldKillTheChildWhenTheKeeperIsKilledAfterTheChildChangedItsUser() throws Exception {
        assertThatChildDiesWithItsJvm("hang-as-other-user");
    }

    private void assertThatChildDiesWithItsJvm(String scenario) throws Exception {
        Process jvm = jvm(scenario);
        BufferedReader lines = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
        int child = Integer.parseInt(lines.readLine());
        jvm.destroyForcibly().waitFor();
        boolean gone = until(() -> isGone(child));
        if (!gone) {
            fixture.syscalls().kill(child, Syscalls.SIGKILL);
        }
        assertThat(gone).as("child " + child + " ended with its keeper").isTrue();
    }

    @Test
    @Tag("guard-wait-bound")
    void shouldEndTheWaitWhenNothingComes() throws Exception {
        int never = fixture.syscalls().eventfd();
        Bare bare = new Bare(
                        fixture.syscalls(),
                        TestGuards.current(),
                        (program, guarded) -> guarded.waitReadable(never, 200, "nothing"))
                .start();
        boolean ended = bare.endsWithin(MILLIS / 2);
        bare.status();
        fixture.syscalls().close(never);
        assertThat(ended).isTrue();
        assertThat(bare.program.failed().describe()).contains("nothing did not come within 200 ms");
    }

    @Test
    @Tag("guard-own-files")
    void shouldLeakNoDescriptorWhenTheChildFails() throws Exception {
        List<String> before = descriptors();
        Bare bare = new Bare(fixture.syscalls(), TestGuards.current(), (program, guarded) -> {
                    for (int i = 0; i < 10; i++) {
                        program.add(Call.OPENAT, Syscalls.AT_FDCWD, "/etc/hostname", 0, 0);
                    }
                    program.add(Call.CHDIR, "/nowhere/at/all");
                })
                .start();
        assertThat(bare.endsWithin(MILLIS)).isTrue();
        bare.status();
        assertThat(bare.program.failed().name()).isEqualTo("chdir");
        assertThat(descriptors().stream().filter(path -> path.endsWith("/etc/hostname")))
                .isEqualTo(before.stream()
                        .filter(path -> path.endsWith("/etc/hostname"))
                        .toList());
    }

    @Test
    @Tag("guard-signals-blocked")
    void shouldHoldSignalsBackWhenTheyReachTheChildInMidLaunch() throws Exception {
        Syscalls syscalls = fixture.syscalls();
        int born = syscalls.eventfd();
        int go = syscalls.eventfd();
        Bare bare = new Bare(syscalls, TestGuards.current(), (program, guarded) -> {
                    var one = program.arena().allocate(8).putLong(0, 1);
                    program.add(Call.WRITE, born, one, 8);
                    guarded.waitReadable(go, MILLIS, "the test");
                })
                .start();
        assertThat(syscalls.poll(List.of(new Pollable(born, Syscalls.POLLIN)), MILLIS)[0])
                .isNotZero();
        syscalls.kill(bare.pid(), Syscalls.SIGTERM);
        syscalls.eventfdAdd(go);
        assertThat(bare.endsWithin(MILLIS)).isTrue();
        assertThat(bare.status()).isEqualTo(new Children.Status(Children.State.ENDED, 0));
        assertThat(bare.program.failed()).isNull();
        syscalls.close(born);
        syscalls.close(go);
    }

    @Test
    void shouldGiveTheThreadItsSignalsBackWhenALaunchIsOver() throws Exception {
        String before = blockedSignals();
        fixture.shell(fixture.sandbox("private", IDS), "true");
        assertThat(blockedSignals()).isEqualTo(before);
    }

    @Test
    @Tag("guard-signals-reset")
    void shouldStartTheProgramWithDefaultSignalsWhenTheKeeperIgnoresAndBlocksSome() throws Exception {
        Memory ignore = Memory.allocate(32);
        ignore.putLong(0, SIG_IGN);
        Memory old = Memory.allocate(32);
        fixture.syscalls().kernel().call(Call.RT_SIGACTION, SIGWINCH, ignore, old, 8);
        try {
            var ran = fixture.run(
                    fixture.sandbox("private", IDS), "host", spec("/bin/cat", "/proc/self/status"), NO_CGROUP);
            assertThat(ran.output()
                            .lines()
                            .filter(line -> line.matches("Sig(Blk|Ign|Cgt):.*"))
                            .map(line -> line.split("\\s+")[1]))
                    .containsExactly("0000000000000000", "0000000000000000", "0000000000000000");
        } finally {
            fixture.syscalls().kernel().call(Call.RT_SIGACTION, SIGWINCH, old, 0, 8);
        }
    }

    @Test
    @Tag("guard-close-range")
    void shouldHandOnNothingButStandardDescriptorsWhenTheKeeperHasOthersOpen() throws Exception {
        long leaky = fixture.syscalls().kernel().call(Call.OPENAT, Syscalls.AT_FDCWD, "/", Syscalls.O_RDONLY, 0);
        try {
            var ran = fixture.shell(
                    fixture.sandbox("private", IDS),
                    "n=0; while [ $n -lt 400 ]; do [ -e /proc/self/fd/$n ] && echo $n; n=$((n+1)); done");
            assertThat(ran.output()).isEqualTo("0\n1\n2\n");
        } finally {
            fixture.syscalls().close((int) leaky);
        }
    }

    @Test
    @Tag("guard-cwd")
    void shouldRefuseAWorkingDirectoryWhenItLiesOutsideTheRoot() throws Exception {
        var sandbox = fixture.sandbox("private", IDS);
        int host = fixture.syscalls().open("/", Syscalls.O_RDONLY, 0);
        try {
            for (int fd : List.of(3, 4, 5, 6, 7, 8, 9, 10, host)) {
                Spec spec = spec("/proc/self/fd/" + fd, new Spec.User(0, 0, List.of()), "/bin/true");
                Throwable refused = catchThrowable(() -> fixture.run(sandbox, "host", spec, NO_CGROUP));
                assertThat(refused).as("descriptor " + fd).isInstanceOf(LaunchException.class);
                if (fd == host) {
                    assertThat(refused).hasMessageContaining("is inside the root");
                }
            }
        } finally {
            fixture.syscalls().close(host);
        }
    }

    /** CVE-2025-31133: in a mount namespace of its own this test's JVM has a /dev with another device for null. */
    @Test
    @Tag("guard-devices")
    void shouldRefuseToMaskWhenTheHostsNullIsAnotherDevice() throws Exception {
        Process jvm = jvm(List.of("unshare", "--mount", "sh", "-c", """
                        mount -t tmpfs -o mode=755 tmpfs /dev && cd /dev && mknod -m 666 null c 1 5 && mknod -m 666 zero c 1 5 \\
                        && mknod -m 666 full c 1 7 && mknod -m 666 random c 1 8 && mknod -m 666 urandom c 1 9 \\
                        && mknod -m 666 tty c 5 0 && cd / && exec "$@"
                        """, "sh"), "launch");
        String output = read(jvm);
        assertThat(jvm.waitFor()).as(output).isZero();
        assertThat(output).contains("refused: /dev/null of this host is the device 1:3");
    }

    /** In a mount namespace whose mounts are shared, as those of a host with systemd are. */
    @Test
    @Tag("guard-propagation")
    void shouldMountNothingOnTheHostWhenItsMountsAreShared() throws Exception {
        Process jvm =
                jvm(List.of("unshare", "--mount", "sh", "-c", "mount --make-rshared / && exec \"$@\"", "sh"), "mount");
        String output = read(jvm);
        assertThat(jvm.waitFor()).as(output).isZero();
        assertThat(output).contains("mounted in the container\n", "mounts of the host that were added: []");
    }

    private static Process jvm(String... args) throws Exception {
        return jvm(List.of(), args);
    }

    private static Process jvm(List<String> before, String... args) throws Exception {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xmx64m",
                "-D" + TestGuards.PROPERTY + "=" + System.getProperty(TestGuards.PROPERTY, ""),
                "-cp",
                System.getProperty("java.class.path"),
                LaunchRulesMain.class.getName()));
        command.addAll(Arrays.asList(args));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String read(Process process) throws Exception {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static boolean isGone(int pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (java.io.IOException e) {
            return true;
        }
    }

    private static boolean until(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + MILLIS * 500_000L;
        while (System.nanoTime() < end) {
            if (condition.getAsBoolean()) {
                return true;
            }
            Thread.yield();
        }
        return false;
    }

    private static List<String> descriptors() throws Exception {
        List<String> open = new ArrayList<>();
        for (File fd : new File("/proc/self/fd").listFiles()) {
            try {
                open.add(Files.readSymbolicLink(fd.toPath()).toString());
            } catch (java.io.IOException e) {
                // the descriptor of the listing itself
            }
        }
        return open;
    }

    private static String blockedSignals() throws Exception {
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith("SigBlk"))
                .findFirst()
                .orElseThrow();
    }
}
