package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeState;
import io.holdfast.testkit.Allocations;
import io.holdfast.testkit.Jobs;
import io.holdfast.testkit.ManualClock;
import io.holdfast.testkit.Nodes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every answer that the contract documents is given at least once, and is as it says. */
class ContractTest {
    private static final String YAML = "application/yaml";
    private static final String JOB = """
            job: web
            type: service
            groups:
              - name: main
                tasks: [{name: main, image: host, command: [/bin/true]}]
            """;

    private static final String ALPINE = "{\"reference\": \"alpine:3.20\"}";

    private static final List<String> ASKS_OF_IMAGES =
            List.of("listImages", "pullImage", "inspectImage", "removeImage", "pruneImages", "importImages");

    private static final Set<String> ASKS_A_NODE = Set.of(
            "getLogs",
            "getAllocationStats",
            "pauseAllocation",
            "resumeAllocation",
            "execInAllocation",
            "listImages",
            "pullImage",
            "inspectImage",
            "removeImage",
            "pruneImages",
            "importImages");

    private final ContractCheck check = new ContractCheck();
    private ApiFixture api;

    /** One good request for each operation. */
    private final Map<String, String> paths = new LinkedHashMap<>(Map.ofEntries(
            Map.entry("listJobs", "/v1/jobs"),
            Map.entry("getJob", "/v1/jobs/web"),
            Map.entry("putJob", "/v1/jobs/web"),
            Map.entry("stopJob", "/v1/jobs/web"),
            Map.entry("planJob", "/v1/jobs/web/plan"),
            Map.entry("listJobAllocations", "/v1/jobs/web/allocations"),
            Map.entry("listAllocations", "/v1/allocations"),
            Map.entry("getAllocation", "/v1/allocations/a1"),
            Map.entry("getLogs", "/v1/allocations/a1/logs"),
            Map.entry("getAllocationStats", "/v1/allocations/a1/stats"),
            Map.entry("listStats", "/v1/stats"),
            Map.entry("pauseAllocation", "/v1/allocations/a1/pause"),
            Map.entry("resumeAllocation", "/v1/allocations/a1/resume"),
            Map.entry("execInAllocation", "/v1/allocations/a1/exec"),
            Map.entry("listNodes", "/v1/nodes"),
            Map.entry("getNode", "/v1/nodes/n1"),
            Map.entry("getRepacking", "/v1/repacking"),
            Map.entry("listImages", "/v1/nodes/n1/images"),
            Map.entry("pullImage", "/v1/nodes/n1/images"),
            Map.entry("inspectImage", "/v1/nodes/n1/images/inspect?reference=alpine"),
            Map.entry("removeImage", "/v1/nodes/n1/images?reference=alpine"),
            Map.entry("pruneImages", "/v1/nodes/n1/images/prune"),
            Map.entry("importImages", "/v1/nodes/n1/images/import"),
            Map.entry("streamEvents", "/v1/events"),
            Map.entry("getHealth", "/v1/health"),
            Map.entry("getMetrics", "/metrics"),
            Map.entry("getContract", "/openapi.yaml"),
            Map.entry("getJobSchema", "/schema/job.json")));

    @BeforeEach
    void start() {
        api = new ApiFixture();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void shouldBeAnOpenApiDocument() {
        JsonObject contract = new JsonObject(ContractCheck.read().toString());
        Vertx vertx = Vertx.vertx();
        try {
            OpenAPIVersion version = OpenAPIVersion.fromContract(contract);
            var result = ApiFixture.await(version.getRepository(vertx, "app://")
                    .compose(repository -> version.validateContract(vertx, repository, contract)));
            assertThat(result.getValid()).as(String.valueOf(result.getErrors())).isTrue();
        } finally {
            ApiFixture.await(vertx.close());
        }
    }

    @Test
    void shouldGiveEveryDocumentedAnswerAsDocumented() {
        populate();
        for (String operation : paths.keySet()) {
            if (!ASKS_A_NODE.contains(operation) && !operation.equals("streamEvents")) {
                answer(operation, good(operation), 200);
            }
            answer(operation, good(operation, "?nonsense=1"), 400);
            answer(operation, good(operation).header("Origin", "http://evil.example"), 403);
        }
        for (String operation : paths.keySet()) {
            if (!operation.equals("getHealth")) {
                answer(operation, bare(operation, ""), 401);
            }
        }
        answer("putJob", body("/v1/jobs/fresh", "PUT", YAML, JOB.replace("web", "fresh")), 201);
        missing();
        refused();
        streams();
        faults();
        assertThat(check.seen()).isEqualTo(check.documented());
    }

    private void missing() {
        answer("getJob", get("/v1/jobs/none"), 404);
        answer("stopJob", api.request("/v1/jobs/none").DELETE(), 404);
        answer("listJobAllocations", get("/v1/jobs/none/allocations"), 404);
        answer("getAllocation", get("/v1/allocations/none"), 404);
        for (String operation : List.of("getLogs", "getAllocationStats", "pauseAllocation", "resumeAllocation")) {
            answer(operation, bare(operation, "a1", "none"), 404);
        }
        exec("none", 404);
        answer("getNode", get("/v1/nodes/none"), 404);
        for (String operation : ASKS_OF_IMAGES) {
            answer(operation, images(operation, "none"), 404);
            answer(operation, images(operation, "n"), 409);
        }
        answer("getAllocation", get("/v1/allocations/a"), 409);
        for (String operation : List.of("getLogs", "getAllocationStats", "pauseAllocation", "resumeAllocation")) {
            answer(operation, bare(operation, "a1", "a"), 409);
        }
        exec("a", 409);
        answer("getNode", get("/v1/nodes/n"), 409);
    }

    private void refused() {
        String tooLarge = JOB + "#".repeat(BodyReader.MAX_BYTES);
        for (String operation : new String[] {"putJob", "planJob"}) {
            String path = paths.get(operation);
            String method = operation.equals("putJob") ? "PUT" : "POST";
            answer(operation, body(path, method, "text/plain", JOB), 415);
            answer(operation, body(path, method, YAML, tooLarge), 413);
            answer(operation, body(path, method, YAML, JOB.replace("main", "Main_")), 422);
            api.cluster.refuse(Rejected.of(ErrorCode.UNAVAILABLE, "another scheduler leads"));
            answer(operation, good(operation), 503);
            api.cluster.heal();
        }
        answer("putJob", good("putJob").header("If-Match", "\"99\""), 412);
        answer("stopJob", good("stopJob").header("If-Match", "\"99\""), 412);
        api.cluster.loading();
        for (String operation : paths.keySet()) {
            if (check.documented().contains(operation + " 503") && !operation.equals("execInAllocation")) {
                answer(operation, good(operation), 503);
            }
        }
        api.cluster.heal();
        // no line of its node
        for (String operation : List.of("getLogs", "getAllocationStats", "pauseAllocation", "resumeAllocation")) {
            answer(operation, good(operation), 503);
        }
        exec("a1", 503);
        ASKS_OF_IMAGES.forEach(operation -> answer(operation, good(operation), 503));
        String images = paths.get("pullImage");
        answer("pullImage", body(images, "POST", "text/plain", ALPINE), 415);
        answer("pullImage", body(images, "POST", "application/json", " ".repeat(BodyReader.MAX_BYTES + 1)), 413);
        answer("pullImage", body(images, "POST", "application/json", "{}"), 422);
        answer("importImages", body(paths.get("importImages"), "POST", "text/plain", "x"), 415);
    }

    private void streams() {
        HttpResponse<?> events = api.send(good("streamEvents"), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(check.errors("streamEvents", events.statusCode(), events.headers(), ""))
                .isEmpty();
        try (FakeAgent agent = FakeAgent.dial(api, "n1")) {
            agent.logs("hello\n", 1000, "");
            answer("getLogs", good("getLogs"), 200);
            agent.onUsage((open, socket) -> {
                open.allocationIds().forEach(id -> socket.writeBinaryMessage(StatsTest.usage(id, 250)));
                socket.close();
            });
            answer("getAllocationStats", good("getAllocationStats"), 200);
            answer("listStats", good("listStats"), 200);
            agent.onControl(ask -> agent.send(new LineMessage.Answer(ask.askId(), "", "")));
            answer("pauseAllocation", good("pauseAllocation"), 200);
            answer("resumeAllocation", good("resumeAllocation"), 200);
            exec("a1", 101);
            agent.onNodeAsk(
                    ask -> agent.send(new LineMessage.Answer(ask.askId(), "", "", ImagesTest.body(ask.action()))));
            agent.onImport((open, socket) -> ImportsTest.answer(socket, ImportsTest.done(open.streamId())));
            ASKS_OF_IMAGES.forEach(
                    operation -> answer(operation, good(operation), operation.equals("pullImage") ? 202 : 200));
            agent.onImport((open, socket) ->
                    ImportsTest.answer(socket, new LineMessage.Answer(open.streamId(), "too-large", "above 64Gi")));
            answer("importImages", good("importImages"), 413);
            agent.onImport((open, socket) ->
                    ImportsTest.answer(socket, new LineMessage.Answer(open.streamId(), "invalid", "no archive")));
            answer("importImages", good("importImages"), 422);
        }
    }

    private void faults() {
        api.cluster.fail(new IllegalStateException("the disk is on fire"));
        for (String operation : paths.keySet()) {
            if (check.documented().contains(operation + " 500") && !operation.equals("execInAllocation")) {
                assertThat(answer(operation, good(operation), 500)).doesNotContain("disk", "Exception");
            }
        }
        exec("a1", 500);
        api.cluster.heal();
    }

    private void exec(String id, int status) {
        RawUpgrade answer = RawUpgrade.ask(api, "/v1/allocations/" + id + "/exec");
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(check.errors("execInAllocation", status, answer.headers(), answer.body()))
                .as("exec " + status + ": " + answer.body())
                .isEmpty();
    }

    private void populate() {
        var spec = Jobs.service("web", 2);
        api.cluster.put(FakeCluster.job("default", spec, 3, "running"));
        for (String node : new String[] {"n1", "n2"}) {
            api.cluster.put(
                    FakeCluster.node(Nodes.node(node), NodeState.READY, new Capacity(100, 128L << 20, 0, 256), 1));
        }
        var first = Allocations.pending("a1", spec, 0, "n1");
        api.cluster.put(Allocations.running(first, ManualClock.START_MILLIS + 5));
        var second = Allocations.running(Allocations.pending("a2", spec, 1, "n2"), ManualClock.START_MILLIS + 5);
        api.cluster.put(Allocations.ended(second, 3, ManualClock.START_MILLIS + 9));
    }

    private HttpRequest.Builder get(String path) {
        return api.request(path).GET();
    }

    private HttpRequest.Builder bare(String operation, String part, String otherwise) {
        HttpRequest.Builder request = api.request(paths.get(operation).replace(part, otherwise));
        return operation.endsWith("Allocation") ? request.POST(HttpRequest.BodyPublishers.noBody()) : request.GET();
    }

    private HttpRequest.Builder images(String operation, String node) {
        return request(operation, api.request(paths.get(operation).replace("n1", node)));
    }

    private HttpRequest.Builder good(String operation) {
        return good(operation, "");
    }

    private HttpRequest.Builder good(String operation, String query) {
        return bare(operation, query).header("Authorization", "Bearer " + ApiFixture.TOKEN);
    }

    private HttpRequest.Builder bare(String operation, String query) {
        String path = paths.get(operation);
        return request(operation, api.open(path + (path.contains("?") ? query.replace('?', '&') : query)));
    }

    private static HttpRequest.Builder request(String operation, HttpRequest.Builder request) {
        return switch (operation) {
            case "putJob" -> request.header("Content-Type", YAML).PUT(HttpRequest.BodyPublishers.ofString(JOB));
            case "planJob" -> request.header("Content-Type", YAML).POST(HttpRequest.BodyPublishers.ofString(JOB));
            case "pullImage" ->
                request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(ALPINE));
            case "importImages" -> ImportsTest.request(request);
            case "stopJob", "removeImage" -> request.DELETE();
            case "pauseAllocation", "resumeAllocation", "pruneImages" ->
                request.POST(HttpRequest.BodyPublishers.noBody());
            default -> request.GET();
        };
    }

    private HttpRequest.Builder body(String path, String method, String type, String text) {
        return api.request(path).header("Content-Type", type).method(method, HttpRequest.BodyPublishers.ofString(text));
    }

    private String answer(String operation, HttpRequest.Builder request, int status) {
        HttpResponse<String> answer = api.send(request);
        assertThat(answer.statusCode()).as(operation + ": " + answer.body()).isEqualTo(status);
        assertThat(check.errors(operation, status, answer.headers(), answer.body()))
                .as(operation + " " + status + ": " + answer.body())
                .isEmpty();
        return answer.body();
    }
}
