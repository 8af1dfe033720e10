package io.holdfast.keeper.launch;

import static io.holdfast.keeper.launch.LaunchFixture.IDS;
import static io.holdfast.keeper.launch.LaunchFixture.NO_CGROUP;
import static io.holdfast.keeper.launch.LaunchFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.cgroup.CgroupJoin;
import io.holdfast.keeper.launch.LaunchFixture.Ran;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.Launched;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a container sees, and what it cannot do. */
@Tag("root")
class IsolationTest {
    private static final List<String> NAMESPACES = List.of("user", "pid", "net", "ipc", "mnt", "uts", "cgroup");

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

    private String shell(String script) throws Exception {
        Ran ran = fixture.shell(fixture.sandbox("private", IDS), script);
        return ran.output();
    }

    @Test
    void shouldBeInSevenNamespacesOfItsOwnWhenItRunsInASandbox() throws Exception {
        assumeTrue(TestCgroup.available(), TestCgroup.unavailable());
        String script = "echo $$; hostname; cat /proc/self/uid_map; for n in " + String.join(" ", NAMESPACES)
                + "; do readlink /proc/self/ns/$n; done; grep ' / / ' /proc/self/mountinfo";
        Ran ran = fixture.run(
                fixture.sandbox("private", IDS),
                "host",
                spec("/bin/sh", "-c", script),
                fixture.cgroup().join());
        List<String> lines = ran.output().lines().toList();
        assertThat(lines.get(0)).isEqualTo("1");
        assertThat(lines.get(1)).isEqualTo("test-host");
        assertThat(lines.get(2).trim().split("\\s+")).containsExactly("0", "500000", "65536");
        for (int i = 0; i < NAMESPACES.size(); i++) {
            String own = Files.readSymbolicLink(Path.of("/proc/self/ns/" + NAMESPACES.get(i)))
                    .toString();
            assertThat(lines.get(3 + i)).startsWith(NAMESPACES.get(i) + ":").isNotEqualTo(own);
        }
        assertThat(lines.get(10)).contains(" - overlay ").contains("nodev");
    }

    @Test
    @Tag("guard-cgroup-read-only")
    @Tag("guard-cgroup-namespace")
    void shouldSeeItsCgroupsAsRootAndReadOnlyWhenItIsInside() throws Exception {
        assumeTrue(TestCgroup.available(), TestCgroup.unavailable());
        TestCgroup cgroup = fixture.cgroup();
        cgroup.limitMemory(64 << 20);
        Ran ran = fixture.run(
                fixture.sandbox("private", IDS),
                "host",
                spec(
                        "/bin/sh",
                        "-c",
                        "cat %1$s; grep -F '%2$s' /proc/self/cgroup; echo 1 > %1$s"
                                .formatted(TestCgroup.memoryLimitInside(), TestCgroup.memoryMembershipOfRoot())),
                cgroup.join());
        assertThat(ran.output().lines().toList().subList(0, 2))
                .satisfies(lines -> assertThat(lines.get(0)).isEqualTo(Long.toString(64 << 20)))
                .satisfies(lines -> assertThat(lines.get(1)).endsWith(TestCgroup.memoryMembershipOfRoot()));
        assertThat(ran.exit().code()).isNotZero();
        assertThat(ran.output()).contains("Read-only file system");
    }

    /** What masks directories is one file system for all containers: nothing may go from one to another by it. */
    @Test
    void shouldWriteNothingWhereAllContainersHaveTheSameWhenItMayMount() throws Exception {
        assumeTrue(TestCgroup.available(), TestCgroup.unavailable());
        List<String> names = new ArrayList<>(Spec.Capabilities.DEFAULT.bounding());
        names.add("CAP_SYS_ADMIN");
        Spec plain = spec(
                "/bin/sh",
                "-c",
                "for at in /sys/firmware /sys/fs/cgroup; do mount -o remount,rw $at; mount -o remount,bind,rw $at;"
                        + " touch $at/left && echo wrote; done 2>/dev/null; find /sys/firmware /sys/fs/cgroup -name left");
        Spec mounting = plain.withProcess(
                plain.process().withCapabilities(Spec.Capabilities.of(names)).withApparmorProfile("unconfined"));

        Ran ran = fixture.run(
                fixture.sandbox("private", IDS),
                "host",
                mounting,
                fixture.cgroup().join());

        assertThat(ran.output()).isEmpty();
        assertThat(shell("ls /sys/firmware")).isEmpty();
    }

    @Test
    void shouldBeBornInItsV2CgroupWhenThereIsOne() throws Exception {
        Path unified = TestCgroup.unified();
        assumeTrue(Files.isWritable(unified.resolve("cgroup.procs")), "needs cgroup v2, alone or beside v1");
        Path born = Files.createDirectory(
                unified.resolve("holdfast-test-born-" + ProcessHandle.current().pid()));
        try {
            Ran ran = fixture.run(
                    fixture.sandbox("private", IDS),
                    "host",
                    spec("/bin/sh", "-c", "grep ^0: /proc/self/cgroup; cat " + unified + "/cgroup.procs"),
                    new CgroupJoin(List.of(), Optional.of(born)));
            // the shell, and cat; 0 is the first child, of another pid namespace, where it is not gone yet
            assertThat(ran.output().replace("\n0\n", "\n")).startsWith("0::/\n1\n");
        } finally {
            Files.delete(born);
        }
    }

    @Test
    @Tag("guard-bounding")
    @Tag("guard-inheritable")
    void shouldHaveFourteenCapabilitiesAndNoOthersWhenItIsRoot() throws Exception {
        String status = shell("cat /proc/self/status");
        assertThat(status).contains("CapInh:\t0000000000000000", "CapAmb:\t0000000000000000", "NoNewPrivs:\t1");
        assertThat(status)
                .contains("CapPrm:\t00000000a80425fb", "CapEff:\t00000000a80425fb", "CapBnd:\t00000000a80425fb");
    }

    @Test
    void shouldHaveNoCapabilitiesWhenItIsAnotherUser() throws Exception {
        Spec spec = spec("/", new Spec.User(1000, 1001, List.of(5, 7)), "/bin/sh", "-c", "cat /proc/self/status");
        String status = fixture.run(fixture.sandbox("private", IDS), "host", spec, NO_CGROUP)
                .output();
        assertThat(status)
                .contains("CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapBnd:\t00000000a80425fb");
        assertThat(status).contains("Uid:\t1000\t1000\t1000\t1000", "Gid:\t1001\t1001\t1001\t1001", "Groups:\t5 7");
    }

    @Test
    void shouldHaveWorkingDevicesWhenItUsesThem() throws Exception {
        String output =
                shell("head -c 4 /dev/zero | wc -c; echo x > /dev/null && echo null; head -c 1 /dev/urandom | wc -c;"
                        + " echo full > /dev/full || echo no space; echo shm > /dev/shm/a && cat /dev/shm/a;"
                        + " readlink /dev/fd; ls /dev/pts; [ -d /dev/mqueue ] && echo mqueue");
        assertThat(output.lines()).contains("4", "null", "1", "no space", "shm", "/proc/self/fd", "ptmx", "mqueue");
    }

    @Test
    void shouldShowNothingOfTheHostButProgramsWhenTheImageIsHost() throws Exception {
        String output = shell("ls /; cat /etc/hostname; cat /etc/shadow; touch /usr/x; touch /opt/y && echo wrote;"
                + " ls -n -d /usr /etc");
        assertThat(output).contains("test-host\n", "wrote", "/etc/shadow: No such file", "Read-only file system");
        assertThat(output.lines()).doesNotContain("work", "boot", "media");
        assertThat(output).containsPattern("65534 +65534 .* /usr").containsPattern(" 0 +0 .* /etc");
    }

    @Test
    @Tag("guard-masks")
    @Tag("guard-read-only-paths")
    void shouldMaskAndProtectSystemFilesWhenDefaultsApply() throws Exception {
        String output = shell("wc -c < /proc/interrupts; wc -c < /proc/timer_list; ls -A /sys/firmware | wc -l;"
                + " echo 1 > /proc/sys/kernel/hostname; echo b > /proc/sysrq-trigger; touch /sys/x");
        assertThat(output.lines().limit(3)).containsExactly("0", "0", "0");
        assertThat(output.lines().filter(line -> line.contains("Read-only file system")))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void shouldReachItselfOnLoopbackWhenTheNetworkIsPrivate() throws Exception {
        assertThat(shell("cat /sys/class/net/lo/operstate /sys/class/net/lo/flags; ls /sys/class/net"))
                .contains("0x9")
                .endsWith("lo\n");
    }

    @Test
    void shouldSeeTheHostsNetworkWhenAskedTo() throws Exception {
        Ran ran = fixture.shell(
                fixture.sandbox("host", IDS), "readlink /proc/self/ns/net; ls /sys/fs/cgroup; touch /sys/x");
        assertThat(ran.output()).startsWith(Files.readSymbolicLink(Path.of("/proc/self/ns/net")) + "\n");
        assertThat(ran.output().lines().toList().get(1)).contains("Read-only file system");
    }

    @Test
    void shouldRunWithoutUserNamespaceWhenTheJobOptsOut() throws Exception {
        Ran ran = fixture.shell(
                fixture.sandbox("private", IdRange.HOST),
                "echo $$; readlink /proc/self/ns/user; cat /proc/self/status; ls -l /dev/null; echo x >/dev/null && echo ok");
        assertThat(ran.output())
                .startsWith("1\n" + Files.readSymbolicLink(Path.of("/proc/self/ns/user")) + "\n")
                .contains("CapEff:\t00000000a80425fb", "crw-rw-rw-", "ok\n");
    }

    @Test
    void shouldShareNamespacesWhenTwoContainersAreInOneSandbox() throws Exception {
        var sandbox = fixture.sandbox("private", IDS);
        String script = "for n in user net ipc uts; do readlink /proc/self/ns/$n; done";
        assertThat(fixture.shell(sandbox, script).output())
                .isEqualTo(fixture.shell(sandbox, script).output());
    }

    @Test
    void shouldOwnTheFilesOfADirectoryImageWhenIdsAreMapped() throws Exception {
        Path image = TestImage.make(fixture.directory);
        Ran ran = fixture.run(
                fixture.sandbox("private", IDS),
                "dir:" + image,
                spec(
                        "/bin/sh",
                        "-c",
                        "ls -n /bin/sh /etc/secret; cat /etc/secret; echo new > /etc/secret; cat /etc/secret"),
                NO_CGROUP);
        assertThat(ran.output()).containsPattern(" 0 +0 .* /bin/sh").contains("of the image\nnew\n");
        assertThat(image.resolve("etc/secret")).hasContent("of the image");
        assertThat(Files.exists(image.resolve("proc"))).isFalse();
    }

    @Test
    void shouldWriteNothingOfItsOwnWhenAnImageLacksMountPoints() throws Exception {
        Path image = TestImage.make(fixture.directory);
        Path work = fixture.workDirectory();
        Path output = fixture.directory.resolve("said");
        var launched = fixture.launch(
                fixture.sandbox("private", IDS), "dir:" + image, spec("/bin/ls", "/"), NO_CGROUP, output, work);
        fixture.syscalls().waitFor(launched.pid());
        assertThat(Files.readAllLines(output)).contains("dev", "proc", "sys");
        String[] written = HostCheck.require(fixture.syscalls()).overlayByFd()
                ? new String[0]
                : new String[] {"dev", "proc", "sys"};
        assertThat(work.resolve("upper").toFile().list()).containsExactlyInAnyOrder(written);
    }

    @Test
    void shouldRefuseWritesWhenTheRootIsReadOnly() throws Exception {
        Spec writable = spec("/bin/sh", "-c", "touch /x; touch /dev/shm/ok && echo shm");
        Spec spec = new Spec(null, writable.process(), new Spec.Root("", true), "", List.of(), null);
        Ran ran = fixture.run(fixture.sandbox("private", IDS), "host", spec, NO_CGROUP);
        assertThat(ran.output()).contains("Read-only file system", "shm");
    }

    @Test
    void shouldMountVolumesInsideTheRootWhenNamed() throws Exception {
        Path source = Files.createDirectory(fixture.directory.resolve("volume"));
        Files.writeString(source.resolve("cargo"), "tea\n");
        Spec plain =
                spec("/bin/sh", "-c", "cat /data/in/cargo; touch /data/in/x; echo y > /scratch/y && cat /scratch/y");
        Spec spec = new Spec(
                null,
                plain.process(),
                null,
                "",
                List.of(
                        new Spec.Mount("/data/in", "bind", source.toString(), List.of("rbind", "ro")),
                        new Spec.Mount("/scratch", "tmpfs", "tmpfs", List.of("size=65536", "mode=1777"))),
                null);
        Ran ran = fixture.run(fixture.sandbox("private", IDS), "host", spec, NO_CGROUP);
        assertThat(ran.output()).contains("tea\n", "Read-only file system", "y\n");
    }

    @Test
    void shouldSetLimitsWhenTheSpecificationHasSome() throws Exception {
        Spec plain = spec("/bin/sh", "-c", "ulimit -n; ulimit -Hn; umask");
        Spec.Process process = new Spec.Process(
                plain.process().args(),
                plain.process().env(),
                "/",
                null,
                true,
                List.of(new Spec.Rlimit("RLIMIT_NOFILE", 10, 20)));
        Spec spec = new Spec(null, process, null, "", List.of(), null);
        assertThat(fixture.run(fixture.sandbox("private", IDS), "host", spec, NO_CGROUP)
                        .output())
                .isEqualTo("10\n20\n0022\n");
    }

    /** A keeper of many containers has handed all low numbers out. */
    @Test
    void shouldHaveItsStandardDescriptorsWhenTheKeeperHasThemUnderHighNumbers() throws Exception {
        Path output = fixture.directory.resolve("raised");
        Syscalls syscalls = fixture.syscalls();
        int in = syscalls.raise(syscalls.open("/dev/null", Syscalls.O_RDONLY, 0));
        int out = syscalls.raise(syscalls.open(output.toString(), Syscalls.O_RDWR | Syscalls.O_CREAT, 0600));
        assertThat(Math.min(in, out)).isGreaterThanOrEqualTo(1024);

        Launched launched = fixture.launch(
                fixture.sandbox("private", IDS),
                "host",
                spec("/bin/sh", "-c", "echo heard; ls /proc/self/fd | wc -l"),
                NO_CGROUP,
                in,
                out,
                fixture.workDirectory());

        assertThat(syscalls.waitFor(launched.pid()).code()).isZero();
        // 0, 1, 2, and the directory that ls reads
        assertThat(Files.readString(output)).isEqualTo("heard\n4\n");
    }

    @Test
    void shouldTellExactlyHowItEndedWhenItExitsOrIsKilled() throws Exception {
        var sandbox = fixture.sandbox("private", IDS);
        assertThat(fixture.shell(sandbox, "exit 7").exit().code()).isEqualTo(7);
        // pid 1 does not take signals from inside: from the keeper it does
        var launched = fixture.launch(
                sandbox, "host", spec("sleep", "1000"), NO_CGROUP, Path.of("/dev/null"), fixture.workDirectory());
        assertThat(launched.startTimeTicks()).isPositive();
        int pidfd = fixture.syscalls().pidfdOpen(launched.pid());
        fixture.syscalls().pidfdSendSignal(pidfd, Syscalls.SIGKILL);
        fixture.syscalls().close(pidfd);
        var exit = fixture.syscalls().waitFor(launched.pid());
        assertThat(exit.signal()).isEqualTo(Syscalls.SIGKILL);
    }

    @Test
    void shouldLeaveNothingButPinsInTheHostsMountTableWhenContainersRun() throws Exception {
        List<String> before = Files.readAllLines(Path.of("/proc/self/mountinfo"));
        SandboxPlan sandbox = fixture.sandbox("private", IDS);
        var launched = fixture.launch(
                sandbox, "host", spec("sleep", "1000"), NO_CGROUP, Path.of("/dev/null"), fixture.workDirectory());
        List<String> added = new ArrayList<>(Files.readAllLines(Path.of("/proc/self/mountinfo")));
        added.removeAll(before);
        fixture.syscalls().kill(launched.pid(), Syscalls.SIGKILL);
        fixture.syscalls().waitFor(launched.pid());
        assertThat(added.stream().filter(line -> line.contains(fixture.directory.toString())))
                .hasSize(4)
                .allMatch(line -> line.contains(sandbox.pinDirectory().toString()) && line.contains(" - nsfs "));
    }
}
