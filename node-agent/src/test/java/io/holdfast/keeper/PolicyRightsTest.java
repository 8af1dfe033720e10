package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.error.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rights beyond the default ones: refused with the way out named, permitted where the file says so. */
class PolicyRightsTest {
    @TempDir
    Path directory;

    private Policy policy(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("policy.yaml"), text);
        return KeeperFixture.ok(Policy.read(file, List.of()));
    }

    private static Spec.Process process(Spec.Capabilities capabilities, boolean noNewPrivileges, String profile) {
        return new Spec.Process(
                false, null, List.of("x"), List.of(), "/", null, capabilities, noNewPrivileges, null, profile, 0);
    }

    private static Spec spec(Spec.Process process, List<Spec.Device> devices, Spec.Seccomp seccomp, String... sysctls) {
        Map<String, String> named = new TreeMap<>();
        for (String name : sysctls) {
            named.put(name, "1");
        }
        return new Spec(
                null,
                process,
                null,
                "",
                List.of(),
                new Spec.Linux(null, null, null, devices, "", null, "", seccomp, new TreeMap<>(named), null, null));
    }

    private static Spec plain(Spec.Process process) {
        return spec(process, List.of(), Spec.Seccomp.NONE);
    }

    private static final Spec.Process DEFAULT = process(Spec.Capabilities.DEFAULT, true, "");

    private void assertNeeds(String key, Spec spec) throws Exception {
        Policy refusing = policy("{}");
        assertThatThrownBy(() -> refusing.rights().check(spec))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.error().code()).isEqualTo("refused-by-policy"))
                .hasMessageEndingWith("is not permitted on this node: its policy file would need " + key);
        if (!key.contains("its path")) {
            policy(key).rights().check(spec);
        }
    }

    @Test
    void shouldPermitTheDefaultRightsWithoutAnyPolicy() throws Exception {
        policy("{}").rights().check(plain(DEFAULT));
        policy("{}").rights().check(plain(process(Spec.Capabilities.NONE, true, "")));
    }

    @Test
    void shouldRefuseOtherRightsAndNameTheWayOut() throws Exception {
        Spec.Capabilities time = Spec.Capabilities.of(List.of("CAP_CHOWN", "CAP_SYS_TIME"));
        assertNeeds("capabilities: [CAP_SYS_TIME]", plain(process(time, true, "")));
        List<String> ptrace = List.of("CAP_SYS_PTRACE");
        for (Spec.Capabilities hidden : List.of(
                new Spec.Capabilities(ptrace, null, null, null, null),
                new Spec.Capabilities(null, ptrace, null, null, null),
                new Spec.Capabilities(null, null, ptrace, null, null),
                new Spec.Capabilities(null, null, null, ptrace, null),
                new Spec.Capabilities(null, null, null, null, ptrace))) {
            assertNeeds("capabilities: [CAP_SYS_PTRACE]", plain(process(hidden, true, "")));
        }
        assertNeeds("new-privileges: true", plain(process(Spec.Capabilities.DEFAULT, false, "")));
        assertNeeds("apparmor-profiles: [unconfined]", plain(process(Spec.Capabilities.DEFAULT, true, "unconfined")));
        Spec.Seccomp open = new Spec.Seccomp("SCMP_ACT_ALLOW", 0, null, null, null);
        assertNeeds("seccomp-profiles: true", spec(DEFAULT, List.of(), open));
        assertNeeds("sysctls: [net.core.somaxconn]", spec(DEFAULT, List.of(), Spec.Seccomp.NONE, "net.core.somaxconn"));
    }

    @Test
    void shouldPermitSysctlsByTheirBeginning() throws Exception {
        Policy policy = policy("sysctls: [net.ipv4.*]");
        policy.rights().check(spec(DEFAULT, List.of(), Spec.Seccomp.NONE, "net.ipv4.ip_forward"));
        assertThatThrownBy(() -> policy.rights()
                        .check(spec(DEFAULT, List.of(), Spec.Seccomp.NONE, "net.ipv6.conf.all.forwarding")))
                .hasMessageContaining("sysctl net.ipv6.conf.all.forwarding");
    }

    /** The kernel goes by number, so the policy does: another path for the same device changes nothing. */
    @Test
    void shouldPermitDevicesByWhatTheirPathIsOnTheHost() throws Exception {
        Spec.Device random = new Spec.Device("c", "/dev/dice", 1, 8, 0, 0, 0);
        Spec.Device mem = new Spec.Device("c", "/dev/random", 1, 1, 0, 0, 0);
        Spec.Device block = new Spec.Device("b", "/dev/random", 1, 8, 0, 0, 0);
        assertNeeds("devices: [its path on this host]", spec(DEFAULT, List.of(random), Spec.Seccomp.NONE));
        Policy policy = policy("devices: [/dev/random, /dev/not-there, /etc/passwd]");
        policy.rights().check(spec(DEFAULT, List.of(random), Spec.Seccomp.NONE));
        for (Spec.Device other : List.of(mem, block)) {
            assertThatThrownBy(() -> policy.rights().check(spec(DEFAULT, List.of(other), Spec.Seccomp.NONE)))
                    .hasMessageContaining("is not permitted on this node");
        }
        policy("{}")
                .rights()
                .check(spec(DEFAULT, List.of(new Spec.Device("p", "/dev/pipe", 0, 0, 0, 0, 0)), Spec.Seccomp.NONE));
    }

    @Test
    void shouldPermitNamespacesOfTheHostAndExactContainersOnlyWhereTheFileSays() throws Exception {
        Policy none = policy("{}");
        Policy some = policy("host-pid: true\nexact: true\n");
        some.checkNamespace("pid", "host");
        none.checkNamespace("pid", "new");
        some.checkExact();
        for (String type : List.of("pid", "ipc", "uts", "user")) {
            assertThatThrownBy(() -> none.checkNamespace(type, "host")).hasMessageContaining("host-" + type + ": true");
        }
        assertThatThrownBy(() -> none.checkNamespace("net", "host")).hasMessageContaining("host-network: true");
        // a path may be the host's
        assertThatThrownBy(() -> policy("host-pid: true").checkNamespace("pid", "/proc/1/ns/pid"))
                .hasMessageContaining("exact: true");
        assertThatThrownBy(none::checkExact).hasMessageContaining("exact: true");
    }

    @Test
    void shouldSayWhatItPermits() throws Exception {
        assertThat(policy("""
                        host-uts: true
                        capabilities: [CAP_SYS_TIME, CAP_BPF]
                        devices: [/dev/fuse]
                        new-privileges: true
                        seccomp-profiles: true
                        apparmor-profiles: [unconfined]
                        sysctls: [net.*]
                        exact: true
                        """).words())
                .containsExactly(
                        "host-uts",
                        "capability:CAP_BPF",
                        "capability:CAP_SYS_TIME",
                        "device:/dev/fuse",
                        "new-privileges",
                        "seccomp-profiles",
                        "apparmor-profile:unconfined",
                        "sysctl:net.*",
                        "exact");
    }

    @Test
    void shouldRefuseAFileThatNamesWhatIsNone() throws Exception {
        Path file = Files.writeString(directory.resolve("policy.yaml"), "capabilities: [SYS_TIME]\ndevices: [fuse]\n");
        assertThat(Policy.read(file, List.of()))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.errors().toString())
                                .contains("is not a capability such as CAP_SYS_TIME")
                                .contains("is not an absolute path"));
    }
}
