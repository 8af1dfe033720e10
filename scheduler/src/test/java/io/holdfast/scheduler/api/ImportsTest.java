package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.LineMessage.OpenImport;
import io.holdfast.model.line.NodeImages;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeState;
import io.holdfast.testkit.Await;
import io.holdfast.testkit.Nodes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Archives on their way from a user to a node. */
class ImportsTest {
    private static final String PATH = "/v1/nodes/n1/images/import";

    private final List<OpenImport> asked = new CopyOnWriteArrayList<>();
    private final List<byte[]> pieces = new CopyOnWriteArrayList<>();
    private ApiFixture api;
    private FakeAgent agent;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        api.cluster.put(FakeCluster.node(Nodes.node("n1"), NodeState.READY, new Capacity(100, 128L << 20, 0, 256), 1));
        agent = FakeAgent.dial(api, "n1").keepAlive();
        agent.onImport(this::take);
    }

    @AfterEach
    void stop() {
        agent.close();
        api.close();
    }

    /** Takes all and has it. */
    private void take(OpenImport open, WebSocket socket) {
        asked.add(open);
        socket.binaryMessageHandler(piece -> {
            pieces.add(piece.getBytes());
            if (piece.length() == 0) {
                answer(socket, done(open.streamId()));
            }
        });
        socket.writeBinaryMessage(Buffer.buffer());
    }

    static LineMessage.Answer done(String id) {
        return new LineMessage.Answer(
                id, "", "", Json.mapper().valueToTree(new NodeImages.Listed(List.of(ImagesTest.ALPINE), 0)));
    }

    static void answer(WebSocket socket, LineMessage.Answer answer) {
        try {
            socket.writeBinaryMessage(
                    Buffer.buffer(Json.mapper().writerFor(LineMessage.class).writeValueAsBytes(answer)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        socket.close();
    }

    /** Is refused by every node. */
    private void refuse(String code, String message) {
        agent.onImport((open, socket) -> answer(socket, new LineMessage.Answer(open.streamId(), code, message)));
    }

    private HttpResponse<String> send(String query, BodyPublisher body) {
        return api.send(api.request(PATH + query)
                .header("Content-Type", "application/octet-stream")
                .POST(body));
    }

    private static byte[] archive(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private byte[] arrived() {
        Buffer all = Buffer.buffer();
        pieces.forEach(all::appendBytes);
        return all.getBytes();
    }

    @Test
    void shouldRelayTheArchiveThenTheAnswer() {
        byte[] archive = archive(1_000_000);
        HttpResponse<String> answer = send("?reference=web:1", BodyPublishers.ofByteArray(archive));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"node\":\"n1\"", ImagesTest.ALPINE.reference());
        assertThat(arrived()).isEqualTo(archive);
        assertThat(pieces).filteredOn(piece -> piece.length == 0).hasSize(1);

        send("", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(archive)));
        send("", BodyPublishers.noBody());
        assertThat(asked)
                .extracting(open -> open.reference() + " " + open.sizeBytes())
                .containsExactly("docker.io/library/web:1 1000000", " -1", " 0");
    }

    @Test
    void shouldNotAskTheNodeWhenTheNameIsNone() {
        for (String name : List.of("Web", "oci:/srv/web", "host", "web@sha256:" + "0".repeat(64), "web:.")) {
            HttpResponse<String> answer = send("?reference=" + name, BodyPublishers.ofString("x"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        }
        assertThat(api.send(api.request(PATH)
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("x")))
                        .body())
                .contains("send one of application/octet-stream, application/x-tar");
        assertThat(asked).isEmpty();
    }

    @Test
    void shouldTellTheNodesOwnLineBeforeTheArchiveIsSent() throws Exception {
        refuse("unavailable", "2 archives are being imported on this node");
        try (RawUpload upload = new RawUpload(api, PATH, 1 << 20)) {
            RawUpload.Answer answer = upload.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).contains("2 archives are being imported on this node");
            assertThat(upload.ended()).isTrue();
        }
        refuse("too-large", "above 64Gi");
        assertThat(send("", BodyPublishers.ofString("x")).statusCode()).isEqualTo(413);
        refuse("invalid", "the archive names no image");
        assertThat(send("", BodyPublishers.ofString("x")).statusCode()).isEqualTo(422);
        refuse("conflict", "it is being pulled");
        assertThat(send("", BodyPublishers.ofString("x")).statusCode()).isEqualTo(409);
    }

    @Test
    void shouldTellARefusalInTheMidst() throws Exception {
        agent.onImport((open, socket) -> {
            socket.binaryMessageHandler(piece ->
                    answer(socket, new LineMessage.Answer(open.streamId(), "unavailable", "the disk is full")));
            socket.writeBinaryMessage(Buffer.buffer());
        });
        try (RawUpload upload = new RawUpload(api, PATH, 1 << 30)) {
            assertThat(upload.answer().status()).isEqualTo(100);
            upload.send(archive(100_000));
            assertThat(upload.answer().body()).contains("the disk is full");
            assertThat(upload.ended()).isTrue();
        }
    }

    @Test
    void shouldEndTheNodesStreamWhenTheUserIsGone() throws Exception {
        try (RawUpload upload = new RawUpload(api, PATH, 1 << 30)) {
            assertThat(upload.answer().status()).isEqualTo(100);
            upload.send(archive(100_000));
            Await.until("its beginning", ApiFixture.BOUND, () -> !pieces.isEmpty());
        }
        Await.until("the end", ApiFixture.BOUND, () -> agent.streams.get(0).isClosed());
        assertThat(pieces).noneMatch(piece -> piece.length == 0);
    }

    @Test
    void shouldSayInOneLineWhenTheNodeIsGone() {
        agent.onImport((open, socket) -> {
            socket.binaryMessageHandler(piece -> socket.close());
            socket.writeBinaryMessage(Buffer.buffer());
        });
        HttpResponse<String> answer = send("", BodyPublishers.ofByteArray(archive(10_000)));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("the node ended the import without a word");
    }

    @Test
    void shouldSayThatAnAgentMayBeOlderWhenItDoesNotDialBack() {
        agent.close();
        agent = FakeAgent.dial(api, "n1").keepAlive();
        HttpResponse<String> answer = send("", BodyPublishers.ofString("x"));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("its agent may be older than this scheduler");
    }

    @Test
    void shouldTakeNoMoreAtOnceThanItsBound() throws Exception {
        List<RawUpload> open = new ArrayList<>();
        try {
            for (int i = 0; i < ImportRoutes.MAX_IMPORTS; i++) {
                RawUpload upload = new RawUpload(api, PATH, 10);
                open.add(upload);
                assertThat(upload.answer().status()).isEqualTo(100);
            }
            assertThat(send("", BodyPublishers.ofString("x")).body()).contains("the most at once");
            open.get(0).send(archive(10));
            assertThat(open.get(0).answer().status()).isEqualTo(200);
            assertThat(send("", BodyPublishers.ofString("x")).statusCode()).isEqualTo(200);
        } finally {
            for (RawUpload upload : open) {
                upload.close();
            }
        }
    }

    @Test
    void shouldReadNoFasterThanTheNodeTakes() throws Exception {
        agent.onImport((open, socket) -> {
            take(open, socket);
            socket.pause();
        });
        byte[] piece = archive(1 << 20);
        int count = 128; // more than the kernel keeps of two connections
        AtomicLong sent = new AtomicLong();
        try (RawUpload upload = new RawUpload(api, PATH, (long) count * piece.length)) {
            assertThat(upload.answer().status()).isEqualTo(100);
            CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        upload.send(piece);
                        sent.incrementAndGet();
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            long[] last = {-1, 0};
            Await.until("nothing more to pass", ApiFixture.BOUND, () -> {
                last[1] = sent.get() == last[0] ? last[1] + 1 : 0;
                last[0] = sent.get();
                return last[1] == 200;
            });
            assertThat(sent.get()).as("what the two connections hold").isLessThan(count);
            agent.streams.get(0).resume();
            assertThat(upload.answer().status()).isEqualTo(200);
            assertThat(sent.get()).isEqualTo(count);
        }
    }

    /** For the contract's documented answers. */
    static HttpRequest.Builder request(HttpRequest.Builder request) {
        return request.header("Content-Type", "application/x-tar").POST(BodyPublishers.ofString("x"));
    }
}
