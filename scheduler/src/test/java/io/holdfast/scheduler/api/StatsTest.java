package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.AllocationUsage;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeState;
import io.holdfast.testkit.Allocations;
import io.holdfast.testkit.Await;
import io.holdfast.testkit.Jobs;
import io.holdfast.testkit.ManualClock;
import io.holdfast.testkit.Nodes;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatsTest {
    private static final AllocationUsage.Usage USAGE = new AllocationUsage.Usage(
            250,
            1_000,
            600,
            400,
            0,
            5 << 20,
            1 << 20,
            6 << 20,
            64 << 20,
            0,
            0,
            3,
            0,
            7,
            8,
            9,
            10,
            null,
            new AllocationUsage.Pressure(5, 4),
            null);

    private ApiFixture api;
    private FakeAgent agent;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        var web = Jobs.service("web", 3);
        for (int index = 0; index < 3; index++) {
            String node = index == 2 ? "n2" : "n1";
            api.cluster.put(Allocations.running(
                    Allocations.pending("web" + index, web, index, node), ManualClock.START_MILLIS));
        }
        api.cluster.put(Allocations.running(
                Allocations.pending("other", Jobs.service("other", 1), 0, "n1"), ManualClock.START_MILLIS));
        api.cluster.put(Allocations.pending("later", Jobs.service("later", 1), 0, "n1"));
        for (String node : List.of("n1", "n2")) {
            api.cluster.put(
                    FakeCluster.node(Nodes.node(node), NodeState.READY, new Capacity(100, 128L << 20, 0, 256), 1));
        }
        agent = FakeAgent.dial(api, "n1").keepAlive();
        agent.onUsage((open, socket) -> {
            open.allocationIds().stream().filter(id -> !id.equals("later")).forEach(id -> {
                socket.writeBinaryMessage(usage(id, open.windowMillis()));
            });
            socket.close();
        });
    }

    @AfterEach
    void stop() {
        agent.close();
        api.close();
    }

    static Buffer usage(String id, long cpuMillis) {
        AllocationUsage.Usage usage = USAGE.withCpuMillis(cpuMillis);
        return json(new AllocationUsage(
                id,
                ManualClock.START_MILLIS,
                false,
                usage,
                AllocationUsage.Network.NONE,
                List.of(new AllocationUsage.TaskUsage("main", usage))));
    }

    private static Buffer json(Object value) {
        try {
            return Buffer.buffer(Json.mapper().writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode ok(String path) {
        HttpResponse<String> answer = api.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try {
            return Json.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldTellWhatTheNodeCountedAndNullWhatItDoesNotKnow() {
        JsonNode stats = ok("/v1/allocations/web0/stats?windowMillis=200");
        assertThat(stats.path("job").asText()).isEqualTo("web");
        assertThat(stats.path("usage").path("cpuMillis").asLong()).isEqualTo(200);
        assertThat(stats.path("usage").path("memoryBytes").asLong()).isEqualTo(5 << 20);
        assertThat(stats.path("usage").path("pidsLimit").isNull()).isTrue();
        assertThat(stats.path("usage").path("cpuPressure").path("someMicros").isNull())
                .isTrue();
        assertThat(stats.path("usage").path("memoryPressure").path("someMicros").asLong())
                .isEqualTo(5);
        assertThat(stats.path("network").path("sentBytes").isNull()).isTrue();
        assertThat(stats.path("tasks").get(0).path("name").asText()).isEqualTo("main");
    }

    @Test
    void shouldAskEachNodeOnceAndSayWhichDidNotAnswer() {
        JsonNode page = ok("/v1/stats");
        assertThat(page.path("items").findValuesAsText("id")).containsExactly("other", "web0", "web1");
        assertThat(page.path("unreachable").findValuesAsText("node")).containsExactly("n2");
        assertThat(agent.heard.stream().filter(message -> message instanceof LineMessage.OpenUsage))
                .singleElement()
                .extracting(message -> ((LineMessage.OpenUsage) message).allocationIds())
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class))
                .containsExactlyInAnyOrder("other", "web0", "web1");
        assertThat(ok("/v1/stats?job=other").path("items").findValuesAsText("id"))
                .containsExactly("other");
    }

    @Test
    void shouldCutPagesWhenThereAreMoreThanOneHolds() {
        JsonNode first = ok("/v1/stats?limit=2");
        assertThat(first.path("items").findValuesAsText("id")).containsExactly("other", "web0");
        JsonNode second = ok("/v1/stats?limit=2&after=" + first.path("next").asText());
        assertThat(second.path("items").findValuesAsText("id")).containsExactly("web1");
        assertThat(second.path("next").isNull()).isTrue();
    }

    @Test
    void shouldSaySoWhenTheNodeHasNothingOfIt() {
        HttpResponse<String> answer = api.get("/v1/allocations/later/stats");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("node n1 has nothing of allocation later, which is pending");
    }

    @Test
    void shouldNotBelieveWhatWasNotAskedFor() {
        agent.onUsage((open, socket) -> {
            socket.writeBinaryMessage(usage("other", 1));
            socket.close();
        });
        assertThat(api.get("/v1/allocations/web0/stats").statusCode()).isEqualTo(503);
        agent.onUsage((open, socket) -> socket.writeBinaryMessage(Buffer.buffer("{")));
        assertThat(api.get("/v1/allocations/web0/stats").body()).contains("not understood");
        Await.until(
                "no stream", ApiFixture.BOUND, () -> api.get("/metrics").body().contains("holdfast_streams 0"));
    }
}
