package io.holdfast.keeper.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Every part of a configuration, each right. */
    private static final String WHOLE = """
            {
              "ociVersion": "1.0.2",
              "process": {
                "terminal": false,
                "consoleSize": {"height": 25, "width": 80},
                "args": ["/bin/true"],
                "env": ["A=b"],
                "cwd": "/",
                "user": {"uid": 1, "gid": 2, "umask": 18, "additionalGids": [3]},
                "capabilities": {"bounding": ["CAP_KILL"], "ambient": ["CAP_KILL"]},
                "noNewPrivileges": true,
                "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 18446744073709551615}],
                "oomScoreAdj": 100
              },
              "root": {"path": "rootfs", "readonly": true},
              "hostname": "box",
              "domainname": "example",
              "mounts": [{"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid"]}],
              "hooks": {"prestart": [{"path": "/bin/hook", "args": ["hook"], "env": ["A=b"], "timeout": 5}]},
              "annotations": {"a": "b"},
              "linux": {
                "namespaces": [{"type": "mount"}, {"type": "user"}, {"type": "uts"}, {"type": "network"}],
                "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
                "gidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
                "devices": [{"type": "c", "path": "/dev/fuse", "major": 10, "minor": 229, "fileMode": 438, "uid": 0}],
                "cgroupsPath": "/pod/box",
                "resources": {
                  "devices": [{"allow": false, "access": "rwm"}],
                  "memory": {"limit": 1048576, "swap": 2097152},
                  "cpu": {"shares": 1024, "quota": 1000, "period": 100000, "cpus": "0-1,3", "mems": "0"},
                  "pids": {"limit": 10},
                  "blockIO": {"weight": 100, "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 100}]}
                },
                "rootfsPropagation": "private",
                "seccomp": {
                  "defaultAction": "SCMP_ACT_ERRNO",
                  "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW",
                    "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}]
                },
                "sysctl": {"net.ipv4.ip_forward": "1"},
                "maskedPaths": ["/proc/kcore"],
                "readonlyPaths": ["/proc/sys"]
              }
            }""";

    private static List<String> problems(String json) {
        return ConfigReader.read(json.getBytes(StandardCharsets.UTF_8)).problems().stream()
                .map(ConfigReader.Problem::toString)
                .toList();
    }

    /** @param pointer of the field, as {@code /process/args/0} */
    private static String with(String pointer, String value) throws Exception {
        JsonNode tree = MAPPER.readTree(WHOLE);
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = tree.at(pointer.substring(0, slash));
        String name = pointer.substring(slash + 1);
        if (parent instanceof ArrayNode list) {
            list.set(Integer.parseInt(name), MAPPER.readTree(value));
        } else if (value.isEmpty()) {
            ((ObjectNode) parent).remove(name);
        } else {
            ((ObjectNode) parent).set(name, MAPPER.readTree(value));
        }
        return tree.toString();
    }

    @Test
    void shouldReadAWholeConfiguration() {
        ConfigReader.Result result = ConfigReader.read(WHOLE.getBytes(StandardCharsets.UTF_8));

        assertThat(result.problems()).isEmpty();
        Spec spec = result.spec();
        assertThat(spec.process().rlimits()).containsExactly(new Spec.Rlimit("RLIMIT_NOFILE", 1024, -1));
        assertThat(spec.linux().uidMappings()).containsExactly(new Spec.IdMapping(0, 100_000, 65_536));
        assertThat(spec.hooks().prestart()).hasSize(1);
        // the kernel raises no ambient capability that is not inheritable
        assertThat(spec.process().capabilities().ambient()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /ociVersion                          | 1              | ociVersion: 1 is not a text
            /ociVersion                          | "2.0.0"        | ociVersion: 2.0.0 is not a version 1.x
            /process                             |                | process: is missing
            /process                             | []             | process: [] is not an object
            /process/args                        | []             | process.args: names no program
            /process/args                        | "x"            | process.args: "x" is not a list
            /process/args/0                      | 7              | process.args[0]: 7 is not a text
            /process/env/0                       | "=x"           | process.env[0]: "=x" is not NAME=value
            /process/env/0                       | "A\\u0000=x"   | process.env[0]: holds a NUL character
            /process/cwd                         |                | process.cwd: is missing
            /process/cwd                         | "tmp"          | process.cwd: "tmp" is not an absolute path
            /process/terminal                    | "no"           | process.terminal: "no" is not true or false
            /process/consoleSize/height          | -1             | process.consoleSize.height: -1 is not between
            /process/user/uid                    | -1             | process.user.uid: -1 is not between 0 and 2147483647
            /process/user/uid                    | 1.5            | process.user.uid: 1.5 is not a whole number
            /process/user/gid                    | 4294967296     | process.user.gid: 4294967296 is not between
            /process/user/umask                  | 512            | process.user.umask: 512 is above 511
            /process/user/additionalGids/0       | "x"            | process.user.additionalGids[0]: "x" is not a whole number
            /process/capabilities/bounding       | {}             | process.capabilities.bounding: {} is not a list
            /process/rlimits/0/type              | "RLIMIT_X"     | process.rlimits[0].type: "RLIMIT_X" is none of
            /process/rlimits/0/soft              |                | process.rlimits[0].soft: is missing
            /process/rlimits/0/hard              | 1              | process.rlimits[0].soft: is above the hard limit
            /process/oomScoreAdj                 | 1001           | process.oomScoreAdj: 1001 is not between -1000 and 1000
            /process/selinuxLabel                | "x"            | process.selinuxLabel: is not supported
            /process/ioPriority                  | {"class":"x"}  | process.ioPriority: is not supported
            /root                                |                | root: is missing
            /root/path                           | ""             | root.path: is empty
            /root/readonly                       | 1              | root.readonly: 1 is not true or false
            /mounts/0/destination                | "proc"         | mounts[0].destination: "proc" is not an absolute path
            /mounts/0/type                       |                | mounts[0].type: is missing
            /mounts/0/options                    | ["rbind"]      |
            /mounts/0/options/0                  | null           | mounts[0].options[0]: null is not a text
            /mounts/0/uidMappings                | [{"size":1}]   | mounts[0].uidMappings: is not supported
            /hooks/prestart/0/path               | "hook"         | hooks.prestart[0].path: "hook" is not an absolute path
            /hooks/prestart/0/timeout            | 0              | hooks.prestart[0].timeout: 0 is not between 1
            /annotations/a                       | 1              | annotations.a: 1 is not a text
            /linux/namespaces/0/type             | "net"          | linux.namespaces[0].type: "net" is none of
            /linux/namespaces/0/type             | "uts"          | linux.namespaces[2].type: uts is there twice
            /linux/namespaces/0/type             | "pid"          | linux.namespaces: has no mount namespace
            /linux/namespaces/0/path             | "/x"           | linux.namespaces[0].path: a mount namespace cannot be joined
            /linux/namespaces/2/type             | "time"         | linux.namespaces[2].type: time namespaces are not supported
            /linux/namespaces/2/type             | "ipc"          | hostname: would be the host's
            /linux/namespaces/3/type             | "ipc"          | linux.sysctl.net.ipv4.ip_forward: would change the host
            /linux/namespaces/3/path             | "x"            | linux.namespaces[3].path: "x" is not an absolute path
            /linux/uidMappings                   | []             | linux.uidMappings: is empty
            /linux/uidMappings/0/size            | 0              | linux.uidMappings[0].size: is 0
            /linux/gidMappings/0/hostID          |                | linux.gidMappings[0].hostID: is missing
            /linux/devices/0/type                | "d"            | linux.devices[0].type: "d" is none of c, b, u, p
            /linux/devices/0/path                | "fuse"         | linux.devices[0].path: "fuse" is not an absolute path
            /linux/devices/0/fileMode            | 4096           | linux.devices[0].fileMode: 4096 is above 4095
            /linux/cgroupsPath                   | "/a/../../b"   | linux.cgroupsPath: /a/../../b is not a path
            /linux/resources/memory/limit        | "1G"           | linux.resources.memory.limit: "1G" is not a whole number
            /linux/resources/memory/swap         | 1              | linux.resources.memory.swap: (memory plus swap) is below
            /linux/resources/memory/swappiness   | 60             | linux.resources.memory.swappiness: is not supported
            /linux/resources/cpu/shares          | 1              | linux.resources.cpu.shares: 1 is not between 2 and 262144
            /linux/resources/cpu/cpus            | "0-"           | linux.resources.cpu.cpus: "0-" is not a list like 0-3,8
            /linux/resources/pids/limit          | 1e9            | linux.resources.pids.limit: 1.0E9 is not a whole number
            /linux/resources/hugepageLimits      | [{}]           | linux.resources.hugepageLimits: is not supported
            /linux/resources/devices/0/allow     |                | linux.resources.devices[0].allow: is missing
            /linux/resources/blockIO/weight      | -1             | linux.resources.blockIO.weight: -1 is not between
            /linux/rootfsPropagation             | "both"         | linux.rootfsPropagation: "both" is none of
            /linux/seccomp/defaultAction         |                | linux.seccomp.defaultAction: is missing
            /linux/seccomp/syscalls/0/names      | "read"         | linux.seccomp.syscalls[0].names: "read" is not a list
            /linux/seccomp/syscalls/0/args/0/value | -2           | linux.seccomp.syscalls[0].args[0].value: -2 is not between
            /linux/sysctl                        | {"vm.swappiness":"1"} | linux.sysctl.vm.swappiness: is not a parameter of a namespace
            /linux/sysctl                        | {"net/../vm":"1"}     | linux.sysctl.net/../vm: is not a parameter of a namespace
            /linux/maskedPaths/0                 | "proc"         | linux.maskedPaths[0]: "proc" is not an absolute path
            /linux/intelRdt                      | {"closID":"x"} | linux.intelRdt: is not supported
            /linux/personality                   | {"domain":"LINUX32"} | linux.personality: is not supported
            /linux/timeOffsets                   | {"boottime":{}} | linux.timeOffsets: is not supported
            /windows                             | {"layerFolders":[]} | windows: is not supported
            """)
    void shouldNameTheFieldThatIsWrong(String pointer, String value, String expected) throws Exception {
        List<String> problems = problems(with(pointer, value == null ? "" : value));

        if (expected == null) {
            // a bind without its own type is right
            assertThat(problems).isEmpty();
        } else {
            assertThat(problems).anySatisfy(problem -> assertThat(problem).startsWith(expected));
        }
    }

    @Test
    void shouldFindEverythingThatIsWrongAtOnce() throws Exception {
        String json = "{\"ociVersion\":1,\"process\":{\"cwd\":2,\"args\":3},\"root\":{},\"mounts\":[{}]}";

        assertThat(problems(json))
                .containsExactly(
                        "ociVersion: 1 is not a text",
                        "process.args: 3 is not a list",
                        "process.cwd: 2 is not a text",
                        "root.path: is missing",
                        "mounts[0].destination: is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "7", "{} {}", "{\"a\":1,\"a\":2}", "\u0000"})
    void shouldRefuseWhatIsNoDocument(String json) {
        assertThat(problems(json)).hasSize(1);
    }

    @Test
    void shouldRefuseNestingWithoutEnd() {
        assertThat(problems("{\"x\":".repeat(100_000))).hasSize(1);
    }

    @Test
    void shouldPassOverPropertiesThatTheSpecificationDoesNotKnow() throws Exception {
        assertThat(problems(with("/linux/future", "{\"of\":\"it\"}"))).isEmpty();
        assertThat(problems(with("/mounts/0/future", "1"))).isEmpty();
    }

    @Test
    void shouldPassOverKnownPropertiesThatAskForNothing() throws Exception {
        assertThat(problems(with("/linux/resources/memory/disableOOMKiller", "false")))
                .isEmpty();
        assertThat(problems(with("/linux/mountLabel", "\"\""))).isEmpty();
        assertThat(problems(with("/linux/intelRdt", "{}"))).isEmpty();
    }

    @Test
    void shouldTakeALimitBelowZeroForNone() throws Exception {
        ConfigReader.Result result =
                ConfigReader.read(with("/linux/resources/pids/limit", "-1").getBytes(StandardCharsets.UTF_8));

        assertThat(result.problems()).isEmpty();
        assertThat(result.spec().linux().resources().pids().limit()).isZero();
    }
}
