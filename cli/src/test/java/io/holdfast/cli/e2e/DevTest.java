package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.role.DevPlaces;
import io.holdfast.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code demo} and {@code dev}: a job from its document to its exit code, and what dies on the way. */
@Tag("root")
class DevTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final List<Part> parts = new ArrayList<>();
    private String parent;

    @BeforeEach
    void requireRoot() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/sys/fs/cgroup")) && "root".equals(System.getProperty("user.name")),
                "needs root: containers are made");
        parent = DevPlaces.of(directory).cgroupParent();
    }

    /** Whatever a failed test left running is ended by a dev on the same directory, in order. */
    @AfterEach
    void leaveNothing() throws Exception {
        boolean running = parts.stream().anyMatch(Part::alive);
        for (Part part : parts) {
            part.close();
        }
        if (!running && !Traces.cgroups(parent).isEmpty()) {
            Part last = dev();
            last.awaitReady();
            last.end();
        }
        Traces.remove(directory.resolve("keeper"));
        assertThat(Traces.cgroups(parent)).as("cgroups left").isEmpty();
        assertThat(Traces.mounts(directory.toString())).as("mounts left").isEmpty();
    }

    private Part dev(String... more) {
        List<String> words = new ArrayList<>(List.of("dev", "--data-dir", directory.toString(), "--http-port", "0"));
        words.addAll(List.of(more));
        return started(Part.start(words.toArray(String[]::new)));
    }

    private Part started(Part part) {
        parts.add(part);
        return part;
    }

    private Api api(Part dev) throws Exception {
        return new Api(dev.awaitReady(), directory);
    }

    @Test
    void shouldShowAWholeJobAndLeaveNothingWhenItIsTheDemo() throws Exception {
        Part demo = started(Part.start("demo"));
        assertThat(demo.awaitExit()).as(demo.output()).isZero();
        assertThat(demo.output())
                .contains("place   hello.main[0]", "hello is complete", "hello from hello-main-0", "pid 1\n")
                .contains("memory limit 67108864 bytes", "ended with exit code 0", "nothing is left behind")
                .containsPattern("uid map +0 +[1-9][0-9]+ +65536")
                .containsPattern("root mount .* overlay ");
        for (String namespace : List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")) {
            String own =
                    Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)).toString();
            assertThat(demo.output()).contains("namespace " + namespace + ":[").doesNotContain(own);
        }
    }

    @Test
    void shouldRunAJobThatIsPutWithTheTokenAndRefuseAnyOther() throws Exception {
        Part dev = dev();
        Api api = api(dev);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("token"))))
                .isEqualTo("rw-------");
        String hello = Files.readString(Path.of("../docs/examples/hello.yaml"));
        assertThat(api.ask("PUT", "/v1/jobs/hello", hello, "wrong").statusCode())
                .isEqualTo(401);
        api.put("hello", hello);
        JsonNode done = api.awaitAllocations("hello", "complete", 1, BOUND).get(0);
        assertThat(done.path("tasks").get(0).path("exitCode").asInt(-1)).isZero();
        assertThat(api.logs(done.path("id").asText())).contains("hello from hello-main-0");

        api.put("web", Jobs.sleeper("web", 2, "16Mi"));
        api.awaitAllocations("web", "running", 2, BOUND);
        assertThat(dev.end()).as(dev.output()).isZero();
        assertThat(Traces.cgroups(parent)).isEmpty();

        Part again = dev();
        Api anew = api(again);
        anew.awaitAllocations("web", "running", 2, BOUND);
        assertThat(anew.get("/v1/jobs/hello").path("state").asText()).isEqualTo("complete");
        assertThat(anew.allocations("hello", "complete"))
                .as("a result is final")
                .hasSize(1);
    }

    @Test
    void shouldSayOomKilledAndRunOnWhenATaskWantsTooMuchMemory() throws Exception {
        Api api = api(dev());
        api.put("greedy", Jobs.once("greedy", "host", "tail /dev/zero"));
        JsonNode failed = api.awaitAllocations("greedy", "failed", 1, BOUND).get(0);
        assertThat(failed.path("reason").asText()).contains("oom-killed");
        api.put("next", Jobs.once("next", "host", "echo fine"));
        JsonNode next = api.awaitAllocations("next", "complete", 1, BOUND).get(0);
        assertThat(api.logs(next.path("id").asText())).isEqualTo("fine\n");
    }

    @Test
    void shouldFailWithTheReasonWhenAnImageIsNotThere() throws Exception {
        Api api = api(dev());
        api.put("nowhere", Jobs.once("nowhere", "'dir:/not/there'", "true"));
        JsonNode failed = api.awaitAllocations("nowhere", "failed", 1, BOUND).get(0);
        assertThat(failed.path("reason").asText()).contains("/not/there is not there");
    }

    @Test
    void shouldChangeOneIndexAtATimeWhenTheSpecificationIsNew() throws Exception {
        Api api = api(dev());
        api.put("web", Jobs.sleeper("web", 2, "16Mi"));
        api.awaitAllocations("web", "running", 2, BOUND);
        String changed = Jobs.sleeper("web", 2, "24Mi")
                .replace("    count: 2\n", "    count: 2\n    update: {minHealthy: 1s}\n");
        api.put("web", changed);
        Await.until("both of version 2", BOUND, () -> {
            List<JsonNode> running = api.allocations("web", "running");
            assertThat(running).as("never both down").isNotEmpty();
            return running.size() == 2
                    && running.stream().allMatch(a -> a.path("jobVersion").asInt() == 2);
        });
    }

    /** Killed at four moments of a job's life; each time the same directory is started again. */
    @Test
    void shouldLoseNothingAndRunNothingTwiceWhenItIsKilledAtAnyMoment() throws Exception {
        for (int round = 0; round < 4; round++) {
            Part dev = dev();
            Api api = api(dev);
            for (int known = 0; known < round; known++) {
                api.awaitAllocations("web-" + known, "running", 2, BOUND);
            }
            String job = "web-" + round;
            api.put(job, Jobs.sleeper(job, 2, "16Mi"));
            if (round == 1) {
                Await.until(
                        "something is under way",
                        BOUND,
                        () -> !Traces.processes(parent).isEmpty());
            } else if (round > 1) {
                api.awaitAllocations(job, "running", 2, BOUND);
            }
            dev.kill9();
        }
        HashSet<Long> before = new HashSet<>(Traces.processes(parent));
        Part dev = dev();
        Api api = api(dev);
        for (int known = 0; known < 4; known++) {
            List<JsonNode> running = api.awaitAllocations("web-" + known, "running", 2, BOUND);
            assertThat(running.stream().map(a -> a.path("index").asInt())).containsExactlyInAnyOrder(0, 1);
        }
        // each container is one process: sleep in its shell's place
        Await.until(
                "one process an instance", BOUND, () -> Traces.processes(parent).size() == 8);
        assertThat(before).as("what ran is adopted, not replaced").isSubsetOf(Traces.processes(parent));
        assertThat(dev.end()).isZero();
        assertThat(Traces.processes(parent)).isEmpty();
    }
}
