package io.holdfast.scheduler.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.NodeImages;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an agent may answer, and what comes of it. */
class NodeLookupTest {
    private static final long BOUND_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final Context core = vertx.getOrCreateContext();

    @AfterEach
    void stop() throws Exception {
        get(vertx.close());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(BOUND_SECONDS, TimeUnit.SECONDS);
    }

    private record Streams(Future<LineMessage.Answer> answer) implements NodeStreams {
        @Override
        public Future<NodeStream> open(String nodeId, Function<String, LineMessage> ask) {
            throw new AssertionError("no stream is asked for");
        }

        @Override
        public Future<LineMessage.Answer> ask(String nodeId, String allocationId, String action) {
            throw new AssertionError("no allocation is asked for");
        }

        @Override
        public Future<LineMessage.Answer> askNode(String nodeId, String action, String argument) {
            assertThat(nodeId + " " + action + " " + argument).isEqualTo("n1 resolve-image r.test/web:1");
            return answer;
        }
    }

    private NodeImages.Resolved resolve(Future<LineMessage.Answer> answer) throws Exception {
        NodeLookup lookup = new NodeLookup(core, vertx.getOrCreateContext(), new Streams(answer));
        Promise<NodeImages.Resolved> done = Promise.promise();
        core.runOnContext(run -> lookup.resolve("n1", "r.test/web:1").onComplete(resolved -> {
            assertThat(Vertx.currentContext()).isSameAs(core);
            done.handle(resolved);
        }));
        return get(done.future());
    }

    private static Future<LineMessage.Answer> body(String json) throws Exception {
        JsonNode body = Json.mapper().readTree(json);
        return Future.succeededFuture(new LineMessage.Answer("a", "", "", body));
    }

    @Test
    void shouldReadWhatANewerOrOlderAgentSays() throws Exception {
        assertThat(
                        resolve(
                                body(
                                        "{\"digest\": \"sha256:1\", \"more\": 1, \"layers\": [{\"diffId\": \"x\", \"sizeBytes\": 7}]}")))
                .isEqualTo(new NodeImages.Resolved("sha256:1", List.of(new NodeImages.Layer("x", 7))));
        assertThat(resolve(body("{\"layers\": [{}]}")))
                .isEqualTo(new NodeImages.Resolved("", List.of(new NodeImages.Layer("", 0))));
    }

    @Test
    void shouldSayWhyANodeCannot() {
        assertThatThrownBy(
                        () -> resolve(Future.succeededFuture(new LineMessage.Answer("a", "not-found", "no such tag"))))
                .hasRootCauseMessage("no such tag");
        assertThatThrownBy(() -> resolve(Future.succeededFuture(new LineMessage.Answer("a", "unsupported", null))))
                .hasRootCauseMessage("unsupported");
        assertThatThrownBy(() -> resolve(Future.failedFuture(new NodeStreams.NodeUnreachable("it is away"))))
                .hasRootCauseMessage("it is away");
        for (String odd : List.of("null", "[]", "7", "{\"layers\": 7}", "{\"layers\": [null]}")) {
            assertThatThrownBy(() -> resolve(body(odd)))
                    .as(odd)
                    .hasRootCauseMessage(
                            "the node's answer is not understood: bring agent and scheduler to the same version");
        }
    }
}
