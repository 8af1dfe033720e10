package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.exit.ExitCodes;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The waiting of {@code run} and {@code stop}, and how it ends. */
class RunAndWaitTest {
    private final FakeScheduler scheduler = new FakeScheduler();

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static String job(String type, int version, String state, boolean stopped, int healthy) {
        return """
                {"project": "default", "job": "hello", "version": %d, "type": "%s", "state": "%s", "stopped": %s,
                 "groups": [{"name": "main", "desired": 1, "healthy": %d, "pendingReason": ""}]}
                """.formatted(version, type, state, stopped, healthy);
    }

    private static String allocation(String state, String exitCode, String reason) {
        return """
                {"items": [{"id": "abcdef0123456789", "job": "hello", "jobVersion": 1, "group": "main", "index": 0,
                  "node": "one", "state": "%s", "reason": "%s",
                  "tasks": [{"name": "greet", "state": "exited", "exitCode": %s, "signal": null, "reason": "", "restarts": 0}]}],
                 "next": null}
                """.formatted(state, reason, exitCode);
    }

    private Ran.Builder submitting() {
        scheduler.on("PUT", "/v1/jobs/hello", 201, job("batch", 1, "pending", false, 0));
        return Ran.on(scheduler).input("job: hello\n");
    }

    @Test
    void shouldShowEachStateOnceAndEndWellWhenABatchCompletes() {
        scheduler
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "running", false, 0))
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "running", false, 0))
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "complete", false, 0))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("running", "null", ""))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("running", "null", ""))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("complete", "0", ""));

        Ran ran = submitting().run("run", "-");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).isEqualTo("""
                        hello is stored as version 1
                        hello.main[0]  abcdef01  running  on one
                        hello.main[0]  abcdef01  complete  on one  exit 0
                        hello is complete
                        """);
    }

    @Test
    void shouldShowWhatEventsTellWhenAStateIsGoneBeforeTheNextLook() {
        scheduler
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "pending", false, 0))
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "complete", false, 0))
                .on("GET", "/v1/jobs/hello/allocations", 200, "{\"items\": [], \"next\": null}")
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("complete", "0", ""))
                .afterwards("GET", "/v1/jobs/hello/allocations", () -> {
                    for (String state : new String[] {"starting", "running"}) {
                        scheduler.emit("allocation-changed", """
                                {"type": "allocation-changed", "project": "default", "subject": "abcdef0123456789", "data": \
                                {"job": "hello", "group": "main", "index": 0, "node": "one", "state": "%s"}}""".formatted(state));
                    }
                });

        assertThat(submitting().run("run", "-").err())
                .containsSubsequence("starting  on one\n", "running  on one\n", "complete  on one  exit 0\n");
    }

    @Test
    void shouldEndWithItsOwnCodeWhenTheJobFails() {
        scheduler
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "failed", false, 0))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("failed", "3", "oom-killed"));

        Ran ran = submitting().run("run", "-");

        assertThat(ran.exitCode()).isEqualTo(ExitCodes.JOB_FAILED);
        assertThat(ran.err()).contains("failed  on one  exit 3  (oom-killed)\nhello failed\n");
    }

    @Test
    void shouldWaitForHealthWhenTheJobIsAService() {
        scheduler
                .on("GET", "/v1/jobs/hello", 200, job("service", 1, "running", false, 0))
                .on("GET", "/v1/jobs/hello", 200, job("service", 1, "running", false, 1))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("running", "null", ""));

        assertThat(submitting().run("run", "-").err()).endsWith("hello is healthy\n");
    }

    @Test
    void shouldSayWhoWonWhenTheJobIsReplacedOrStoppedMeanwhile() {
        scheduler
                .on("GET", "/v1/jobs/hello", 200, job("batch", 2, "running", false, 0))
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "stopped", true, 0))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("running", "null", ""));

        Ran replaced = submitting().run("run", "-");
        Ran stopped = submitting().run("run", "-");

        assertThat(replaced.exitCode()).isEqualTo(ExitCodes.JOB_SUPERSEDED);
        assertThat(replaced.err()).endsWith("hello was replaced by version 2\n");
        assertThat(stopped.exitCode()).isEqualTo(ExitCodes.JOB_SUPERSEDED);
        assertThat(stopped.err()).endsWith("hello was stopped\n");
    }

    @Test
    void shouldGiveUpTheWaitWhenTheTimeIsOver() {
        AtomicLong seconds = new AtomicLong();
        scheduler
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "pending", false, 0))
                .on("GET", "/v1/jobs/hello/allocations", 200, "{\"items\": [], \"next\": null}");

        Ran ran = submitting()
                .clock(() -> Instant.ofEpochSecond(seconds.addAndGet(10)))
                .run("run", "-", "--timeout", "30s");

        assertThat(ran.exitCode()).isEqualTo(ExitCodes.TIMED_OUT);
        assertThat(ran.err()).contains("within 30 s; it goes on: holdfast status hello");
    }

    @Test
    void shouldGoOnWaitingWhenTheSchedulerIsAwayForAMoment() {
        scheduler
                .on("GET", "/v1/jobs/hello", 503, "{\"code\": \"unavailable\", \"detail\": \"no leader\"}")
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "complete", false, 0))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("complete", "0", ""));

        assertThat(submitting().run("run", "-").exitCode()).isZero();
    }

    @Test
    void shouldRedrawInPlaceWhenOnATerminal() {
        scheduler
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "running", false, 0))
                .on("GET", "/v1/jobs/hello", 200, job("batch", 1, "complete", false, 0))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("running", "null", ""))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("complete", "0", ""));

        Ran ran = submitting().terminal().with("NO_COLOR", "1").run("run", "-");

        // three lines were drawn, so three are gone up before they are drawn anew
        assertThat(ran.err()).contains("\u001b[3A\r\u001b[J").endsWith("hello is complete\n");
    }

    @Test
    void shouldWaitUntilNothingRunsWhenStopping() {
        scheduler
                .on("DELETE", "/v1/jobs/hello", 200, job("service", 1, "stopping", true, 0))
                .on("GET", "/v1/jobs/hello", 200, job("service", 1, "stopping", true, 0))
                .on("GET", "/v1/jobs/hello", 200, job("service", 1, "stopped", true, 0))
                .on("GET", "/v1/jobs/hello/allocations", 200, allocation("stopped", "0", ""));

        Ran ran = Ran.on(scheduler).run("stop", "hello");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).endsWith("hello is stopped\n");
    }
}
