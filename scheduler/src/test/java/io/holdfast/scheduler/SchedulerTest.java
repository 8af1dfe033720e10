package io.holdfast.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.cluster.AgentClient;
import io.holdfast.cluster.ClientConfigs;
import io.holdfast.model.config.ConfigReader;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import io.holdfast.placement.table.Fit;
import io.holdfast.scheduler.core.CoreSettings;
import io.holdfast.scheduler.core.FillPolicy;
import io.holdfast.testkit.Await;
import io.holdfast.testkit.Outcomes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole scheduler with a real Hazelcast member, and an agent played by hand over its line and its client. */
class SchedulerTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final String JOB = """
            job: hello
            type: batch
            groups:
              - name: main
                tasks:
                  - {name: greet, image: host, command: [/bin/true]}
            """;

    @TempDir
    Path temp;

    private final Vertx vertx = Vertx.vertx();

    /** Held: one that nobody refers to is closed by the collector. */
    private final WebSocketClient lines = vertx.createWebSocketClient();

    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Scheduler start(SchedulerConfig config) throws Exception {
        return await(Scheduler.start(config, vertx));
    }

    private SchedulerConfig config(String dir) {
        return SchedulerConfig.of(temp.resolve(dir), 0);
    }

    private HttpResponse<String> ask(Scheduler scheduler, String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(scheduler.url() + path))
                        .header("Authorization", "Bearer " + scheduler.token())
                        .header("Content-Type", "application/yaml")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldRunAJobThroughLineAndHazelcast() throws Exception {
        Scheduler scheduler = start(config("data"));
        WebSocket line = await(lines.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(scheduler.httpPort())
                .setURI(LineMessage.PATH)
                .addHeader("Authorization", "Bearer " + scheduler.nodeToken())));
        CompletableFuture<JsonObject> welcomed = new CompletableFuture<>();
        line.textMessageHandler(text -> welcomed.complete(new JsonObject(text)));
        line.writeTextMessage(new JsonObject(Map.of(
                        "type", "hello",
                        "protocol", LineMessage.PROTOCOL,
                        "nodeId", "node-1",
                        "name", "alpha",
                        "clusterId", "",
                        "agentVersion", "0"))
                .encode());
        JsonObject welcome = await(welcomed);
        assertThat(welcome.getString("type")).isEqualTo("welcome");
        String clusterId = welcome.getString("clusterId");
        assertThat(welcome.getString("hazelcastCluster")).isEqualTo("holdfast-" + clusterId);

        CompletableFuture<Void> connected = new CompletableFuture<>();
        List<String> addresses =
                welcome.getJsonArray("hazelcast").stream().map(String::valueOf).toList();
        try (AgentClient agent = AgentClient.start(
                ClientConfigs.agent(welcome.getString("hazelcastCluster"), addresses, "alpha"),
                "node-1",
                Runnable::run,
                new AgentClient.Notices() {
                    @Override
                    public void connected() {
                        connected.complete(null);
                    }

                    @Override
                    public void disconnected() {}

                    @Override
                    public void manifestChanged() {}
                })) {
            await(connected);
            await(agent.register(new NodeRegistration(
                    "node-1",
                    "alpha",
                    new Capacity(4_000, 1L << 34, 1L << 40, 10_000),
                    new TreeMap<>(Map.of("node.arch", "amd64")),
                    "0",
                    1)));
            Await.passes(BOUND, () -> assertThat(body(scheduler, "/v1/nodes")).contains("\"state\":\"ready\""));
            assertThat(ask(scheduler, "PUT", "/v1/jobs/hello", JOB).statusCode())
                    .isIn(200, 201);

            Manifest manifest = Await.value(
                            "a manifest with the job",
                            BOUND,
                            () -> await(agent.manifest()),
                            found -> found.filter(m -> !m.rows().isEmpty()).isPresent())
                    .orElseThrow();
            assertThat(manifest.clusterId()).isEqualTo(clusterId);
            String spec = await(agent.spec(manifest.rows().get(0).specHash())).orElseThrow();
            assertThat(Outcomes.valueOf(GroupCodec.decode(spec)).group().name()).isEqualTo("main");

            String id = manifest.rows().get(0).allocationId();
            TaskReport task = new TaskReport("greet", TaskState.EXITED, new TaskExit.Code(0), "", 0, 1_000, 2_000);
            await(agent.publish(new Report(
                    "node-1",
                    manifest.clusterId(),
                    manifest.epoch(),
                    manifest.revision(),
                    1,
                    1,
                    List.of(new AllocationReport(id, AllocationState.COMPLETE, "", 1_000, 2_000, List.of(task))))));
            Await.passes(
                    BOUND,
                    () -> assertThat(body(scheduler, "/v1/jobs/hello/allocations"))
                            .contains("\"state\":\"complete\"")
                            .contains("\"exitCode\":0"));
            assertThat(body(scheduler, "/v1/jobs/hello")).contains("\"state\":\"complete\"");
            Await.value(
                    "a manifest that keeps what has ended",
                    BOUND,
                    () -> await(agent.manifest()).orElseThrow(),
                    m -> m.rows().stream().allMatch(row -> row.desired() == Desired.ENDED));
        }
        await(scheduler.close());
    }

    private String body(Scheduler scheduler, String path) {
        try {
            return ask(scheduler, "GET", path, "").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldStartAgainOnTheSameDirectoryWithTheSameTokens() throws Exception {
        Scheduler first = start(config("data"));
        String token = first.token();
        await(first.close());
        Scheduler second = start(config("data"));
        assertThat(second.token()).isEqualTo(token);
        assertThat(second.nodeToken()).isNotEqualTo(token);
        assertThat(Files.readString(temp.resolve("data/token")).strip()).isEqualTo(token);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("data/token"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("data/node-token"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("data"))))
                .isEqualTo("rwx------");
        await(second.close());
    }

    @Test
    void shouldRefuseADirectoryInUse() throws Exception {
        Scheduler first = start(config("data"));
        assertThatThrownBy(() -> start(config("data")))
                .hasCauseInstanceOf(StartRefused.class)
                .hasMessageContaining("is in use by");
        await(first.close());
        await(start(config("data")).close());
    }

    @Test
    void shouldRefuseAFileAsDirectory() throws IOException {
        Files.writeString(temp.resolve("file"), "");
        assertThatThrownBy(() -> start(config("file")))
                .hasCauseInstanceOf(StartRefused.class)
                .hasMessageContaining("is not a directory");
        assertThatThrownBy(() -> start(config("file/below"))).hasCauseInstanceOf(StartRefused.class);
    }

    @Test
    void shouldRefusePortsInUseAndLeaveNothingBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SchedulerConfig http = SchedulerConfig.of(temp.resolve("data"), taken.getLocalPort());
            assertThatThrownBy(() -> start(http))
                    .hasCauseInstanceOf(StartRefused.class)
                    .hasMessageContaining("port " + taken.getLocalPort());
            SchedulerConfig hazelcast = new SchedulerConfig(
                    temp.resolve("data"), "127.0.0.1", 0, taken.getLocalPort(), CoreSettings.DEFAULT);
            assertThatThrownBy(() -> start(hazelcast))
                    .hasCauseInstanceOf(StartRefused.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
        await(start(config("data")).close());
    }

    @Test
    void shouldReadItsConfiguration() {
        Outcome<SchedulerConfig> read = SchedulerConfig.read(ConfigReader.forRole("scheduler")
                .flags(Map.of("data-dir", "/var/lib/holdfast", "node.lost-after", "7s", "http-port", "0"))
                .open());
        assertThat(Outcomes.valueOf(read))
                .isEqualTo(new SchedulerConfig(
                        Path.of("/var/lib/holdfast"),
                        "127.0.0.1",
                        0,
                        0,
                        new CoreSettings(7_000, 10_000, 10_000, 30_000)));
    }

    @Test
    void shouldReadHowNodesAreFilled() {
        Outcome<SchedulerConfig> read = SchedulerConfig.read(ConfigReader.forRole("scheduler")
                .flags(Map.of(
                        "data-dir", "/d", "placement.policy", "balance", "placement.pools", "gpu=pack,edge=balance"))
                .open());
        assertThat(Outcomes.valueOf(read).core().fill())
                .isEqualTo(new FillPolicy(Fit.BALANCE, Map.of("gpu", Fit.PACK, "edge", Fit.BALANCE)));
    }

    @Test
    void shouldRefuseAnotherWayToFillNodes() {
        Outcome<SchedulerConfig> read = SchedulerConfig.read(ConfigReader.forRole("scheduler")
                .flags(Map.of("data-dir", "/d", "placement.policy", "spread", "placement.pools", "gpu=full,No=pack"))
                .open());
        assertThat(Outcomes.errorsOf(read))
                .extracting(Rejected::path, Rejected::value)
                .containsExactlyInAnyOrder(
                        tuple("placement.policy", "spread"),
                        tuple("placement.pools.gpu", "full"),
                        tuple("placement.pools.No", "No"));
        assertThat(Outcomes.errorsOf(read).get(0).message()).contains("pack").contains("balance");
    }

    @Test
    void shouldRefuseAddressesBeyondTheLoopback() {
        for (String host : List.of("0.0.0.0", "10.0.0.1", "example.org", "::")) {
            Outcome<SchedulerConfig> read = SchedulerConfig.read(ConfigReader.forRole("scheduler")
                    .flags(Map.of("data-dir", "/var/lib/holdfast", "http-host", host))
                    .open());
            assertThat(Outcomes.errorsOf(read)).as(host).hasSize(1);
            assertThat(Outcomes.errorsOf(read).get(0).message()).contains("loopback");
        }
    }
}
