package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code logs}. */
class LogsTest {
    private final FakeScheduler scheduler = new FakeScheduler();

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static String allocation(String id, int index) {
        return """
                {"id": "%s", "job": "web", "group": "front", "index": %d, "tasks": [{"name": "serve"}]}""".formatted(id, index);
    }

    private void writes(String id, String text) {
        scheduler.on(
                "GET",
                "/v1/allocations/" + id + "/logs",
                200,
                "application/octet-stream",
                text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldCopyBytesAsTheyAreWhenThereIsOneTask() {
        scheduler.on("GET", "/v1/allocations/aa", 200, allocation("aaaa", 0));
        writes("aaaa", "grüße\u001b[1m without an end");

        Ran ran = Ran.on(scheduler).run("logs", "aa", "--stream", "stdout");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).isEqualTo("grüße\u001b[1m without an end");
        assertThat(scheduler.asked().get(1).query()).contains("task=serve").contains("stream=stdout");
    }

    @Test
    void shouldKeepStandardErrorApartWhenBothAreShown() {
        scheduler.on("GET", "/v1/allocations/aa", 200, allocation("aaaa", 0));
        scheduler
                .on("GET", "/v1/allocations/aaaa/logs", 200, "application/octet-stream", "out\n".getBytes())
                .on("GET", "/v1/allocations/aaaa/logs", 200, "application/octet-stream", "err\n".getBytes());

        Ran ran = Ran.on(scheduler).run("logs", "aa");

        assertThat(ran.out()).isEqualTo("out\n");
        assertThat(ran.err()).isEqualTo("err\n");
    }

    @Test
    void shouldNameTheOwnerOfEachLineWhenAJobHasSeveral() {
        scheduler.on(
                "GET",
                "/v1/jobs/web/allocations",
                200,
                "{\"items\": [" + allocation("aaaa", 0) + "," + allocation("cccc", 1) + "," + allocation("old0", 1)
                        + "], \"next\": null}");
        writes("aaaa", "one\ntwo");
        writes("cccc", "three\n");

        Ran ran = Ran.on(scheduler).run("logs", "web", "--stream", "stdout", "-f");

        assertThat(ran.out().lines())
                .containsExactlyInAnyOrder(
                        "web.front[0] serve | one", "web.front[0] serve | two", "web.front[1] serve | three");
        assertThat(scheduler.asked()).noneMatch(asked -> asked.path().contains("old0"));
    }

    @Test
    void shouldSayWhatThereIsNotWhenNothingHasTheName() {
        Ran ran = Ran.on(scheduler).run("logs", "nix");

        assertThat(ran.exitCode()).isEqualTo(66);
        assertThat(ran.err()).contains("neither an allocation nor a job nix in project default");
    }
}
