package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.launch.Launchers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which namespaces a sandbox's containers have: new ones by default, the host's where the policy says so, those of others. */
@Tag("root")
class SandboxNamespacesTest {
    private static final String WAIT = "exec sleep 1000";

    @TempDir
    Path directory;

    private KeeperFixture node;

    private void start(String policy) throws Exception {
        Root.required();
        node = new KeeperFixture(directory, Launchers::open, policy).start();
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private void sandbox(String id, Map<String, String> namespaces) throws IOException {
        node.client.createSandbox(new Request.CreateSandbox(id, id, "private", true, false, Map.of(), namespaces));
    }

    private static String namespace(Object pid, String type) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + type)).toString();
    }

    @Test
    void shouldHaveAllOfItsOwnByDefault() throws Exception {
        start("host-image: true\n");
        sandbox("s1", Map.of());

        int pid = node.run("c1", "s1", WAIT).pid();

        for (String type : List.of("user", "net", "ipc", "uts", "pid", "mnt", "cgroup")) {
            assertThat(namespace(pid, type)).as(type).isNotEqualTo(namespace("self", type));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "net, host, host-network: true",
        "user, host, host-user: true",
        "ipc, host, host-ipc: true",
        "uts, host, host-uts: true",
        "pid, host, host-pid: true",
        "cgroup, host, host-cgroup: true",
        "net, /proc/1/ns/net, exact: true"
    })
    void shouldRefuseWhatThePolicyDoesNotAllowAndNameTheWayOut(String type, String kind, String wayOut)
            throws Exception {
        start("host-image: true\n");

        assertThatThrownBy(() -> sandbox("s1", Map.of(type, kind)))
                .hasMessageContaining("refused-by-policy")
                .hasMessageContaining("namespaces." + type + " " + kind)
                .hasMessageContaining(wayOut);
        assertThat(node.litter()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mnt, new, type mnt is none of",
        "time, new, type time is none of",
        "net, bridge, bridge is none of new",
        "net, container:none, container none is not there",
        "user, /proc/1/ns/user, is joined as container:ID"
    })
    void shouldRefuseWhatIsNoNamespace(String type, String kind, String message) throws Exception {
        start("host-image: true\nexact: true\n");

        assertThatThrownBy(() -> sandbox("s1", Map.of(type, kind))).hasMessageContaining(message);
        assertThat(node.litter()).isEmpty();
    }

    @Test
    void shouldShareTheHostsWhereThePolicyAllowsIt() throws Exception {
        start("host-image: true\nhost-uts: true\nhost-ipc: true\nhost-pid: true\nhost-user: true\n");
        sandbox("s1", Map.of("uts", "host", "ipc", "host", "pid", "host", "user", "host"));

        int pid = node.run("c1", "s1", WAIT).pid();

        assertThat(namespace(pid, "uts")).isEqualTo(namespace("self", "uts"));
        assertThat(namespace(pid, "ipc")).isEqualTo(namespace("self", "ipc"));
        assertThat(namespace(pid, "pid")).isEqualTo(namespace("self", "pid"));
        assertThat(namespace(pid, "net")).isNotEqualTo(namespace("self", "net"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pid", "ipc"})
    void shouldRefuseOneThatBelongsToAnotherUserNamespace(String type) throws Exception {
        start("host-image: true\nhost-ipc: true\nhost-pid: true\n");

        assertThatThrownBy(() -> sandbox("s1", Map.of(type, "host")))
                .hasMessageContaining("namespaces." + type + " host needs the user namespace that it belongs to");
    }

    @Test
    void shouldJoinThoseOfAnotherContainerAndKeepTheIdsUntilBothAreGone() throws Exception {
        start("host-image: true\n");
        sandbox("s1", Map.of());
        int first = node.run("c1", "s1", WAIT).pid();
        sandbox(
                "s2",
                Map.of("user", "container:c1", "net", "container:c1", "ipc", "container:c1", "pid", "container:c1"));

        int second = node.run("c2", "s2", WAIT).pid();

        for (String type : List.of("user", "net", "ipc", "pid")) {
            assertThat(namespace(second, type)).as(type).isEqualTo(namespace(first, type));
        }
        assertThat(namespace(second, "uts")).isNotEqualTo(namespace(first, "uts"));
        node.client.removeSandbox("s1");
        sandbox("s3", Map.of());
        int third = node.run("c3", "s3", WAIT).pid();
        assertThat(Files.readString(Path.of("/proc/" + third + "/uid_map"))).isNotEqualTo(map("s2"));
    }

    private String map(String sandbox) throws IOException {
        String record = Files.readString(directory.resolve("data/sandboxes/" + sandbox + "/sandbox.json"));
        String first = record.replaceAll(".*\"idRangeFirst\":(\\d+).*", "$1");
        return "%10d %10s %10d\n".formatted(0, first, 65_536);
    }

    @Test
    void shouldKeepItsRangeOfIdsThroughANewKeeper() throws Exception {
        start("host-image: true\n");
        sandbox("s1", Map.of());
        String before = map("s1");
        node.stop();
        node.start();
        sandbox("s2", Map.of());

        int first = node.run("c1", "s1", WAIT).pid();
        int second = node.run("c2", "s2", WAIT).pid();

        assertThat(Files.readString(Path.of("/proc/" + first + "/uid_map"))).isEqualTo(before);
        assertThat(Files.readString(Path.of("/proc/" + second + "/uid_map"))).isNotEqualTo(before);
    }

    @Test
    void shouldTellWhetherTheDataDirectoryTakesIdmappedMounts() throws Exception {
        start("host-image: true\n");

        assertThat(node.client.hello().attributes()).containsKey("idmapped-mounts");
        assertThat(node.mounts()).isEmpty();
    }
}
