package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A keeper that runs bundles, a process of its own, and {@code holdfast oci} as its users type it. */
final class OciNode {
    static final Duration BOUND = Duration.ofSeconds(60);

    private final Path directory;
    private final String key = UUID.randomUUID().toString().substring(0, 8);
    private final Path config;
    private Part keeper;
    private int files;

    static OciNode start(Path directory) throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/sys/fs/cgroup")) && "root".equals(System.getProperty("user.name")),
                "needs root: containers are made");
        return new OciNode(directory);
    }

    private OciNode(Path directory) throws Exception {
        this.directory = directory;
        Files.writeString(directory.resolve("policy.yaml"), "exact: true\n");
        config = Files.writeString(
                directory.resolve("keeper.yaml"),
                "data-dir: %s/k%nrun-dir: %s/r%nsocket: %s%ncgroup-parent: %s%npolicy-file: %s/policy.yaml%n"
                        .formatted(directory, directory, socket(), parent(), directory));
        startKeeper();
    }

    void startKeeper() throws Exception {
        keeper = Part.start("keeper", "--config", config.toString(), "--remove-on-exit");
        keeper.awaitReady();
    }

    void killKeeper() throws InterruptedException {
        keeper.kill9();
    }

    private Path socket() {
        return directory.resolve("keeper.sock");
    }

    private String parent() {
        return "holdfast-test-" + key;
    }

    List<String> command(String... words) {
        List<String> all = new ArrayList<>(List.of("oci", "--socket", socket().toString()));
        all.addAll(List.of(words));
        return Tool.command(all.toArray(String[]::new));
    }

    /** To its end, with nothing to read. */
    Tool.Ran oci(String... words) throws InterruptedException {
        return Tool.run(command(words), new byte[0]);
    }

    /** What was to succeed, and has nothing to say. */
    void quietly(String... words) throws InterruptedException {
        assertThat(oci(words)).isEqualTo(new Tool.Ran(0, "", ""));
    }

    /** The one line that says what is wrong, without the command's name. */
    String refusal(String... words) throws InterruptedException {
        Tool.Ran ran = oci(words);
        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("holdfast oci: ").endsWith("\n").containsOnlyOnce("\n");
        return ran.err().strip().substring("holdfast oci: ".length());
    }

    /**
     * Creates a container whose standard streams are files: of a pipe, Java would close its side with the command's end.
     *
     * @return what its output goes to
     */
    Path create(String input, String... words) throws IOException, InterruptedException {
        files++;
        Path in = Files.writeString(directory.resolve("in" + files), input);
        Path out = directory.resolve("out" + files);
        Process process = new ProcessBuilder(command(words))
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        assertThat(out).isEmptyFile();
        return out;
    }

    JsonNode state(String id) throws Exception {
        Tool.Ran ran = oci("state", id);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return new ObjectMapper().readTree(ran.out());
    }

    void awaitStopped(String id) {
        Await.until(
                id + " has stopped",
                BOUND,
                () -> state(id).path("status").asText().equals("stopped"));
    }

    /** Of sandboxes and containers: files, cgroups, processes, mounts. */
    List<String> left() throws IOException {
        List<String> left = new ArrayList<>(Traces.mounts(directory.toString()));
        for (String place : List.of("k/sandboxes", "k/containers", "r/sandboxes", "r/containers")) {
            left.addAll(below(directory.resolve(place)));
        }
        for (Path cgroup : Traces.cgroups(parent())) {
            try (Stream<Path> all = Files.list(cgroup)) {
                all.filter(Files::isDirectory).map(Path::toString).forEach(left::add);
            }
        }
        Traces.processes(parent()).forEach(pid -> left.add("process " + pid));
        return left;
    }

    /** Removes a container of a test that failed, so that it fails alone. */
    void leaveNothing(String id) throws Exception {
        List<String> left = left();
        if (!left.isEmpty()) {
            oci("delete", "--force", id);
        }
        assertThat(left).isEmpty();
    }

    private static List<String> below(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.map(Path::toString).toList();
        }
    }

    /** Ends all, and finds that nothing is left. */
    void close() throws Exception {
        assertThat(keeper.end()).as(keeper.output()).isZero();
        assertThat(Traces.cgroups(parent())).isEmpty();
        assertThat(Traces.mounts(directory.toString())).isEmpty();
        assertThat(directory.resolve("k")).doesNotExist();
        assertThat(directory.resolve("r")).doesNotExist();
    }
}
