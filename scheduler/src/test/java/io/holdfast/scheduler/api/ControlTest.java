package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.line.LineMessage;
import io.holdfast.testkit.Allocations;
import io.holdfast.testkit.Jobs;
import io.holdfast.testkit.ManualClock;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pause and resume. */
class ControlTest {
    private final List<LineMessage.Ask> asked = new CopyOnWriteArrayList<>();
    private ApiFixture api;
    private FakeAgent agent;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        api.cluster.put(Allocations.running(
                Allocations.pending("one", Jobs.service("web", 1), 0, "n1"), ManualClock.START_MILLIS));
        agent = FakeAgent.dial(api, "n1").keepAlive();
        answer("", "");
    }

    @AfterEach
    void stop() {
        agent.close();
        api.close();
    }

    private void answer(String code, String message) {
        agent.onControl(ask -> {
            asked.add(ask);
            agent.send(new LineMessage.Answer(ask.askId(), code, message));
        });
    }

    private HttpResponse<String> post(String path) {
        return api.send(api.request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void shouldAskTheNodeAndNoteItWhenAnAllocationIsPaused() {
        assertThat(post("/v1/allocations/on/pause").statusCode()).isEqualTo(200);
        assertThat(post("/v1/allocations/one/resume").statusCode()).isEqualTo(200);
        assertThat(asked)
                .extracting(ask -> ask.allocationId() + " " + ask.action())
                .containsExactly("one pause", "one resume");
        assertThat(api.cluster.notes())
                .extracting(event -> event.subject() + " " + event.type())
                .containsExactly("one allocation-pause", "one allocation-resume");
    }

    @Test
    void shouldTellWhyWhenTheNodeDoesNotDoIt() {
        answer("conflict", "container one-0-0 has ended");
        HttpResponse<String> answer = post("/v1/allocations/one/pause");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("did not pause it: container one-0-0 has ended");
        answer("not-found", "sandbox one is not there");
        assertThat(post("/v1/allocations/one/pause").statusCode()).isEqualTo(404);
        answer("internal", "");
        assertThat(post("/v1/allocations/one/pause").statusCode()).isEqualTo(503);
    }

    @Test
    void shouldNotAskTheNodeWhenItCannotBeNoted() {
        api.cluster.refuse(Rejected.of(ErrorCode.UNAVAILABLE, "another scheduler leads"));
        HttpResponse<String> answer = post("/v1/allocations/one/pause");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("another scheduler leads");
        assertThat(asked).isEmpty();
    }

    @Test
    void shouldSayThatItIsNotKnownWhenTheNodeLeavesBeforeItAnswers() {
        agent.onControl(ask -> agent.line().close());
        HttpResponse<String> answer = post("/v1/allocations/one/pause");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("whether it was done is not known");
    }

    @Test
    void shouldPassOverAnAnswerToAnotherNodesQuestion() {
        try (FakeAgent other = FakeAgent.dial(api, "n2").keepAlive()) {
            agent.onControl(ask -> {
                other.send(new LineMessage.Answer(ask.askId(), "conflict", "a lie"));
                api.vertx.setTimer(100, later -> agent.send(new LineMessage.Answer(ask.askId(), "", "")));
            });
            assertThat(post("/v1/allocations/one/pause").statusCode()).isEqualTo(200);
        }
    }
}
