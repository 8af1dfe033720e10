package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every wrong field of a specification's rights is refused over the socket with its path, and nothing was created. */
@Tag("root")
class BadRightsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String POLICY = KeeperFixture.POLICY
            + "new-privileges: true\nseccomp-profiles: true\nsysctls: ['*']\ndevices: [/dev/fuse]\n"
            + "capabilities: [CAP_SYS_ADMIN]\napparmor-profiles: [no-such]\n";

    @TempDir
    Path directory;

    private KeeperFixture node;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        FakeLauncher launcher = new FakeLauncher();
        node = new KeeperFixture(directory, launcher::open, POLICY).start();
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private static Request.StartContainer request(String pointer, String value) throws Exception {
        Spec plain = KeeperFixture.container("c1", "s1", Spec.Resources.UNLIMITED, "/bin/true")
                .spec();
        ObjectNode tree = JSON.valueToTree(plain);
        ObjectNode at = tree;
        String[] names = pointer.split("/");
        for (int i = 0; i < names.length - 1; i++) {
            at = at.withObject("/" + names[i]);
        }
        at.set(names[names.length - 1], JSON.readTree(value.replace('\'', '"')));
        return new Request.StartContainer(
                "c1", "s1", "host", JSON.treeToValue(tree, Spec.class), KeeperFixture.LOG_BYTES, Map.of());
    }

    @Test
    void shouldRefuseDevicesThatThisHostHasNotOrDoesNotPermit() throws Exception {
        node.sandbox("s1");
        List<String> before = new ArrayList<>(node.litter());
        String[][] wrong = {
            {"/etc/passwd", "rwm", "hostDevices[0].path /etc/passwd is not below /dev"},
            {null, "rwm", "hostDevices[0].path  is not below /dev"},
            {"/dev/fuse", "", "hostDevices[0].access  is not of the letters rwm"},
            {"/dev/fuse", "wr", "hostDevices[0].access wr is not of the letters rwm"},
            {"/dev/fuse", null, "hostDevices[0].access (none) is not of the letters rwm"},
            {"/dev/no-such", "r", "this host has no device /dev/no-such"},
            {"/dev/../etc/passwd", "r", "this host has no device /dev/../etc/passwd"},
            {"/dev/pts", "r", "this host has no device /dev/pts"},
            {"/dev/kmsg", "r", "device /dev/kmsg (c 1:11) is not permitted"}
        };
        Spec plain = KeeperFixture.container("c1", "s1", Spec.Resources.UNLIMITED, "/bin/true")
                .spec();
        for (String[] one : wrong) {
            Request.StartContainer request = new Request.StartContainer(
                    "c1",
                    "s1",
                    "host",
                    plain,
                    KeeperFixture.LOG_BYTES,
                    Map.of(),
                    false,
                    List.of(new Request.HostDevice(one[0], one[1])),
                    0);
            assertThatThrownBy(() -> node.client.start(request))
                    .as("%s %s", one[0], one[1])
                    .hasMessageContaining(one[2]);
            assertThat(node.litter()).as("%s %s", one[0], one[1]).isEqualTo(before);
        }
        assertThat(node.client.list().items().get(0).containers()).isEmpty();
    }

    @Test
    void shouldNameTheFieldAndCreateNothing() throws Exception {
        node.sandbox("s1");
        List<String> before = new ArrayList<>(node.litter());
        String[][] wrong = {
            {"process/user", "{'uid':70000}", "spec.process.user uid 70000 is not between"},
            {"process/user", "{'uid':0,'gid':-1}", "spec.process.user gid -1 is not between"},
            {"process/user", "{'uid':0,'umask':4096}", "spec.process.user.umask 4096 is not between"},
            {"process/user", "{'uid':0,'additionalGids':[1,99999]}", "additional gid 99999"},
            {"process/user", "{'username':'../x'}", "spec.process.user.username ../x is no user"},
            {"process/user", "{'username':'a:b:c'}", "spec.process.user.username a:b:c is no user"},
            {"process/user", "{'username':'www'}", "names of users are not resolved by this launcher"},
            {"process/oomScoreAdj", "2000", "spec.process.oomScoreAdj 2000 is not between -1000 and 1000"},
            {"process/rlimits", "[{'type':'RLIMIT_RUM'}]", "spec.process.rlimits[0]: limit RLIMIT_RUM is not known"},
            {"process/rlimits", "[{'soft':1}]", "spec.process.rlimits[0]: limit null is not known"},
            {
                "process/rlimits",
                "[{'type':'RLIMIT_CORE','soft':18446744073709551615,'hard':1}]",
                "soft 18446744073709551615 is above hard 1"
            },
            {
                "process/rlimits",
                "[{'type':'RLIMIT_CORE'},{'type':'RLIMIT_CORE'}]",
                "spec.process.rlimits[1]: limit RLIMIT_CORE is there twice"
            },
            {
                "process/capabilities",
                "{'effective':['CAP_CHOWN']}",
                "spec.process.capabilities.effective: CAP_CHOWN is not in the permitted set"
            },
            {"linux/seccomp", "{'defaultAction':'NO'}", "spec.linux.seccomp.defaultAction: NO is no action"},
            {
                "linux/sysctl",
                "{'kernel.core_pattern':'|/x'}",
                "spec.linux.sysctl.kernel.core_pattern: belongs to the host"
            },
            {"linux/devices", "[{'type':'c','path':'/x','major':10,'minor':229}]", "spec.linux.devices[0].path: path /x"
            },
            {"linux/maskedPaths", "['/etc/passwd']", "spec.linux.maskedPaths: path /etc/passwd cannot"},
            {"linux/readonlyPaths", "['/proc/../etc']", "spec.linux.readonlyPaths: path /proc/../etc cannot"},
        };
        for (String[] one : wrong) {
            Request.StartContainer request = request(one[0], one[1]);
            assertThatThrownBy(() -> node.client.start(request))
                    .as("%s %s", one[0], one[1])
                    .hasMessageContaining(one[2]);
            assertThat(node.litter()).as("%s %s", one[0], one[1]).isEqualTo(before);
        }
        assertThat(node.client.list().items().get(0).containers()).isEmpty();
    }

    @Test
    void shouldRefuseWhatThePolicyDoesNotPermitBeforeAnythingIsCreated() throws Exception {
        node.sandbox("s1");
        List<String> before = new ArrayList<>(node.litter());
        for (String set : List.of("bounding", "permitted", "ambient")) {
            Request.StartContainer request = request("process/capabilities", "{'" + set + "':['CAP_SYS_BOOT']}");
            assertThatThrownBy(() -> node.client.start(request)).hasMessageContaining("capabilities: [CAP_SYS_BOOT]");
        }
        Request.StartContainer memory =
                request("linux/devices", "[{'type':'c','path':'/dev/mem','major':1,'minor':1}]");
        assertThatThrownBy(() -> node.client.start(memory))
                .hasMessageContaining("device /dev/mem (c 1:1) is not permitted");
        assertThat(node.litter()).isEqualTo(before);
    }
}
