package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.testkit.Await;
import io.holdfast.testkit.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agent and keeper die, hang and are upgraded; what they look after does not notice. */
@Tag("root")
@Tag("long")
class NothingLostTest {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final int REPLICAS = 100;

    /** {@code -Dholdfast.launches=1000} for the long run. */
    private static final int LAUNCHES = Integer.getInteger("holdfast.launches", 100);

    private static final Duration LOST_AFTER = Duration.ofSeconds(4);

    /** Tasks of one job; then something is killed. */
    private static final int WAVE = 10;

    private static final long LATEST_KILL_MILLIS = 1_500;

    /** Pinned namespaces: eight each of two kinds, four or three to each. */
    private static final int MOST_SPARES = 8 * 4 + 8 * 3;

    @TempDir
    private Path directory;

    private Node node;

    @BeforeEach
    void requireRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: containers are made");
    }

    @AfterEach
    void leaveNothing() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void shouldKeepAHundredContainersOverEveryDeathAndUpgrade() throws Exception {
        node = new Node(directory, "10s");
        node.api.put("hundred", counting("hundred", REPLICAS, "keep"));
        List<JsonNode> before = node.api.awaitAllocations("hundred", "running", REPLICAS, BOUND);
        Map<String, Integer> running = node.running();
        assertThat(running).hasSize(REPLICAS);

        node.agent.kill9();
        node.startAgent();
        awaitSame(before, running);

        node.keeper.kill9();
        node.startKeeper();
        awaitSame(before, running);

        assertThat(node.upgradeKeeper()).startsWith("upgraded ");
        node.upgradeAgent();
        awaitSame(before, running);

        for (JsonNode allocation : before) {
            List<String> lines =
                    node.api.logs(allocation.path("id").asText()).lines().toList();
            assertThat(lines).hasSizeGreaterThan(3);
            for (int i = 0; i < lines.size(); i++) {
                assertThat(lines.get(i)).isEqualTo(Integer.toString(i + 1));
            }
        }
    }

    private void awaitSame(List<JsonNode> before, Map<String, Integer> running) throws Exception {
        node.awaitReady();
        assertThat(node.running()).isEqualTo(running);
        List<String> ids =
                before.stream().map(a -> a.path("id").asText()).sorted().toList();
        Await.until(
                "all are recognised",
                BOUND,
                () -> node.api.allocations("hundred", "running").stream()
                        .map(a -> a.path("id").asText())
                        .sorted()
                        .toList()
                        .equals(ids));
        assertThat(node.running()).isEqualTo(running);
    }

    @Test
    void shouldLeaveNothingBehindWhenEitherIsKilledAtRandomMoments() throws Exception {
        Seed seed = Seed.of(ProcessHandle.current().pid());
        RandomGenerator random = seed.random();
        node = new Node(directory, "10s");
        int kills = 0;
        for (int wave = 0; wave * WAVE < LAUNCHES; wave++) {
            // some of the launches are under way, some of the tasks run, some have just ended
            node.api.put("wave-" + wave, once("wave-" + wave, WAVE));
            TimeUnit.MILLISECONDS.sleep(random.nextLong(LATEST_KILL_MILLIS));
            switch (random.nextInt(3)) {
                case 0 -> {
                    node.agent.kill9();
                    node.startAgent();
                }
                case 1 -> {
                    node.keeper.kill9();
                    node.startKeeper();
                }
                default -> node.upgradeKeeper();
            }
            kills++;
        }
        for (int wave = 0; wave * WAVE < LAUNCHES; wave++) {
            String job = "wave-" + wave;
            Await.until(job + " has come to its end; " + seed, BOUND, () -> ended(job) == WAVE);
        }
        System.out.println(LAUNCHES + " tasks, " + kills + " kills and upgrades, " + seed);

        // what has ended is kept for its output, until the keeper is told to forget it
        node.agent.end();
        int forgotten = node.removeAll();
        assertThat(forgotten).as(seed.toString()).isPositive();
        assertThat(node.files()).as(seed.toString()).isEmpty();
        assertThat(node.cgroups()).as(seed.toString()).isEmpty();
        assertThat(node.mounts())
                .as(seed.toString())
                // what a keeper that runs has ready for the next sandboxes
                .allMatch(mount -> mount.contains("/spares/"))
                .hasSizeLessThanOrEqualTo(MOST_SPARES);
        assertThat(Traces.processes(node.parent())).as(seed.toString()).isEmpty();
        Await.until(
                "the last orphan is reaped; " + seed,
                BOUND,
                () -> node.children().isEmpty());
        assertThat(node.descriptors())
                .as(seed.toString())
                .noneMatch(open -> open.contains("/containers/") || open.contains("/sandboxes/"))
                .noneMatch(open -> open.startsWith("net:") || open.startsWith("user:") || open.startsWith("ipc:"));
        node.keeper.end();
        assertThat(node.mounts()).as(seed.toString()).isEmpty();
    }

    private int ended(String job) {
        int ended = 0;
        for (JsonNode allocation :
                node.api.get("/v1/jobs/" + job + "/allocations?limit=1000").path("items")) {
            String state = allocation.path("state").asText();
            ended += state.equals("complete") || state.equals("failed") ? 1 : 0;
        }
        return ended;
    }

    @Test
    void shouldKeepTheDeadlineWithTheAgentHungAndWithItDead() throws Exception {
        node = new Node(directory, LOST_AFTER.toSeconds() + "s");
        node.api.put("alone", counting("alone", 3, "stop"));
        awaitRunning();

        new ProcessBuilder("kill", "-STOP", Long.toString(node.agent.pid()))
                .start()
                .waitFor();
        awaitDeadline();
        new ProcessBuilder("kill", "-CONT", Long.toString(node.agent.pid()))
                .start()
                .waitFor();
        node.awaitReady();
        awaitRunning();

        node.agent.kill9();
        awaitDeadline();
        node.startAgent();
        awaitRunning();
    }

    /** By the keeper's word: what the scheduler last heard may be older than the deadline. */
    private void awaitRunning() throws Exception {
        Await.until(
                "all run again",
                BOUND,
                () -> node.running().size() == 3
                        && node.api.allocations("alone", "running").size() == 3);
    }

    /** By the time at which the cluster may give the work to another node. */
    private void awaitDeadline() throws Exception {
        Set<String> running = node.running().keySet();
        Await.until(
                "the deadline has ended all",
                LOST_AFTER,
                () -> Traces.processes(node.parent()).isEmpty());
        Await.until(
                "their ends are told",
                BOUND,
                () -> node.containers().stream()
                                .filter(container -> running.contains(container.id())
                                        && container.exit().reason().equals("deadline-passed"))
                                .count()
                        == running.size());
    }

    private static String counting(String job, int count, String disconnect) {
        return """
                job: %s
                type: service
                groups:
                  - name: main
                    count: %d
                    disconnect: %s
                    restart: {attempts: 3, delay: 100ms}
                    tasks:
                      - name: main
                        image: host
                        command:
                          - /bin/sh
                          - -c
                          - "i=0; while :; do i=$((i+1)); echo $i; sleep 0.7; done"
                        stopGrace: 0s
                        resources: {cpu: 10m, memory: 16Mi, pids: 16}
                """.formatted(job, count, disconnect);
    }

    private static String once(String job, int count) {
        return """
                job: %s
                type: batch
                groups:
                  - name: main
                    count: %d
                    restart: {attempts: 1000, delay: 100ms}
                    tasks:
                      - name: main
                        image: host
                        command: ["/bin/sh", "-c", "echo on; sleep 0.3; echo done"]
                        resources: {cpu: 20m, memory: 16Mi, pids: 16}
                """.formatted(job, count);
    }
}
