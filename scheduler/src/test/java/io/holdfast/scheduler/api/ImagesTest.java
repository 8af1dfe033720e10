package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.LineMessage.AskNode;
import io.holdfast.model.line.NodeImages;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeState;
import io.holdfast.testkit.ManualClock;
import io.holdfast.testkit.Nodes;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of a node's images. */
class ImagesTest {
    static final NodeImages.Entry ALPINE = new NodeImages.Entry(
            "docker.io/library/alpine:3.20", "sha256:ab", 3 << 20, 1, ManualClock.START_MILLIS, 0, 2, "", "");

    private final List<AskNode> asked = new CopyOnWriteArrayList<>();
    private ApiFixture api;
    private FakeAgent agent;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        api.cluster.put(FakeCluster.node(Nodes.node("n1"), NodeState.READY, new Capacity(100, 128L << 20, 0, 256), 1));
        agent = FakeAgent.dial(api, "n1").keepAlive();
        agent.onNodeAsk(ask -> {
            asked.add(ask);
            agent.send(new LineMessage.Answer(ask.askId(), "", "", body(ask.action())));
        });
    }

    @AfterEach
    void stop() {
        agent.close();
        api.close();
    }

    /** What an agent would say. */
    static JsonNode body(String action) {
        return switch (action) {
            case AskNode.LIST_IMAGES -> Json.mapper().valueToTree(new NodeImages.Listed(List.of(ALPINE), 7));
            case AskNode.INSPECT_IMAGE ->
                Json.mapper()
                        .valueToTree(new NodeImages.Details(
                                ALPINE,
                                new NodeImages.Config(
                                        List.of("/bin/app"),
                                        List.of(),
                                        List.of("A=1"),
                                        "1000",
                                        "/srv",
                                        "SIGINT",
                                        List.of("/data"),
                                        Map.of("org.example", "yes")),
                                List.of(new NodeImages.Layer("sha256:cd", 3 << 20)),
                                0));
            case AskNode.PULL_IMAGE -> Json.mapper().createObjectNode();
            default -> Json.mapper().valueToTree(new NodeImages.Removed(List.of(ALPINE.reference()), 1, 1, 8 << 20, 0));
        };
    }

    private HttpResponse<String> get(String path) {
        return api.send(api.request(path).GET());
    }

    private HttpResponse<String> pull(String body) {
        return api.send(api.request("/v1/nodes/n1/images")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> remove(String reference) {
        return api.send(
                api.request("/v1/nodes/n1/images?reference=" + reference).DELETE());
    }

    private void refuse(String code, String message) {
        agent.onNodeAsk(ask -> agent.send(new LineMessage.Answer(ask.askId(), code, message)));
    }

    @Test
    void shouldAskTheNodeByTheFullReference() {
        assertThat(get("/v1/nodes/n1/images").body()).contains("\"omitted\":7").contains("\"usedAt\":null");
        assertThat(get("/v1/nodes/n1/images?reference=alpine:3.20").statusCode())
                .isEqualTo(200);
        HttpResponse<String> taken = pull("{\"reference\": \"alpine:3.20\"}");
        assertThat(taken.statusCode()).isEqualTo(202);
        assertThat(taken.body()).contains("docker.io/library/alpine:3.20");
        assertThat(get("/v1/nodes/n1/images/inspect?reference=alpine:3.20").body())
                .contains("\"stopSignal\":\"SIGINT\"");
        assertThat(remove("alpine:3.20").body()).contains("\"freedBytes\":8388608");
        assertThat(api.send(api.request("/v1/nodes/n1/images/prune").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
        String full = ALPINE.reference();
        assertThat(asked)
                .extracting(ask -> ask.action() + " " + ask.argument())
                .containsExactly(
                        "list-images ",
                        "list-images " + full,
                        "pull-image " + full,
                        "inspect-image " + full,
                        "remove-image " + full,
                        "prune-images ");
    }

    @Test
    void shouldNotAskTheNodeWhenTheReferenceIsNone() {
        assertThat(pull("{\"reference\": \"Alpine\"}").statusCode()).isEqualTo(422);
        assertThat(pull("{\"reference\": 3}").body()).contains("must be a text");
        assertThat(pull("{\"refrence\": \"alpine\"}").body()).contains("is missing", "refrence");
        assertThat(pull("{\"reference\": \"host\"}").body()).contains("is not made of layers");
        assertThat(pull("{\"reference\": \"oci:/" + "x".repeat(AskNode.MAX_ARGUMENT) + "\"}")
                        .body())
                .contains("longer than 1024 characters");
        HttpResponse<String> directory = remove("dir:/srv");
        assertThat(directory.statusCode()).isEqualTo(400);
        assertThat(directory.body()).contains("is not made of layers");
        assertThat(asked).isEmpty();
    }

    @Test
    void shouldTellTheNodesOwnLineWhenItRefuses() {
        refuse("conflict", "image x is used by allocation a1");
        assertThat(remove("alpine").statusCode()).isEqualTo(409);
        assertThat(remove("alpine").body()).contains("\"detail\":\"image x is used by allocation a1\"");
        refuse("not-found", "image x is not on this node");
        assertThat(get("/v1/nodes/n1/images/inspect?reference=x").statusCode()).isEqualTo(404);
        refuse("unavailable", "later");
        assertThat(remove("alpine").statusCode()).isEqualTo(503);
    }

    @Test
    void shouldNotHandOnAnAnswerThatIsNone() {
        agent.onNodeAsk(ask -> agent.send(new LineMessage.Answer(
                ask.askId(), "", "", Json.mapper().createObjectNode().put("images", 3))));
        HttpResponse<String> answer = get("/v1/nodes/n1/images");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("is not understood");
    }
}
