package io.holdfast.keeper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** An OCI bundle of a test's own: a configuration as runc writes it, to be changed, around a root file system. */
final class Bundle {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String CONFIG = """
            {"ociVersion":"1.0.2",
             "process":{"args":["/bin/sh","-c",":"],"env":["PATH=/bin:/usr/bin"],"cwd":"/","user":{"uid":0,"gid":0},
               "noNewPrivileges":true,
               "capabilities":{"bounding":["CAP_KILL","CAP_AUDIT_WRITE"],"effective":["CAP_KILL","CAP_AUDIT_WRITE"],
                 "permitted":["CAP_KILL","CAP_AUDIT_WRITE"]},
               "rlimits":[{"type":"RLIMIT_NOFILE","soft":1024,"hard":1024}]},
             "root":{"path":"rootfs"},
             "hostname":"bundle",
             "mounts":[
               {"destination":"/proc","type":"proc","source":"proc"},
               {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","strictatime","mode=755","size=65536k"]},
               {"destination":"/dev/pts","type":"devpts","source":"devpts",
                 "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620"]},
               {"destination":"/sys","type":"sysfs","source":"sysfs","options":["nosuid","noexec","nodev","ro"]}],
             "hooks":{},
             "annotations":{"org.example.key":"value"},
             "linux":{
               "namespaces":[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"}],
               "maskedPaths":["/proc/kcore","/sys/firmware"],
               "readonlyPaths":["/proc/sys"]}}
            """;

    final Path directory;
    final Path rootfs;
    final ObjectNode config;

    Bundle(Path directory, Path rootfs) throws IOException {
        this.directory = directory;
        this.rootfs = rootfs;
        config = (ObjectNode) MAPPER.readTree(CONFIG);
        ((ObjectNode) config.get("root")).put("path", rootfs.toString());
    }

    ObjectNode at(String pointer) {
        return config.withObject(pointer);
    }

    ArrayNode list(String pointer) {
        return config.withArray(pointer);
    }

    Bundle args(String... args) {
        ArrayNode list = ((ObjectNode) config.get("process")).putArray("args");
        for (String arg : args) {
            list.add(arg);
        }
        return this;
    }

    Bundle script(String script) {
        return args("/bin/sh", "-c", script);
    }

    Bundle mount(String json) throws IOException {
        list("/mounts").add(json(json));
        return this;
    }

    Bundle hook(String kind, String script) {
        ObjectNode hook = ((ObjectNode) config.get("hooks")).withArray(kind).addObject();
        hook.put("path", "/bin/sh");
        hook.putArray("args").add("sh").add("-c").add(script);
        hook.putArray("env").add("PATH=/usr/bin:/bin");
        return this;
    }

    /** With ids that are nobody's on the host. */
    Bundle userNamespace() throws IOException {
        list("/linux/namespaces").addObject().put("type", "user");
        for (String kind : new String[] {"uidMappings", "gidMappings"}) {
            list("/linux/" + kind).add(json("{\"containerID\":0,\"hostID\":700000,\"size\":65536}"));
        }
        return this;
    }

    static JsonNode json(String text) throws IOException {
        return MAPPER.readTree(text);
    }

    /** @throws AssertionError where the configuration is wrong */
    Request.CreateContainer request(String id) throws IOException {
        ConfigReader.Result result = ConfigReader.read(MAPPER.writeValueAsBytes(config));
        if (!result.problems().isEmpty()) {
            throw new AssertionError(result.problems().toString());
        }
        Files.createDirectories(directory);
        return new Request.CreateContainer(
                id,
                id + ".name",
                directory.toString(),
                result.spec(),
                Request.Stdio.NONE,
                KeeperFixture.LOG_BYTES,
                "",
                Map.of());
    }
}
