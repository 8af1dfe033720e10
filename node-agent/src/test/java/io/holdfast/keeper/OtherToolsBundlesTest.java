package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.launch.Launchers;
import io.holdfast.keeper.launch.TestImage;
import io.holdfast.keeper.oci.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles as other tools write them, with nothing changed but the program and the terminal, which needs somebody to look at it. */
@Tag("root")
@Tag("host-tools")
class OtherToolsBundlesTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path directory;

    private KeeperFixture node;

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc spec", "runc spec --rootless", "crun spec", "crun spec --rootless"})
    void shouldRunABundleAsAnotherToolWritesIt(String command) throws Exception {
        Root.required();
        Path bundle = Files.createDirectory(directory.resolve("bundle"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        write(command, bundle);
        Files.move(TestImage.make(directory), bundle.resolve("rootfs"));
        ObjectNode config = (ObjectNode) MAPPER.readTree(Files.readAllBytes(bundle.resolve("config.json")));
        ObjectNode process = (ObjectNode) config.get("process");
        process.put("terminal", false);
        process.putArray("args").add("/bin/sh").add("-c").add("cat /proc/self/mounts; exit 7");
        if (command.equals("crun spec --rootless") && !config.get("linux").has("uidMappings")) {
            // it leaves the choice to the runtime where root asks; here the configuration has to say it
            for (String field : List.of("uidMappings", "gidMappings")) {
                ((ObjectNode) config.get("linux"))
                        .set(field, MAPPER.readTree("[{\"containerID\":0,\"hostID\":0,\"size\":1}]"));
            }
        }
        ConfigReader.Result read = ConfigReader.read(MAPPER.writeValueAsBytes(config));
        assertThat(read.problems()).isEmpty();
        node = new KeeperFixture(directory, Launchers::open, KeeperFixture.POLICY + "exact: true\n").start();

        node.client.call(
                new Request.CreateContainer(
                        "c1",
                        "c1",
                        bundle.toString(),
                        read.spec(),
                        Request.Stdio.NONE,
                        KeeperFixture.LOG_BYTES,
                        "",
                        Map.of()),
                Reply.Started.class);
        node.client.call(new Request.StartCreated("c1"), Reply.Started.class);

        assertThat(node.exit("c1").code()).isEqualTo(7);
        assertThat(node.log("c1", "stderr")).isEmpty();
        assertThat(node.log("c1", "stdout")).contains(" /proc proc ", " /dev/pts devpts ", " /dev/mqueue mqueue ");
    }

    /** Skips where the tool is not installed; {@code bin/test} asks for both. */
    private static void write(String command, Path bundle) throws Exception {
        int code;
        try {
            code = new ProcessBuilder(List.of(command.split(" ")))
                    .directory(bundle.toFile())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            code = -1;
        }
        assumeTrue(code == 0 && Files.exists(bundle.resolve("config.json")), command + " is not to be had here");
    }
}
