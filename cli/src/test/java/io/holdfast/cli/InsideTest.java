package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code exec}, {@code stats}, {@code pause}, {@code resume}: what is asked, what is shown, what is refused before anything is asked. */
class InsideTest {
    private static final String ALLOCATION = """
            {"id": "aaaabbbbcccc", "job": "web", "group": "front", "index": 0, "tasks": [{"name": "serve"}]}""";

    private static final String STATS = """
            {"id": "aaaabbbbcccc", "project": "default", "job": "web", "group": "front", "index": 0, "node": "n1",
             "at": "2026-01-01T12:00:00Z", "paused": true,
             "usage": {"cpuMillis": 1500, "cpuMicros": 61000000, "memoryBytes": 5242880, "memoryLimitBytes": null,
                       "pids": 3, "oomKills": 2, "cpuPressure": {"someMicros": 2000, "fullMicros": null}},
             "network": {"receivedBytes": null}, "tasks": [{"name": "serve", "usage": {"pids": 3}}]}""";

    private final FakeScheduler scheduler = new FakeScheduler();

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void shouldShowOneAllocationWithItsTasksWhenItIsNamed() {
        scheduler.on("GET", "/v1/allocations/aa", 200, ALLOCATION);
        scheduler.on("GET", "/v1/allocations/aaaabbbbcccc/stats", 200, STATS);

        Ran ran = Ran.on(scheduler).run("stats", "aa", "--interval", "200ms");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .startsWith("web.front[0]  aaaabbbbcccc  on n1  paused\n")
                .contains("cpu                     1.5", "cpu time                1m", "memory                  5Mi")
                .contains("waited for cpu          2ms", "memory limit            -", "processes               3    3");
        assertThat(scheduler.asked().get(1).query()).contains("windowMillis=200");
    }

    @Test
    void shouldShowAJobsAllocationsAndWhichNodeDidNotAnswer() {
        scheduler.on("GET", "/v1/jobs/web", 200, "{\"job\": \"web\"}");
        scheduler.on(
                "GET",
                "/v1/stats",
                200,
                "{\"items\": [" + STATS
                        + "], \"next\": null, \"unreachable\": [{\"node\": \"n2\", \"reason\": \"no line\"}]}");

        Ran ran = Ran.on(scheduler).run("stats", "web");

        assertThat(ran.out().lines().toList().get(1))
                .matches("aaaabbbb +web.front\\[0] +n1 +1.5 +1m +5Mi +- +3 +- +- +- +- +paused, 2 oom kills");
        assertThat(ran.err()).isEqualTo("node n2 did not answer: no line\n");
        assertThat(scheduler.asked().get(2).query()).contains("job=web");
    }

    @Test
    void shouldRefuseAnIntervalThatNoNodeLooksFor() {
        assertThat(Ran.on(scheduler).run("stats", "--interval", "1m").exitCode())
                .isEqualTo(64);
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void shouldAskForAPauseByTheWordsOfTheApi() {
        scheduler.on("POST", "/v1/allocations/aa/pause", 200, ALLOCATION);
        scheduler.on(
                "POST", "/v1/allocations/aa/resume", 409, "{\"code\": \"conflict\", \"detail\": \"it has ended\"}");

        assertThat(Ran.on(scheduler).run("pause", "aa").err()).isEqualTo("web.front[0] is paused\n");
        Ran refused = Ran.on(scheduler).run("resume", "aa");
        assertThat(refused.exitCode()).isEqualTo(75);
        assertThat(refused.err()).contains("it has ended");
    }

    @Test
    void shouldSayHowExecIsWrittenWhenItIsWrittenWrong() {
        for (String[] wrong : new String[][] {
            {"exec", "aa"},
            {"exec", "aa", "sh"},
            {"exec", "aa", "--"},
            {"exec", "--", "sh"},
            {"exec", "a", "b", "c", "--", "sh"},
            {"exec", "-e", "A", "aa", "--", "sh"}
        }) {
            assertThat(Ran.on(scheduler).run(wrong).exitCode())
                    .as(String.join(" ", wrong))
                    .isEqualTo(64);
        }
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void shouldTellTheProblemWhenAnUpgradeIsRefused() {
        scheduler.on(
                "GET",
                "/v1/allocations/aa/exec",
                503,
                "{\"code\": \"unavailable\", \"detail\": \"node n1 has no line to this scheduler now\"}");

        Ran ran = Ran.on(scheduler).run("exec", "aa", "main", "--", "sh", "--", "-x");

        assertThat(ran.exitCode()).isEqualTo(69);
        assertThat(ran.err()).contains("node n1 has no line");
        assertThat(scheduler.asked().get(0).query()).contains("task=main").doesNotContain("sh");
    }

    @Test
    void shouldAskForTheLinesThatAreWanted() {
        scheduler.on("GET", "/v1/allocations/aa", 200, ALLOCATION);
        scheduler.on(
                "GET",
                "/v1/allocations/aaaabbbbcccc/logs",
                200,
                "application/octet-stream",
                "x\n".getBytes(StandardCharsets.UTF_8));

        Ran.on(scheduler).run("logs", "aa", "--stream", "stdout", "--tail", "5", "--since", "10m", "-T");
        assertThat(scheduler.asked().get(1).query())
                .contains("tail=5", "timestamps=true", "since=2026-01-01T11%3A50%3A00Z");
        Ran.on(scheduler).run("logs", "aa", "--stream", "stdout", "--since", "2026-01-01T02:00:00+02:00");
        assertThat(scheduler.asked().get(3).query())
                .contains("since=2026-01-01T00%3A00%3A00Z")
                .doesNotContain("tail");
        assertThat(Ran.on(scheduler).run("logs", "aa", "--tail", "-1").exitCode())
                .isEqualTo(64);
        assertThat(Ran.on(scheduler).run("logs", "aa", "--since", "soon").exitCode())
                .isEqualTo(64);
    }
}
