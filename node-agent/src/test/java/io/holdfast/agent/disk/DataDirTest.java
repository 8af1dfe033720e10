package io.holdfast.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.agent.image.ImageConfig;
import io.holdfast.agent.pull.ImageRecord;
import io.holdfast.agent.pull.KnownImages;
import io.holdfast.agent.reconcile.Attempt;
import io.holdfast.agent.reconcile.Remembered;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import io.holdfast.testkit.CountingIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirTest {
    private final CountingIds ids = new CountingIds("node");

    @TempDir
    Path directory;

    private static Map<String, Remembered> memory() {
        TreeMap<String, Attempt> attempts = new TreeMap<>();
        attempts.put("one", new Attempt(2, 1, 1, 30, "execve /no: ENOENT", true));
        attempts.put("two", Attempt.begun(0, 0, 0, 20));
        List<TaskReport> tasks = List.of(
                new TaskReport("one", TaskState.EXITED, new TaskExit.Code(3), "exit code 3", 1, 10, 20),
                new TaskReport("two", TaskState.EXITED, new TaskExit.Signal(9), "oom-killed", 0, 10, 21),
                new TaskReport("three", TaskState.EXITED, TaskExit.UNKNOWN, "exit status unknown", 0, 10, 22),
                new TaskReport("four", TaskState.PENDING, TaskExit.NONE, "", 0, 0, 0));
        return Map.of(
                "a1",
                new Remembered.Live(AllocationState.STOPPING, true, 10, attempts),
                "a2",
                new Remembered.Ended(new AllocationReport("a2", AllocationState.FAILED, "exit code 3", 10, 22, tasks)));
    }

    private static List<ImageRecord> images() {
        ImageConfig config = new ImageConfig(
                List.of("/bin/web"),
                List.of("-v"),
                List.of("PATH=/bin", "A="),
                "web:adm",
                "/srv",
                "SIGQUIT",
                List.of("/data"),
                Map.of("org.example", "yes"),
                "linux",
                "amd64");
        return List.of(new ImageRecord(
                "docker.io/library/web:1",
                "sha256:m",
                "sha256:i",
                config,
                List.of(new ImageRecord.LayerRecord("sha256:a", 10), new ImageRecord.LayerRecord("sha256:b", 20)),
                1_000,
                2_000));
    }

    private static String golden(String name) throws IOException {
        try (var in = DataDirTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldMintTheNodesIdOnceAndCountItsStarts() {
        try (DataDir data = DataDir.open(directory)) {
            assertThat(data.start(ids, 1_000)).isEqualTo(new Identity("node-1", "", 0, 1_000));
        }
        try (DataDir data = DataDir.open(directory)) {
            assertThat(data.start(ids, 500))
                    .as("a start is later than the one before, whatever the clock says")
                    .isEqualTo(new Identity("node-1", "", 0, 1_001));
        }
    }

    @Test
    void shouldKeepClusterAndHighestEpoch() {
        try (DataDir data = DataDir.open(directory)) {
            Identity identity =
                    data.start(ids, 1).follow("cluster-1").sawEpoch(7).sawEpoch(5);
            data.write(identity);
        }
        try (DataDir data = DataDir.open(directory)) {
            assertThat(data.start(ids, 2)).isEqualTo(new Identity("node-1", "cluster-1", 7, 2));
        }
    }

    @Test
    void shouldReadBackWhatIsRemembered() {
        try (DataDir data = DataDir.open(directory)) {
            assertThat(data.allocations()).isEmpty();
            data.write(memory());
            assertThat(data.allocations()).isEqualTo(memory());
        }
    }

    @Test
    void shouldReadBackImagesThatWereFetched() throws Exception {
        try (DataDir data = DataDir.open(directory)) {
            assertThat(data.images()).isEqualTo(KnownImages.NONE);
            KnownImages known = new KnownImages(images(), List.of());
            data.writeImages(known);
            assertThat(data.images()).isEqualTo(known);
            assertThat(Files.readString(directory.resolve("images.json"))).isEqualTo(golden("images.v1.json"));

            KnownImages asked = new KnownImages(List.of(), List.of("docker.io/library/web:2", "oci:/srv/app"));
            data.writeImages(asked);
            assertThat(data.images()).isEqualTo(asked);

            data.writeImages(known);
            Files.writeString(
                    directory.resolve("images.json"),
                    golden("images.v1.json").replace("    \"rootDigest\" : \"sha256:i\",\n", ""));
            assertThat(data.images().images())
                    .as("as agents wrote them that did not keep what the reference stands for")
                    .extracting(ImageRecord::rootDigest)
                    .containsExactly("");
            data.writeImages(asked);
        }
        assertThat(Files.readString(directory.resolve("images.json"))).isEqualTo(golden("images-asked.v1.json"));
    }

    @Test
    void shouldWriteTheGoldenFiles() throws Exception {
        try (DataDir data = DataDir.open(directory)) {
            data.write(new Identity("node-1", "cluster-1", 7, 1_000));
            data.write(memory());
        }
        assertThat(directory.resolve("agent.json")).content().isEqualTo(golden("agent.v1.json"));
        assertThat(directory.resolve("allocations.json")).content().isEqualTo(golden("allocations.v1.json"));
    }

    @Test
    void shouldReadTheGoldenFiles() throws Exception {
        Files.writeString(directory.resolve("agent.json"), golden("agent.v1.json"));
        Files.writeString(directory.resolve("allocations.json"), golden("allocations.v1.json"));
        try (DataDir data = DataDir.open(directory)) {
            assertThat(data.start(ids, 2_000)).isEqualTo(new Identity("node-1", "cluster-1", 7, 2_000));
            assertThat(data.allocations()).isEqualTo(memory());
        }
    }

    @Test
    void shouldRefuseAFormatThatItDoesNotKnow() throws Exception {
        Files.writeString(directory.resolve("agent.json"), "{\"format\": 2}");
        try (DataDir data = DataDir.open(directory)) {
            assertThatThrownBy(() -> data.start(ids, 1))
                    .isInstanceOf(DataDirException.class)
                    .hasMessageContaining("agent.json has format 2, this version reads 1");
        }
    }

    @Test
    void shouldRefuseAFileThatIsNoJson() throws Exception {
        Files.writeString(directory.resolve("agent.json"), "{\"format\": ");
        try (DataDir data = DataDir.open(directory)) {
            assertThatThrownBy(() -> data.start(ids, 1))
                    .isInstanceOf(DataDirException.class)
                    .hasMessageContaining("is not readable JSON");
        }
    }

    @Test
    void shouldLetOneAgentInAtATime() {
        try (DataDir data = DataDir.open(directory)) {
            assertThat(data.allocations()).isEmpty();
            assertThatThrownBy(() -> DataDir.open(directory))
                    .isInstanceOf(DataDirException.class)
                    .hasMessageContaining("in use by another agent");
        }
        DataDir.open(directory).close();
    }

    @Test
    void shouldSayWhatStandsInTheWay() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> DataDir.open(file.resolve("data")))
                .isInstanceOf(DataDirException.class)
                .hasMessageContaining("data-dir " + file.resolve("data") + " cannot be used");
    }

    @Test
    void shouldNotBeConfusedByADraftThatAKilledAgentLeft() throws Exception {
        Files.writeString(directory.resolve("allocations.json.new"), "{\"form");
        try (DataDir data = DataDir.open(directory)) {
            data.write(memory());
            assertThat(data.allocations()).isEqualTo(memory());
        }
    }
}
