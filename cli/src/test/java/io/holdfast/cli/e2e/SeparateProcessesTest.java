package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import io.holdfast.testkit.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One scheduler and two nodes on this machine, each agent and keeper a process of its own. */
@Tag("root")
class SeparateProcessesTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    /** Asked for: a lost node's work runs elsewhere within this. */
    private static final Duration MOVED = Duration.ofSeconds(15);

    private static final long REPLICA_MIB = 64;

    @TempDir
    private Path directory;

    private final String key = UUID.randomUUID().toString().substring(0, 8);
    private final Map<String, Part> parts = new HashMap<>();
    private Api api;
    private String url;

    @BeforeEach
    void startScheduler() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: containers are made");
        Files.writeString(directory.resolve("policy.yaml"), "host-image: true\n");
        Part scheduler = start("scheduler", write("scheduler.yaml", "data-dir: " + directory + "/s\nhttp-port: 0\n"));
        url = scheduler.awaitReady();
        api = new Api(url, directory.resolve("s"));
    }

    /** Agents and scheduler first, then each keeper, which removes all it has; a killed one is started for that. */
    @AfterEach
    void leaveNothing() throws Exception {
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            if (!part.getKey().startsWith("keeper")) {
                part.getValue().close();
            }
        }
        for (String node : List.of("one", "two")) {
            if (!parts.containsKey("keeper-" + node)) {
                continue;
            }
            parts.get("keeper-" + node).close();
            Part last = Part.start(
                    "keeper",
                    "--config",
                    directory.resolve("keeper-" + node + ".yaml").toString(),
                    "--remove-on-exit");
            last.awaitReady();
            assertThat(last.end()).as(last.output()).isZero();
            assertThat(Traces.cgroups(parent(node))).isEmpty();
            assertThat(List.of(
                            socket(node), Path.of("/run/holdfast/" + key + "-" + node), directory.resolve("k-" + node)))
                    .as("--remove-on-exit removes its own directories, too")
                    .noneMatch(Files::exists);
        }
        assertThat(Traces.mounts(key)).isEmpty();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private Part start(String role, Path config, String... more) {
        List<String> words = new ArrayList<>(List.of(role, "--config", config.toString()));
        words.addAll(List.of(more));
        Part part = Part.start(words.toArray(String[]::new));
        String name = config.getFileName().toString().replace(".yaml", "");
        parts.put(name, part);
        return part;
    }

    private String parent(String node) {
        return "holdfast-test-" + key + "-" + node;
    }

    private Path socket(String node) {
        return Path.of("/run/holdfast/" + key + "-" + node + ".sock");
    }

    private Part keeper(String node) throws Exception {
        String run = "/run/holdfast/" + key + "-" + node;
        return start(
                "keeper",
                write(
                        "keeper-" + node + ".yaml",
                        "data-dir: %s/k-%s%nrun-dir: %s%nsocket: %s%ncgroup-parent: %s%npolicy-file: %s/policy.yaml%n"
                                .formatted(directory, node, run, socket(node), parent(node), directory)));
    }

    /** @param replicas for how many its memory is enough */
    private Part agent(String node, long replicas, String... more) throws Exception {
        long total = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize() >> 20;
        // what the keeper's cgroup allows is all of the host's here; half a replica more, for rounding
        long reserved = total - replicas * REPLICA_MIB - REPLICA_MIB / 2;
        return start(
                "agent",
                write(
                        "agent-" + node + ".yaml",
                        ("data-dir: %s/a-%s%nname: %s%nschedulers: [\"%s\"]%nnode-token-file: %s/s/node-token%n"
                                        + "keeper-socket: %s%nreserve.memory: %dMi%n")
                                .formatted(directory, node, node, url, directory, socket(node), reserved)),
                more);
    }

    private void awaitNodes(int count) {
        Await.until("nodes ready", BOUND, () -> {
            int ready = 0;
            for (JsonNode node : api.get("/v1/nodes").path("items")) {
                ready += node.path("state").asText().equals("ready") ? 1 : 0;
            }
            return ready == count;
        });
    }

    private long runningOn(String node) {
        return api.allocations("ten", "running").stream()
                .filter(a -> a.path("node").asText().equals(node))
                .count();
    }

    @Test
    void shouldPackReplicasAndMoveThemWithinTheBoundWhenANodeIsLost() throws Exception {
        for (String node : List.of("one", "two")) {
            keeper(node).awaitReady();
        }
        agent("one", 7).awaitReady();
        agent("two", 12).awaitReady();
        awaitNodes(2);
        api.put("ten", Jobs.sleeper("ten", 10, REPLICA_MIB + "Mi"));
        api.awaitAllocations("ten", "running", 10, BOUND);
        assertThat(runningOn("one")).as("the tighter node is filled first").isEqualTo(7);
        assertThat(runningOn("two")).isEqualTo(3);

        long before = System.nanoTime();
        parts.get("agent-one").kill9();
        parts.get("keeper-one").kill9();
        for (long pid : Traces.processes(parent("one"))) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        Await.until("all run on the other node", MOVED.plusSeconds(15), () -> runningOn("two") == 10);
        Duration moved = Duration.ofNanos(System.nanoTime() - before);
        System.out.println("a lost node's work ran elsewhere after " + moved.toMillis() + " ms");
        assertThat(moved).isLessThan(MOVED);
    }

    @Test
    void shouldTouchNoContainerWhenAgentOrKeeperEndOrAreKilled() throws Exception {
        keeper("one").awaitReady();
        agent("one", 12).awaitReady();
        awaitNodes(1);
        api.put("ten", Jobs.sleeper("ten", 3, "16Mi"));
        api.awaitAllocations("ten", "running", 3, BOUND);
        List<Long> running = Traces.processes(parent("one"));
        assertThat(running).hasSize(3);

        assertThat(parts.get("agent-one").end()).isZero();
        assertThat(parts.get("keeper-one").end()).isZero();
        assertThat(Traces.processes(parent("one"))).isEqualTo(running);
        keeper("one").awaitReady();
        agent("one", 12).awaitReady();
        Await.until("reported again", BOUND, () -> runningOn("one") == 3);
        assertThat(Traces.processes(parent("one"))).isEqualTo(running);

        parts.get("keeper-one").kill9();
        parts.get("agent-one").kill9();
        assertThat(Traces.processes(parent("one"))).isEqualTo(running);
        keeper("one").awaitReady();
        agent("one", 12, "--drain-on-exit").awaitReady();
        Await.until("reported again", BOUND, () -> runningOn("one") == 3);
        assertThat(Traces.processes(parent("one"))).as("adopted").isEqualTo(running);

        assertThat(parts.get("agent-one").end()).isZero();
        assertThat(Traces.processes(parent("one"))).as("drained").isEmpty();
    }
}
