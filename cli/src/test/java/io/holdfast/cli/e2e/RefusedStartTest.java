package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.cli.role.DevPlaces;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that cannot be: one line that names the thing and the way out, an exit code, and nothing left. */
@Tag("root")
class RefusedStartTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void requireRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: a keeper is started");
    }

    private static String refused(int exitCode, Part part) throws Exception {
        int code = part.awaitExit();
        // a machine under load may have stood still, which the scheduler says
        String output = part.output()
                .lines()
                .filter(line -> !line.contains("stood still"))
                .collect(Collectors.joining("\n"));
        assertThat(code).as(output).isEqualTo(exitCode);
        assertThat(output.lines()).as(output).hasSize(1);
        assertThat(output).startsWith("holdfast: ").doesNotContain("Exception");
        return output;
    }

    private static Part dev(Path dataDir, int port) {
        return Part.start("dev", "--data-dir", dataDir.toString(), "--http-port", "" + port);
    }

    @Test
    void shouldNameThePortWhenItIsInUse() throws Exception {
        Path fresh = directory.resolve("fresh");
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(refused(75, dev(fresh, other.getLocalPort())))
                    .contains("port " + other.getLocalPort(), "choose another port");
        }
        assertThat(fresh).as("it was not there before").doesNotExist();
        assertThat(Traces.cgroups(DevPlaces.of(fresh).cgroupParent())).isEmpty();
    }

    @Test
    void shouldLeaveNothingOfARefusedStartOnADirectoryThatWasThere() throws Exception {
        Path used = directory.resolve("used");
        try (Part first = dev(used, 0)) {
            first.awaitReady();
            assertThat(first.end()).isZero();
        }
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused(75, dev(used, other.getLocalPort()));
        }
        DevPlaces places = DevPlaces.of(used);
        assertThat(used).as("its jobs stay").exists();
        assertThat(places.runDir()).doesNotExist();
        assertThat(places.socket()).doesNotExist();
        assertThat(Traces.cgroups(places.cgroupParent())).isEmpty();
        Traces.remove(used.resolve("keeper"));
    }

    @Test
    void shouldNameTheDirectoryWhenItIsInUse() throws Exception {
        try (Part first = dev(directory, 0)) {
            first.awaitReady();
            Part second = dev(directory, 0);
            assertThat(second.awaitExit()).isEqualTo(75);
            assertThat(second.output()).contains(directory.toString(), "in use").doesNotContain("Exception");
            assertThat(first.alive()).isTrue();
            assertThat(first.end()).isZero();
            Traces.remove(directory.resolve("keeper"));
        }
        assertThat(Traces.cgroups(DevPlaces.of(directory).cgroupParent())).isEmpty();
    }

    @Test
    void shouldNameTheDirectoryWhenItCannotBeMade() throws Exception {
        Path below = Files.writeString(directory.resolve("file"), "").resolve("below");
        assertThat(refused(73, dev(below, 0))).contains(below.toString(), "--data-dir");
    }

    @Test
    void shouldAskForRootWhenStartedByAnybodyElse() throws Exception {
        // in a user namespace without a map nobody is root, and all files can still be read
        Part part = Part.start(
                List.of("unshare", "--user"),
                "dev",
                "--data-dir",
                directory.resolve("nobody").toString());
        assertThat(refused(77, part)).contains("needs root");
    }

    @Test
    void shouldNameTheFileWhenAConfigurationIsNotThereOrWrong() throws Exception {
        assertThat(refused(66, Part.start("keeper", "--config", directory + "/none.yaml")))
                .contains("none.yaml");
        Path wrong = Files.writeString(directory.resolve("wrong.yaml"), "data-dirr: /tmp/x\n");
        Part part = Part.start("scheduler", "--config", wrong.toString());
        assertThat(part.awaitExit()).isEqualTo(78);
        assertThat(part.output())
                .contains("data-dirr", "did you mean", "data-dir")
                .doesNotContain("Exception");
    }
}
