package io.holdfast.keeper.launch;

import static io.holdfast.keeper.launch.LaunchFixture.IDS;
import static io.holdfast.keeper.launch.LaunchFixture.NO_CGROUP;
import static io.holdfast.keeper.launch.LaunchFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.launch.LaunchFixture.Ran;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.oci.Spec;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a specification says of rights is what a program has. */
@Tag("root")
class RightsTest {
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

    private String run(Spec spec) throws Exception {
        return fixture.run(fixture.sandbox("private", IDS), "host", spec, NO_CGROUP)
                .output();
    }

    private LaunchException refused(Spec spec) {
        LaunchException refused = catchThrowableOfType(LaunchException.class, () -> run(spec));
        assertThat(refused).isNotNull();
        return refused;
    }

    private static Spec shell(String script) {
        return spec("/bin/sh", "-c", script);
    }

    private static Spec with(Spec spec, Spec.User user, Spec.Capabilities capabilities, int oomScoreAdj) {
        return spec.withProcess(new Spec.Process(
                false,
                null,
                spec.process().args(),
                spec.process().env(),
                "/",
                user,
                capabilities,
                true,
                List.of(),
                "",
                oomScoreAdj));
    }

    private static Spec linux(
            Spec spec,
            List<Spec.Device> devices,
            Map<String, String> sysctls,
            List<String> masked,
            List<String> readOnly) {
        return spec.withLinux(new Spec.Linux(
                null, null, null, devices, "", null, "", null, new TreeMap<>(sysctls), masked, readOnly));
    }

    @Test
    void shouldHaveTheCapabilitiesThatAreNamedAndNoOthers() throws Exception {
        Spec.Capabilities some = Spec.Capabilities.of(List.of("CAP_CHOWN", "CAP_SYS_TIME"));
        String status = run(with(shell("cat /proc/self/status"), new Spec.User(0, 0, List.of()), some, 0));
        assertThat(status)
                .contains("CapBnd:\t0000000002000001", "CapPrm:\t0000000002000001", "CapInh:\t0000000000000000");
        String none =
                run(with(shell("cat /proc/self/status"), new Spec.User(0, 0, List.of()), Spec.Capabilities.NONE, 0));
        assertThat(none).contains("CapBnd:\t0000000000000000", "CapEff:\t0000000000000000");
    }

    @Test
    void shouldKeepAmbientCapabilitiesWhenItIsAnotherUser() throws Exception {
        List<String> bind = List.of("CAP_NET_BIND_SERVICE");
        Spec.Capabilities ambient = new Spec.Capabilities(Spec.Capabilities.DEFAULT.bounding(), bind, bind, bind, bind);
        String status = run(with(shell("cat /proc/self/status"), new Spec.User(1000, 1000, List.of()), ambient, 0));
        assertThat(status)
                .contains("CapAmb:\t0000000000000400", "CapEff:\t0000000000000400", "CapPrm:\t0000000000000400")
                .contains("CapInh:\t0000000000000400", "Uid:\t1000");
    }

    @Test
    void shouldNameTheFieldWhenCapabilitiesAreWrong() {
        List<String> chown = List.of("CAP_CHOWN");
        Map<Spec.Capabilities, String> wrong = Map.of(
                new Spec.Capabilities(List.of("CHOWN"), null, null, null, null),
                "process.capabilities.bounding[0]: CHOWN is not a capability",
                new Spec.Capabilities(chown, chown, null, null, null),
                "process.capabilities.effective: CAP_CHOWN is not in the permitted set",
                new Spec.Capabilities(chown, null, null, chown, chown),
                "process.capabilities.ambient: CAP_CHOWN is not in the inheritable set",
                new Spec.Capabilities(null, null, chown, null, null),
                "process.capabilities.inheritable: CAP_CHOWN is not in the bounding set");
        wrong.forEach((capabilities, message) -> assertThat(
                        refused(with(spec("/bin/true"), new Spec.User(0, 0, List.of()), capabilities, 0)))
                .hasMessageStartingWith(message));
    }

    @Test
    void shouldHaveTheUmaskOfTheSpecification() throws Exception {
        Spec.User user = new Spec.User(0, 0, List.of(), 027, "");
        assertThat(run(with(shell("umask"), user, Spec.Capabilities.DEFAULT, 0)))
                .isEqualTo("0027\n");
    }

    /** With no_new_privs a set-user-ID program of the image runs with its caller's rights. */
    @Test
    @Tag("guard-no-new-privs")
    void shouldGainNothingWhenTheImageHasASetUserIdProgram() throws Exception {
        Path image = TestImage.make(fixture.directory);
        Files.setPosixFilePermissions(image.resolve("etc/secret"), PosixFilePermissions.fromString("rw-------"));
        fixture.syscalls().chmod(image.resolve("bin/cat").toString(), 04755);
        Ran ran = fixture.run(
                fixture.sandbox("private", IDS),
                "dir:" + image,
                spec("/", new Spec.User(1000, 1000, List.of()), "/bin/cat", "/etc/secret"),
                NO_CGROUP);
        assertThat(ran.output()).contains("Permission denied").doesNotContain("of the image");
    }

    @Test
    void shouldHaveTheOomScoreOfTheSpecificationAndNotTheKeepers() throws Exception {
        int own = Integer.parseInt(
                Files.readString(Path.of("/proc/self/oom_score_adj")).trim());
        Spec.User root = new Spec.User(0, 0, List.of());
        // written after the program was executed: it waits for it
        String script = "n=0; while [ $n -lt 100000 ] && [ $(cat /proc/self/oom_score_adj) != " + (own + 300)
                + " ]; do n=$((n+1)); done; cat /proc/self/oom_score_adj";
        assertThat(run(with(shell(script), root, Spec.Capabilities.DEFAULT, own + 300)))
                .isEqualTo(own + 300 + "\n");
        assertThat(refused(with(shell("true"), root, Spec.Capabilities.DEFAULT, -500)))
                .hasMessageContaining("process.oomScoreAdj: -500 is below the keeper's own");
        assertThat(refused(with(shell("true"), root, Spec.Capabilities.DEFAULT, 1001)))
                .hasMessageContaining("is not between -1000 and 1000");
    }

    @Test
    void shouldSetSysctlsOfItsNetworkWhenNamed() throws Exception {
        Path file = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        String before = Files.readString(file);
        String output = run(linux(
                shell("cat " + file + "; echo 1 > " + file),
                List.of(),
                Map.of("net.ipv4.ip_unprivileged_port_start", "321"),
                List.of(),
                List.of()));
        assertThat(output).startsWith("321\n").contains("Read-only file system");
        assertThat(Files.readString(file)).isEqualTo(before);
    }

    @Test
    void shouldSetSysctlsOfItsIpcNamespaceWhenNamed() throws Exception {
        Spec spec = linux(
                shell("cat /proc/sys/kernel/shmmni /proc/sys/fs/mqueue/msg_max"),
                List.of(),
                Map.of("kernel.shmmni", "123", "fs.mqueue.msg_max", "17"),
                List.of(),
                List.of());
        assertThat(run(spec)).isEqualTo("123\n17\n");
    }

    @Test
    void shouldRefuseSysctlsWhenTheyWouldChangeTheHost() throws Exception {
        for (String name : List.of(
                "kernel.core_pattern",
                "kernel.hostname",
                "vm.swappiness",
                "fs.file-max",
                "net/../kernel.x",
                "net.core.somaxconn.../../x",
                "net",
                "")) {
            LaunchException refused = refused(linux(shell("true"), List.of(), Map.of(name, "1"), List.of(), List.of()));
            assertThat(refused.step()).as(name).startsWith("linux.sysctl.");
        }
        Spec spec = linux(shell("true"), List.of(), Map.of("net.core.somaxconn", "1"), List.of(), List.of());
        SandboxPlan host = fixture.sandbox("host", IDS);
        assertThat(catchThrowableOfType(LaunchException.class, () -> fixture.run(host, "host", spec, NO_CGROUP)))
                .hasMessageContaining("would change the host: the container has no network namespace of its own");
        assertThat(refused(linux(shell("true"), List.of(), Map.of("net.no.such", "1"), List.of(), List.of())))
                .hasMessageContaining("sysctl net.no.such");
    }

    @Test
    void shouldAddToTheMasksWhenTheSpecificationHasSomeOfItsOwn() throws Exception {
        String output = run(linux(
                shell("wc -c < /proc/cpuinfo; wc -c < /proc/interrupts; echo 1 > /proc/self/comm;"
                        + " echo x > /proc/irq/default_smp_affinity"),
                List.of(),
                Map.of(),
                List.of("/proc/cpuinfo"),
                List.of("/proc/driver")));
        assertThat(output).startsWith("0\n0\n").contains("Read-only file system");
    }

    /** With a user namespace the host's is bound, without one it is made. */
    @Test
    void shouldHaveTheDevicesThatAreNamed() throws Exception {
        Path fuse = Path.of("/dev/fuse");
        assumeTrue(Files.exists(fuse), "needs /dev/fuse");
        List<Spec.Device> devices = List.of(
                new Spec.Device("c", "/dev/deep/down/fuse", 10, 229, 0640, 0, 5),
                new Spec.Device("p", "/dev/pipe", 0, 0, 0622, 0, 0));
        for (IdRange ids : List.of(IDS, IdRange.HOST)) {
            Spec spec = linux(shell("ls -ln /dev/deep/down/fuse /dev/pipe"), devices, Map.of(), List.of(), List.of());
            String output = fixture.run(fixture.sandbox("private", ids), "host", spec, NO_CGROUP)
                    .output();
            assertThat(output).containsPattern("c.* 10, +229 .*/dev/deep/down/fuse");
            assertThat(output).contains("prw--w--w-");
            if (ids.equals(IdRange.HOST)) {
                assertThat(output).containsPattern("crw-r----- +1 +0 +5 ");
            }
        }
    }

    @Test
    void shouldNameTheDeviceWhenItIsWrong() {
        Map<Spec.Device, String> wrong = Map.of(
                new Spec.Device("c", "/etc/fuse", 10, 229, 0, 0, 0), "linux.devices[0].path",
                new Spec.Device("c", "/dev/../etc/x", 10, 229, 0, 0, 0), "linux.devices[0].path",
                new Spec.Device("x", "/dev/x", 10, 229, 0, 0, 0), "linux.devices[0].type",
                new Spec.Device("c", "/dev/x", -1, 229, 0, 0, 0), "linux.devices[0]: there is no device",
                new Spec.Device("c", "/dev/x", 4000, 4000, 0, 0, 0), "linux.devices[0]: this host has no device");
        wrong.forEach((device, message) -> assertThat(
                        refused(linux(shell("true"), List.of(device), Map.of(), List.of(), List.of())))
                .hasMessageStartingWith(message));
    }

    private static boolean hasAppArmor() throws Exception {
        Path enabled = Path.of("/sys/module/apparmor/parameters/enabled");
        return Files.exists(enabled) && Files.readString(enabled).startsWith("Y");
    }

    @Test
    void shouldBeConfinedByTheDefaultProfileWhereTheKernelHasAppArmor() throws Exception {
        assertThat(run(shell("cat /proc/self/attr/current 2>/dev/null || true")))
                .isEqualTo(hasAppArmor() ? "holdfast-default (enforce)\n" : "");
    }

    @Test
    void shouldRefuseAnAppArmorProfileWhenItCannotBe() throws Exception {
        boolean has = hasAppArmor();
        Spec plain = spec("/bin/true");
        Spec.Process process = new Spec.Process(
                false, null, plain.process().args(), plain.process().env(), "/", null, null, true, null, "no-such", 0);
        assertThat(refused(plain.withProcess(process)))
                .hasMessage(
                        has
                                ? "process.apparmorProfile: profile no-such is not loaded on this host: load it with apparmor_parser"
                                : "process.apparmorProfile: profile no-such cannot be: this kernel has no AppArmor; leave it out");
    }

    /** CVE-2019-5736: what an attacker finds behind /proc/1/exe, and could overwrite, is the container's own program. */
    @Test
    void shouldShowItsOwnProgramBehindExeWhenItLooks() throws Exception {
        assertThat(run(shell("readlink /proc/1/exe /proc/self/exe")).lines())
                .allMatch(path -> path.startsWith("/usr/bin/") || path.startsWith("/bin/"))
                .hasSize(2);
    }

    /** CVE-2019-14271: no thread of the keeper is ever in a container's root or namespaces, so nothing is loaded from there. */
    @Test
    void shouldKeepEveryThreadInTheHostsRootWhenContainersAreMade() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicBoolean over = new AtomicBoolean();
        Thread watcher = new Thread(
                () -> {
                    while (!over.get()) {
                        for (File task : new File("/proc/self/task").listFiles()) {
                            for (String link : List.of("root", "ns/mnt", "ns/user", "ns/net")) {
                                try {
                                    seen.add(link + " "
                                            + Files.readSymbolicLink(
                                                    task.toPath().resolve(link)));
                                } catch (java.io.IOException e) {
                                    // the thread has ended
                                }
                            }
                        }
                    }
                },
                "thread-watcher");
        watcher.start();
        try {
            for (int i = 0; i < 10; i++) {
                fixture.shell(fixture.sandbox("private", IDS), "true");
            }
        } finally {
            over.set(true);
            watcher.join();
        }
        assertThat(seen).hasSize(4).contains("root /");
    }
}
