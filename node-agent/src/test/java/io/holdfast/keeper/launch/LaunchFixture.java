package io.holdfast.keeper.launch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.cgroup.CgroupJoin;
import io.holdfast.keeper.layer.DiffId;
import io.holdfast.keeper.layer.LayerStore;
import io.holdfast.keeper.linux.ChildExit;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Launcher.ContainerPlan;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.Launched;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TestGuards;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.root.HostImage;
import io.holdfast.keeper.root.HostMounts;
import io.holdfast.keeper.root.MountPoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A launcher, a directory and sandboxes for tests; closing it leaves nothing behind. */
final class LaunchFixture implements AutoCloseable {
    static final IdRange IDS = new IdRange(500_000);
    static final CgroupJoin NO_CGROUP = new CgroupJoin(List.of(), Optional.empty());
    private static final List<String> ENVIRONMENT = List.of("PATH=/usr/bin:/bin");

    final Path directory;
    final Launchers.Opened opened;
    private final List<Path> pins = new ArrayList<>();
    private final List<TestCgroup> cgroups = new ArrayList<>();
    private int counter;

    LaunchFixture() throws IOException, LaunchException {
        directory = Files.createTempDirectory("holdfast-launch-test");
        opened = Launchers.open(directory.resolve("state"), TestGuards.current());
    }

    /** Skips the test, with the reason, where it cannot run. */
    static LaunchFixture openOrSkip() throws IOException, LaunchException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        return new LaunchFixture();
    }

    Launcher launcher() {
        return opened.launcher();
    }

    Syscalls syscalls() {
        return opened.syscalls();
    }

    SandboxPlan sandbox(String network, IdRange ids) throws IOException, LaunchException {
        Path pin = Files.createDirectory(directory.resolve("sandbox" + counter++));
        pins.add(pin);
        SandboxPlan plan = new SandboxPlan(pin, "test-host", network, ids);
        launcher().createSandbox(plan);
        return plan;
    }

    Path workDirectory() throws IOException {
        return Files.createDirectory(directory.resolve("work" + counter++));
    }

    TestCgroup cgroup() throws IOException {
        TestCgroup cgroup = new TestCgroup();
        cgroups.add(cgroup);
        return cgroup;
    }

    /** A launcher that goes the ways of an older kernel. */
    Launcher launcherOf(HostCheck.Host host) throws IOException, LaunchException {
        int keeperPidfd = syscalls().pidfdOpen(syscalls().pid());
        return new LinuxLauncher(
                syscalls(),
                host,
                HostImage.open(directory.resolve("state"), Path.of("/"), syscalls()),
                diffId -> LayerStore.tree(LayerStore.below(directory.resolve("state")), new DiffId(diffId)),
                MountPoints.open(directory.resolve("state")),
                HostMounts.read(),
                TestGuards.current(),
                keeperPidfd,
                Stage.open(syscalls(), HostMounts.read(), TestGuards.current(), keeperPidfd));
    }

    /** Output, both streams, and how it ended. */
    record Ran(String output, ChildExit exit) {}

    Ran shell(SandboxPlan sandbox, String script) throws IOException, LaunchException {
        return run(sandbox, "host", spec("/bin/sh", "-c", script), NO_CGROUP);
    }

    Ran run(SandboxPlan sandbox, String rootfs, Spec spec, CgroupJoin join) throws IOException, LaunchException {
        Path output = directory.resolve("output" + counter++);
        Launched launched = launch(sandbox, rootfs, spec, join, output, workDirectory());
        ChildExit exit = syscalls().waitFor(launched.pid());
        return new Ran(Files.readString(output, StandardCharsets.UTF_8), exit);
    }

    Launched launch(SandboxPlan sandbox, String rootfs, Spec spec, CgroupJoin join, Path output, Path work)
            throws IOException, LaunchException {
        int in = syscalls().open("/dev/null", Syscalls.O_RDONLY, 0);
        int out = syscalls().open(output.toString(), Syscalls.O_RDWR | Syscalls.O_CREAT | Syscalls.O_APPEND, 0600);
        return launch(sandbox, rootfs, spec, join, in, out, work);
    }

    /** Closes what it is given. */
    Launched launch(SandboxPlan sandbox, String rootfs, Spec spec, CgroupJoin join, int in, int out, Path work)
            throws IOException, LaunchException {
        try {
            return launcher().launch(new ContainerPlan(sandbox, spec, rootfs, work, join, in, out, out));
        } finally {
            syscalls().close(in);
            syscalls().close(out);
        }
    }

    static Spec spec(String... args) {
        return spec("/", new Spec.User(0, 0, List.of()), args);
    }

    static Spec spec(String cwd, Spec.User user, String... args) {
        return new Spec(
                null,
                new Spec.Process(List.of(args), ENVIRONMENT, cwd, user, true, List.of()),
                null,
                "test-host",
                List.of(),
                null);
    }

    @Override
    public void close() throws IOException {
        try {
            for (Path pin : pins) {
                launcher().removeSandbox(pin);
            }
        } catch (LaunchException e) {
            throw new IOException(e);
        } finally {
            for (TestCgroup cgroup : cgroups) {
                cgroup.close();
            }
            delete(directory);
        }
    }

    static void delete(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException failure) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
