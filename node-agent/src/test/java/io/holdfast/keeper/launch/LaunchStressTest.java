package io.holdfast.keeper.launch;

import static io.holdfast.keeper.launch.LaunchFixture.IDS;
import static io.holdfast.keeper.launch.LaunchFixture.NO_CGROUP;
import static io.holdfast.keeper.launch.LaunchFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.HostCheck.Host;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.ContainerPlan;
import io.holdfast.keeper.linux.Launcher.Launched;
import io.holdfast.keeper.linux.Syscalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Launches at once, launches under fire, launches by the ways of older kernels. */
@Tag("root")
class LaunchStressTest {
    private static final int THREADS = 8;
    private static final int LAUNCHES = 40;

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
    void shouldStartAllWhenManyAreLaunchedAtOnce() throws Exception {
        var sandbox = fixture.sandbox("private", IDS);
        List<Path> works = new ArrayList<>();
        for (int i = 0; i < LAUNCHES; i++) {
            works.add(fixture.workDirectory());
        }
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < LAUNCHES; i++) {
                int number = i;
                tasks.add(() -> {
                    Launched launched = fixture.launch(
                            sandbox,
                            "host",
                            spec("/bin/sh", "-c", "exit " + number),
                            NO_CGROUP,
                            Path.of("/dev/null"),
                            works.get(number));
                    return fixture.syscalls().waitFor(launched.pid()).code();
                });
            }
            List<Integer> codes = new ArrayList<>();
            for (Future<Integer> code : pool.invokeAll(tasks)) {
                codes.add(code.get());
            }
            for (int i = 0; i < LAUNCHES; i++) {
                assertThat(codes.get(i)).isEqualTo(i);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** A first child that is killed leaves init walking rows alone; it must be ended before its memory is used again. */
    @Test
    void shouldEndCleanlyWhenChildrenAreKilledInMidLaunch() throws Exception {
        assumeTrue(TestCgroup.available(), TestCgroup.unavailable());
        var sandbox = fixture.sandbox("private", IDS);
        TestCgroup cgroup = fixture.cgroup();
        AtomicBoolean over = new AtomicBoolean();
        Thread killer = new Thread(() -> {
            while (!over.get()) {
                try {
                    for (String pid : Files.readAllLines(cgroup.members())) {
                        // one that is just going may be listed as 0, which kill(2) takes for the caller's own group
                        if (!pid.equals("0")) {
                            fixture.syscalls().kill(Integer.parseInt(pid), Syscalls.SIGKILL);
                            break; // the eldest only, so that its sibling goes on
                        }
                    }
                } catch (ErrnoException e) {
                    // gone already
                } catch (java.io.IOException e) {
                    return;
                }
            }
        });
        killer.start();
        int failed = 0;
        try {
            for (int i = 0; i < LAUNCHES; i++) {
                try {
                    Launched launched = fixture.launch(
                            sandbox,
                            "host",
                            spec("/bin/true"),
                            cgroup.join(),
                            Path.of("/dev/null"),
                            fixture.workDirectory());
                    fixture.syscalls().waitFor(launched.pid());
                } catch (LaunchException e) {
                    failed++;
                    assertThat(e).hasMessageContaining("ended by signal 9");
                }
            }
        } finally {
            over.set(true);
            killer.join();
        }
        assertThat(failed).isPositive();
        assertThat(Files.readAllLines(cgroup.members())).isEmpty();
        assertThat(fixture.shell(sandbox, "echo fine").output()).isEqualTo("fine\n");
    }

    @Test
    void shouldStartWhenOverlayTakesLayersByPathOnly() throws Exception {
        Host now = fixture.opened.host();
        Host older = new Host(now.kernel(), now.arch(), true, false, true);
        Path image = TestImage.make(fixture.directory);
        Path output = fixture.directory.resolve("output");
        for (String rootfs : List.of("host", "dir:" + image)) {
            int out = fixture.syscalls()
                    .open(output.toString(), Syscalls.O_WRONLY | Syscalls.O_CREAT | Syscalls.O_TRUNC, 0600);
            Launched launched = fixture.launcherOf(older)
                    .launch(new ContainerPlan(
                            fixture.sandbox("private", IDS),
                            spec("/bin/sh", "-c", "echo x > /etc/x; ls -n /etc/x"),
                            rootfs,
                            fixture.workDirectory(),
                            NO_CGROUP,
                            out,
                            out,
                            out));
            fixture.syscalls().close(out);
            assertThat(fixture.syscalls().waitFor(launched.pid()).code()).isZero();
            assertThat(output).content().contains(" 0 0 2 ");
        }
    }

    @Test
    void shouldRefuseAPathWhenOverlayWouldMisreadIt() throws Exception {
        Host now = fixture.opened.host();
        var launcher = fixture.launcherOf(new Host(now.kernel(), now.arch(), true, false, true));
        Path work = Files.createDirectory(fixture.directory.resolve("a:b"));
        ContainerPlan plan =
                new ContainerPlan(fixture.sandbox("private", IDS), spec("/bin/sh"), "host", work, NO_CGROUP, 0, 1, 2);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> launcher.launch(plan)))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("cannot be named to overlay before kernel 6.15");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void shouldSayWhyWhenTheKernelCannotStackOnMappedLayers() throws Exception {
        Host now = fixture.opened.host();
        Host old = new Host(now.kernel(), now.arch(), true, false, false);
        Path image = TestImage.make(fixture.directory);
        var launcher = fixture.launcherOf(old);
        ContainerPlan plan = new ContainerPlan(
                fixture.sandbox("private", IDS),
                spec("/bin/sh"),
                "dir:" + image,
                fixture.workDirectory(),
                NO_CGROUP,
                0,
                1,
                2);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> launcher.launch(plan)))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("has no overlay over idmapped layers (5.19)");
    }
}
