package io.holdfast.keeper.launch;

import static io.holdfast.keeper.launch.LaunchFixture.IDS;
import static io.holdfast.keeper.launch.LaunchFixture.NO_CGROUP;
import static io.holdfast.keeper.launch.LaunchFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.cgroup.CgroupJoin;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.oci.Spec;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be launched says so in one message and leaves nothing behind. */
@Tag("root")
class BadInputTest {
    private LaunchFixture fixture;
    private SandboxPlan sandbox;

    @BeforeEach
    void open() throws Exception {
        fixture = LaunchFixture.openOrSkip();
        sandbox = fixture.sandbox("private", IDS);
    }

    @AfterEach
    void close() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    /** Mounts, children and descriptors of this process. */
    private record Traces(TreeSet<String> mounts, TreeSet<String> children, List<String> descriptors) {
        static Traces now() throws IOException {
            TreeSet<String> mounts = new TreeSet<>(Files.readAllLines(Path.of("/proc/self/mountinfo")));
            TreeSet<String> children = new TreeSet<>();
            for (File task : new File("/proc/self/task").listFiles()) {
                try {
                    String of = Files.readString(task.toPath().resolve("children"));
                    children.addAll(List.of(of.trim().split(" ")));
                } catch (NoSuchFileException e) {
                    // a thread that has ended has none
                }
            }
            List<String> descriptors = new ArrayList<>();
            for (File fd : new File("/proc/self/fd").listFiles()) {
                try {
                    descriptors.add(Files.readSymbolicLink(fd.toPath()).toString());
                } catch (IOException e) {
                    // the listing's own
                }
            }
            return new Traces(mounts, children, descriptors);
        }

        /** The JVM itself may close files meanwhile, and open class files; sockets are other tests' threads'. */
        void assertNoDescriptorsSince(Traces before) {
            List<String> added = new ArrayList<>(descriptors);
            before.descriptors.forEach(added::remove);
            added.removeIf(path -> path.endsWith(".jar")
                    || path.endsWith(".class")
                    || path.startsWith("/proc/")
                    || path.startsWith("socket:")
                    || path.startsWith("anon_inode:[event"));
            assertThat(added).isEmpty();
        }
    }

    private LaunchException refused(String rootfs, Spec spec, CgroupJoin join) throws Exception {
        Path work = fixture.workDirectory();
        Traces before = Traces.now();
        LaunchException refused = catchThrowableOfType(
                LaunchException.class, () -> fixture.launch(sandbox, rootfs, spec, join, Path.of("/dev/null"), work));
        assertThat(refused).isNotNull();
        Traces after = Traces.now();
        // another run of these tests on this host has mounts of its own
        String own = work.getParent().toString();
        assertThat(after.mounts().stream().filter(mount -> mount.contains(own)))
                .isEqualTo(before.mounts().stream()
                        .filter(mount -> mount.contains(own))
                        .toList());
        assertThat(after.children()).isEqualTo(before.children());
        after.assertNoDescriptorsSince(before);
        assertThat(work).isEmptyDirectory();
        return refused;
    }

    private LaunchException refused(Spec spec) throws Exception {
        return refused("host", spec, NO_CGROUP);
    }

    @Test
    void shouldSayThatTheImageIsNotThereWhenItsDirectoryIsMissing() throws Exception {
        LaunchException refused = refused("dir:/not/there", spec("/bin/true"), NO_CGROUP);
        assertThat(refused).hasMessage("image directory /not/there is not there");
        assertThat(refused.errno()).isEqualTo(Errno.ENOENT);
    }

    @Test
    void shouldSayThatTheImageIsNoDirectoryWhenItIsAFile() throws Exception {
        assertThat(refused("dir:/etc/hostname", spec("/bin/true"), NO_CGROUP))
                .hasMessage("image /etc/hostname is not a directory");
    }

    @Test
    void shouldSayWhatImagesAreWhenItIsOfAnotherKind() throws Exception {
        assertThat(refused("ftp://x", spec("/bin/true"), NO_CGROUP))
                .hasMessage("root file system \"ftp://x\" is neither host, dir:/absolute/path nor layers:…");
    }

    @Test
    void shouldSayWhereItLookedWhenTheProgramIsNotInTheImage() throws Exception {
        LaunchException refused = refused(spec("no-such-program"));
        assertThat(refused)
                .hasMessage("program no-such-program is not in the image (looked for as /usr/bin/no-such-program,"
                        + " /bin/no-such-program): execve: ENOENT (no such file or directory)");
        assertThat(refused.step()).isEqualTo("execve");
        assertThat(refused.errno()).isEqualTo(Errno.ENOENT);
    }

    @Test
    void shouldSayThatItMayNotBeExecutedWhenTheProgramIsNone() throws Exception {
        assertThat(refused(spec("/etc/passwd")))
                .hasMessage("program /etc/passwd may not be executed by this user: execve: EACCES (permission denied)");
        assertThat(refused(spec("/etc")).errno()).isEqualTo(Errno.EACCES);
    }

    @Test
    void shouldSayThatNoProgramIsNamedWhenThereIsNone() throws Exception {
        assertThat(refused(spec())).hasMessage("the specification names no program to run");
    }

    @Test
    void shouldNameTheWorkingDirectoryWhenItIsNotThere() throws Exception {
        LaunchException refused = refused(spec("/no/where", new Spec.User(0, 0, List.of()), "/bin/true"));
        assertThat(refused)
                .hasMessage("working directory /no/where: chdir(\"/no/where\"): ENOENT (no such file or directory)");
        assertThat(refused.step()).isEqualTo("chdir");
    }

    @Test
    void shouldNameTheUserWhenItHasNoMapping() throws Exception {
        LaunchException refused = refused(spec("/", new Spec.User(70_000, 0, List.of()), "/bin/true"));
        assertThat(refused).hasMessageStartingWith("user 70000: setresuid(");
        assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "proc", "sys"})
    @Tag("guard-system-links")
    void shouldRefuseAnImageWhenItShipsALinkForASystemDirectory(String name) throws Exception {
        Path image = TestImage.make(fixture.directory);
        Files.createSymbolicLink(image.resolve(name), Path.of("/etc"));
        LaunchException refused = refused("dir:" + image, spec("/bin/sh"), NO_CGROUP);
        assertThat(refused.errno()).isEqualTo(Errno.ELOOP);
        assertThat(refused)
                .hasMessageStartingWith("find directory " + name + " in the image, no symbolic link: openat2(");
    }

    @Test
    void shouldRefuseAnImageWhenItShipsAFileForASystemDirectory() throws Exception {
        Path image = TestImage.make(fixture.directory);
        Files.createFile(image.resolve("dev"));
        assertThat(refused("dir:" + image, spec("/bin/sh"), NO_CGROUP).errno()).isEqualTo(Errno.ENOTDIR);
    }

    @Test
    void shouldNotLeaveTheRootWhenAnImageLinksTheWayOfAVolumeOut() throws Exception {
        Path image = TestImage.make(fixture.directory);
        Path outside = Files.createDirectory(fixture.directory.resolve("outside"));
        Files.createSymbolicLink(image.resolve("data"), outside);
        Spec plain = spec("/bin/ls", "/data/in");
        Spec spec = new Spec(
                null,
                plain.process(),
                null,
                "",
                List.of(new Spec.Mount("/data/in", "bind", outside.toString(), List.of("ro"))),
                null);
        // the link leads to a path that is not in the image, so nothing can be mounted there
        assertThat(refused("dir:" + image, spec, NO_CGROUP).errno()).isEqualTo(Errno.ENOENT);
        assertThat(outside).isEmptyDirectory();
    }

    /** While a root is made the host's /dev is in reach: a link of the image must not lead there, but to the root's own. */
    @Test
    @Tag("guard-in-root")
    void shouldStayInTheRootWhenAnImageLinksTheWayOfAVolumeToTheHosts() throws Exception {
        Path image = TestImage.make(fixture.directory);
        Files.createSymbolicLink(image.resolve("data"), Path.of("/dev"));
        String name = "holdfast-test-" + ProcessHandle.current().pid();
        Path onHost = Path.of("/dev", name);
        Spec spec = spec("/bin/ls", "/dev")
                .withMounts(List.of(new Spec.Mount("/data/" + name, "tmpfs", "tmpfs", List.of())));
        try {
            // without a user namespace, where nothing else stands in the way
            var ran = fixture.run(fixture.sandbox("private", IdRange.HOST), "dir:" + image, spec, NO_CGROUP);
            assertThat(Files.exists(onHost)).as("%s was made", onHost).isFalse();
            assertThat(ran.output().lines()).contains(name, "null");
        } finally {
            Files.deleteIfExists(onHost);
        }
    }

    @Test
    @Tag("guard-proc-only")
    void shouldRefuseAVolumeWhenItWouldCoverASystemDirectory() throws Exception {
        for (String destination : List.of("/proc", "/proc/self", "/sys/kernel", "/dev/pts", "/", "relative")) {
            Spec spec = new Spec(
                    null,
                    spec("/bin/true").process(),
                    null,
                    "",
                    List.of(new Spec.Mount(destination, "bind", "/tmp", List.of())),
                    null);
            assertThat(refused(spec)).hasMessageStartingWith("mount on " + destination + ": ");
        }
    }

    @Test
    void shouldNameTheCgroupWhenItIsNotThere() throws Exception {
        TestCgroup.Missing missing = TestCgroup.missing();
        assertThat(refused("host", spec("/bin/true"), missing.join())).hasMessageStartingWith(missing.message());
    }

    @Test
    void shouldNameTheLimitWhenItIsNotKnownOrUpsideDown() throws Exception {
        for (Spec.Rlimit limit : List.of(new Spec.Rlimit("RLIMIT_RUM", 1, 1), new Spec.Rlimit("RLIMIT_CORE", 2, 1))) {
            Spec.Process plain = spec("/bin/true").process();
            Spec.Process process = new Spec.Process(plain.args(), plain.env(), "/", null, true, List.of(limit));
            assertThat(refused(new Spec(null, process, null, "", List.of(), null)))
                    .hasMessageContaining(limit.type());
        }
    }

    @Test
    void shouldFailWhenTheCgroupHasNoRoomForTheFirstProcess() throws Exception {
        assumeTrue(TestCgroup.available(), TestCgroup.unavailable());
        TestCgroup cgroup = fixture.cgroup();
        cgroup.limitPids(1);
        LaunchException refused = refused("host", spec("/bin/true"), cgroup.join());
        assertThat(refused.step()).isEqualTo("clone3");
        assertThat(refused.errno()).isEqualTo(Errno.EAGAIN);
    }

    @Test
    void shouldRefuseADirectoryThatAnEarlierContainerWrote() throws Exception {
        Path work = fixture.workDirectory();
        fixture.launcher().prepare(work);
        Path trap = Files.createDirectory(fixture.directory.resolve("trap"));
        Files.createSymbolicLink(work.resolve("upper/etc"), trap);
        LaunchException refused = catchThrowableOfType(
                LaunchException.class,
                () -> fixture.launch(sandbox, "host", spec("/bin/true"), NO_CGROUP, Path.of("/dev/null"), work));
        assertThat(refused).hasMessageContaining("holds what an earlier container wrote");
        assertThat(trap).isEmptyDirectory();
    }

    @Test
    void shouldRefuseASandboxWhenItsPlanIsBad() throws Exception {
        Path pins = Files.createDirectory(fixture.directory.resolve("bad-sandbox"));
        Traces before = Traces.now();
        for (SandboxPlan plan : List.of(
                new SandboxPlan(pins, "h", "bridge", IDS),
                new SandboxPlan(fixture.directory.resolve("none"), "h", "private", IDS),
                new SandboxPlan(pins, "h".repeat(65), "private", IDS),
                new SandboxPlan(pins, "h", "private", new IdRange(-5)))) {
            LaunchException refused = catchThrowableOfType(
                    LaunchException.class, () -> fixture.launcher().createSandbox(plan));
            assertThat(refused).as(plan.toString()).isNotNull();
            assertThat(pins).isEmptyDirectory();
        }
        Traces after = Traces.now();
        assertThat(after.children()).isEqualTo(before.children());
        after.assertNoDescriptorsSince(before);
    }

    @Test
    void shouldSucceedAgainWhenASandboxIsRemovedTwice() throws Exception {
        Path pins = Files.createDirectory(fixture.directory.resolve("twice"));
        fixture.launcher().createSandbox(new SandboxPlan(pins, "h", "private", IDS));
        fixture.launcher().removeSandbox(pins);
        fixture.launcher().removeSandbox(pins);
        fixture.launcher().removeSandbox(fixture.directory.resolve("never"));
        assertThat(pins).isEmptyDirectory();
        fixture.launcher().createSandbox(new SandboxPlan(pins, "h", "private", IDS));
        fixture.launcher().removeSandbox(pins);
    }

    @Test
    void shouldSayThatTheSandboxIsGoneWhenItsPinsAre() throws Exception {
        fixture.launcher().removeSandbox(sandbox.pinDirectory());
        assertThat(refused(spec("/bin/true"))).hasMessageStartingWith("open net namespace of the sandbox: openat(");
    }

    @Test
    void shouldHideItsStateWhenTheSkeletonIsMade() throws Exception {
        List<Path> made;
        try (Stream<Path> state = Files.list(fixture.directory.resolve("state"))) {
            made = state.sorted().toList();
        }
        assertThat(made).hasSize(2);
        assertThat(made.get(0).getFileName().toString()).startsWith("host-image-");
        assertThat(made.get(1)).hasFileName("mount-points");
        for (Path layer : made) {
            assertThat(Files.getPosixFilePermissions(layer)).isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
