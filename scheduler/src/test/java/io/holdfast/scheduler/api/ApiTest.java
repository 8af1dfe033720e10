package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Json;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;
import io.holdfast.testkit.Allocations;
import io.holdfast.testkit.Jobs;
import io.holdfast.testkit.ManualClock;
import io.holdfast.testkit.Nodes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiTest {
    private static final String YAML = "application/yaml";
    private static final String JOB = """
            job: web
            type: service
            groups:
              - name: main
                tasks: [{name: main, image: host, command: [/bin/true]}]
            """;

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void shouldCreateThenKeepThenUpdateWhenJobIsPut() throws Exception {
        HttpResponse<String> created = api.put("/v1/jobs/web", YAML, JOB);
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("etag")).contains("\"1\"");
        assertThat(created.headers().firstValue("location")).contains("/v1/jobs/web?project=default");

        HttpResponse<String> same = api.put("/v1/jobs/web", YAML, JOB);
        assertThat(same.statusCode()).isEqualTo(200);
        assertThat(same.headers().firstValue("etag")).contains("\"1\"");

        HttpResponse<String> changed = api.put("/v1/jobs/web", YAML, JOB + "priority: 70\n");
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(json(changed).path("version").asInt()).isEqualTo(2);
        assertThat(json(changed).at("/spec/priority").asInt()).isEqualTo(70);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/yaml", "application/x-yaml", "text/yaml", "Application/YAML; charset=utf-8"})
    void shouldReadYamlWhateverItIsCalled(String type) {
        assertThat(api.put("/v1/jobs/web", type, JOB).statusCode()).isEqualTo(201);
    }

    @Test
    void shouldReadBackItsOwnSpecificationAsJson() throws Exception {
        JsonNode spec = json(api.put("/v1/jobs/web", YAML, JOB)).path("spec");
        HttpResponse<String> again = api.put("/v1/jobs/web", "application/json", spec.toString());
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.headers().firstValue("etag")).contains("\"1\"");
    }

    @Test
    void shouldKeepProjectsApart() throws Exception {
        api.put("/v1/jobs/web?project=blue", YAML, JOB);
        assertThat(json(api.get("/v1/jobs")).path("items")).isEmpty();
        assertThat(json(api.get("/v1/jobs?project=blue")).path("items")).hasSize(1);
        assertThat(api.get("/v1/jobs/web").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"'\"0\"', 201", "0, 201", "'\"1\"', 412", "*, 412"})
    void shouldHonourIfMatchWhenJobIsNew(String ifMatch, int status) {
        assertThat(putIfMatch(ifMatch).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"'\"0\"', 412", "'\"1\"', 200", "'\"2\"', 412", "*, 200", "'W/\"1\"', 400", "one, 400", "-1, 400"})
    void shouldHonourIfMatchWhenJobIsKnown(String ifMatch, int status) {
        api.put("/v1/jobs/web", YAML, JOB);
        assertThat(putIfMatch(ifMatch).statusCode()).isEqualTo(status);
    }

    private HttpResponse<String> putIfMatch(String ifMatch) {
        return api.send(api.request("/v1/jobs/web")
                .header("Content-Type", YAML)
                .header("If-Match", ifMatch)
                .PUT(HttpRequest.BodyPublishers.ofString(JOB)));
    }

    @Test
    void shouldReportEveryErrorOfADocumentAtOnce() throws Exception {
        String bad = JOB.replace("service", "servic").replace("image: host", "imag: host");
        HttpResponse<String> answer = api.put("/v1/jobs/web", YAML, bad);
        assertThat(answer.statusCode()).isEqualTo(422);
        JsonNode problem = json(answer);
        assertThat(problem.path("code").asText()).isEqualTo("invalid");
        List<String> paths = new ArrayList<>();
        problem.path("errors").forEach(error -> paths.add(error.path("path").asText()));
        assertThat(paths).contains("type", "groups[0].tasks[0].imag");
    }

    @Test
    void shouldRefuseAnotherNameThanThePaths() throws Exception {
        JsonNode problem = json(api.put("/v1/jobs/wep", YAML, JOB));
        assertThat(problem.path("status").asInt()).isEqualTo(422);
        assertThat(problem.at("/errors/0/path").asText()).isEqualTo("job");
        assertThat(problem.at("/errors/0/message").asText()).contains("web", "wep");
    }

    @Test
    void shouldRefuseWhatIsNoDocument() throws Exception {
        HttpResponse<String> answer = api.put("/v1/jobs/web", YAML, "job: [web\n  :");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("code").asText()).isEqualTo("malformed");
        assertThat(json(answer).path("detail").asText()).contains("line");
        assertThat(api.put("/v1/jobs/web", "application/json", "{\"job\":").statusCode())
                .isEqualTo(400);
        assertThat(api.put("/v1/jobs/web", YAML, "").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldDecodeLargeDocumentsToo() {
        String large = JOB + "# " + "x".repeat(200_000) + "\n";
        assertThat(api.put("/v1/jobs/web", YAML, large).statusCode()).isEqualTo(201);
    }

    @Test
    void shouldRefuseABodyThatIsTooLongHoweverItIsSent() {
        byte[] tooLong = new byte[BodyReader.MAX_BYTES + 1];
        HttpRequest.Builder chunked = api.request("/v1/jobs/web")
                .header("Content-Type", YAML)
                .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(tooLong)));
        assertThat(api.send(chunked).statusCode()).isEqualTo(413);
        HttpRequest.Builder announced = api.request("/v1/jobs/web")
                .header("Content-Type", YAML)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(tooLong));
        assertThat(api.send(announced).statusCode()).isEqualTo(413);
    }

    @Test
    void shouldNameAllWrongParametersAtOnceWithAHint() throws Exception {
        JsonNode problem = json(api.get("/v1/jobs?limit=0&project=Blue!&afte=x"));
        assertThat(problem.path("status").asInt()).isEqualTo(400);
        assertThat(problem.path("errors")).hasSize(3);
        assertThat(problem.toString()).contains("limit is below 1", "did you mean 'after'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/jobs?limit=many",
                "/v1/jobs?limit=1001",
                "/v1/jobs?limit=99999999999999999999",
                "/v1/jobs?limit=1&limit=2",
                "/v1/jobs?after=%25%25",
                "/v1/jobs?after=AAAA",
                "/v1/jobs?project=",
                "/v1/jobs?project=a%00b",
                "/v1/jobs/%ff%fe",
                "/v1/allocations/a1/logs?stream=stdin",
                "/v1/allocations/a1/logs?follow=yes"
            })
    void shouldRefuseWrongParameters(String path) {
        HttpResponse<String> answer = api.get(path);
        assertThat(answer.statusCode()).isIn(400, 404);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    }

    @Test
    void shouldDecodeParametersOnce() throws Exception {
        // %252F is the text %2F: a second decoding would make a slash of it
        assertThat(json(api.get("/v1/jobs/a%252Fb")).path("detail").asText()).contains("a%2Fb");
    }

    @Test
    void shouldPageWithoutSkippingWhenItemsComeAndGo() throws Exception {
        for (int i = 0; i < 5; i++) {
            api.cluster.put(FakeCluster.job("default", Jobs.service("job-" + i, 1), 1, "running"));
        }
        JsonNode first = json(api.get("/v1/jobs?limit=2"));
        assertThat(names(first)).containsExactly("job-0", "job-1");
        api.cluster.put(FakeCluster.job("default", Jobs.service("job-0a", 1), 1, "running"));
        JsonNode second =
                json(api.get("/v1/jobs?limit=2&after=" + first.path("next").asText()));
        assertThat(names(second)).containsExactly("job-2", "job-3");
        JsonNode last =
                json(api.get("/v1/jobs?limit=2&after=" + second.path("next").asText()));
        assertThat(names(last)).containsExactly("job-4");
        assertThat(last.path("next").isNull()).isTrue();
    }

    private static List<String> names(JsonNode page) {
        List<String> names = new ArrayList<>();
        page.path("items").forEach(item -> names.add(item.path("job").asText()));
        return names;
    }

    @Test
    void shouldShowAllocationsAsDocumented() throws Exception {
        var spec = Jobs.service("web", 2);
        api.cluster.put(FakeCluster.job("default", spec, 1, "running"));
        NodeRegistration node = Nodes.node("n1");
        api.cluster.put(FakeCluster.node(
                new NodeRegistration(
                        "id-of-n1",
                        "brig",
                        node.capacity(),
                        node.attributes(),
                        node.agentVersion(),
                        node.incarnation()),
                NodeState.READY,
                new Capacity(0, 0, 0, 0),
                1));
        var running = Allocations.running(Allocations.pending("abc", spec, 0, "id-of-n1"), ManualClock.START_MILLIS);
        api.cluster.put(Allocations.ended(running, 3, ManualClock.START_MILLIS + 1_500));
        api.cluster.put(Allocations.pending("abd", spec, 1, "id-of-gone"));

        JsonNode items = json(api.get("/v1/jobs/web/allocations")).path("items");
        JsonNode ended = items.get(0);
        List<String> fields = new ArrayList<>();
        ended.fieldNames().forEachRemaining(fields::add);
        assertThat(fields)
                .containsExactly(
                        "id",
                        "project",
                        "job",
                        "jobVersion",
                        "group",
                        "index",
                        "node",
                        "state",
                        "reason",
                        "createdAt",
                        "startedAt",
                        "finishedAt",
                        "tasks");
        assertThat(ended.path("node").asText()).isEqualTo("brig");
        assertThat(ended.path("state").asText()).isEqualTo("failed");
        assertThat(ended.path("finishedAt").asText()).endsWith("Z");
        assertThat(ended.at("/tasks/0/exitCode").asInt()).isEqualTo(3);
        assertThat(ended.at("/tasks/0/signal").isNull()).isTrue();
        JsonNode pending = items.get(1);
        assertThat(pending.path("node").asText()).isEqualTo("id-of-gone");
        assertThat(pending.path("startedAt").isNull()).isTrue();
        assertThat(pending.at("/tasks/0/exitCode").isNull()).isTrue();
    }

    @Test
    void shouldFindByPrefixAndNameCandidatesWhenAmbiguous() throws Exception {
        var spec = Jobs.service("web", 3);
        for (String id : List.of("abc1", "abc2", "xyz")) {
            api.cluster.put(Allocations.pending(id, spec, 0, "n1"));
        }
        assertThat(json(api.get("/v1/allocations/x")).path("id").asText()).isEqualTo("xyz");
        JsonNode problem = json(api.get("/v1/allocations/abc"));
        assertThat(problem.path("status").asInt()).isEqualTo(409);
        assertThat(problem.path("candidates")).hasSize(2);
        assertThat(problem.path("detail").asText()).contains("abc");
    }

    @Test
    void shouldSortAProjectsAllocations() throws Exception {
        api.cluster.put(Allocations.pending("a", Jobs.service("web", 3), 1, "n1"));
        api.cluster.put(Allocations.pending("b", Jobs.service("web", 3), 0, "n1"));
        api.cluster.put(
                Allocations.inState(Allocations.pending("c", Jobs.service("api", 3), 0, "n1"), AllocationState.LOST));
        List<String> ids = new ArrayList<>();
        json(api.get("/v1/allocations"))
                .path("items")
                .forEach(item -> ids.add(item.path("id").asText()));
        assertThat(ids).containsExactly("c", "b", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "Bearer ", "Bearer", "Basic dXNlcjpzZWNyZXQ=", "user-secret"})
    void shouldRefuseEveryOtherToken(String header) {
        HttpResponse<String> answer =
                api.send(api.open("/v1/jobs").header("Authorization", header).GET());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate")).isPresent();
    }

    @Test
    void shouldNotAdmitANodeTokenToTheApiNorAUserTokenToTheLine() {
        assertThat(api.send(api.open("/v1/jobs")
                                .header("Authorization", "Bearer " + ApiFixture.NODE_TOKEN)
                                .GET())
                        .statusCode())
                .isEqualTo(401);
        assertThat(api.get("/v1/line").statusCode()).isEqualTo(401);
    }

    @Test
    void shouldAnswer404And405AsProblems() throws Exception {
        assertThat(json(api.get("/v1/job")).path("code").asText()).isEqualTo("not-found");
        HttpResponse<String> answer = api.send(api.request("/v1/jobs/web").POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("DELETE, GET, PUT");
        assertThat(json(answer).path("code").asText()).isEqualTo("method-not-allowed");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:PORT, 200",
        "localhost:PORT, 200",
        "LOCALHOST:PORT, 200",
        "[::1]:PORT, 200",
        "127.8.9.10:PORT, 200",
        "127.0.0.1, 403",
        "127.0.0.1:1, 403",
        "evil.example:PORT, 403",
        "127.0.0.1.evil.example:PORT, 403",
        "localhost.evil.example:PORT, 403",
        "10.0.0.1:PORT, 403",
        "127.0.0.999:PORT, 403"
    })
    void shouldServeOnlyItsOwnNames(String host, int status) throws Exception {
        String port = Integer.toString(api.port);
        assertThat(raw("GET /v1/health HTTP/1.1\r\nHost: " + host.replace("PORT", port) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:PORT, 200",
        "http://localhost:PORT, 200",
        "https://127.0.0.1:PORT, 403",
        "http://127.0.0.1:1, 403",
        "null, 403",
        "http://evil.example, 403",
        "'http://', 403"
    })
    void shouldRefusePagesOfOtherOrigins(String origin, int status) {
        HttpRequest.Builder request =
                api.request("/v1/jobs").header("Origin", origin.replace("PORT", Integer.toString(api.port)));
        assertThat(api.send(request.GET()).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n"
            })
    void shouldAnswerWhatIsHardlyHttpWithoutAFault(String request) throws Exception {
        String answer = raw(request.replace("PORT", Integer.toString(api.port)));
        assertThat(answer).containsPattern("^HTTP/1.[01] 40[0-9]").doesNotContain("Exception", "\tat ");
    }

    @Test
    void shouldAnswerAnEndlessFirstLineWithoutAFault() throws Exception {
        assertThat(raw("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
                .containsPattern("^HTTP/1.[01] 4[0-9][0-9]");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port)) {
            socket.setSoTimeout((int) ApiFixture.BOUND.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            byte[] buffer = new byte[4096];
            int length = socket.getInputStream().read(buffer);
            return length < 0 ? "" : new String(buffer, 0, length, StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldNameAFaultByAnIdAndTellNoMore() throws Exception {
        api.cluster.fail(new IllegalStateException("secret of the house"));
        HttpResponse<String> answer = api.get("/v1/jobs");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(json(answer).path("id").asText()).isNotEmpty();
        assertThat(answer.body()).doesNotContain("secret", "Exception");
    }

    @Test
    void shouldCarryAllRefusalsOfACommand() throws Exception {
        api.cluster.refuse(Rejected.invalid("type", "system", "no"), Rejected.invalid("groups", "", "nor this"));
        JsonNode problem = json(api.put("/v1/jobs/web", YAML, JOB));
        assertThat(problem.path("status").asInt()).isEqualTo(422);
        assertThat(problem.path("errors")).hasSize(2);
    }

    @Test
    void shouldSendSecurityHeadersWithEverything() {
        for (String path : List.of("/", "/v1/jobs", "/nowhere")) {
            var headers = api.get(path).headers();
            assertThat(headers.firstValue("content-security-policy")).isPresent();
            assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
        }
    }

    @Test
    void shouldMeasureWhatItDoes() {
        api.cluster.put(FakeCluster.node(Nodes.node("n1"), NodeState.LOST, new Capacity(0, 0, 0, 0), 0));
        api.get("/v1/jobs");
        String metrics = api.get("/metrics").body();
        assertThat(metrics)
                .contains("holdfast_http_requests_seconds_count{operation=\"listJobs\",status=\"200\"} 1")
                .contains("holdfast_nodes{state=\"lost\"} 1")
                .contains("holdfast_nodes{state=\"ready\"} 0")
                .contains("holdfast_allocations{state=\"running\"} 0")
                .contains("holdfast_leader{what=\"epoch\"} 7")
                .contains("holdfast_lines 0")
                .contains("holdfast_event_loop_lag_seconds")
                .contains("jvm_memory_used_bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "example.org", "127.0.0.1.example.org", ""})
    void shouldRefuseToListenBeyondTheLoopback(String host) {
        assertThat(api.server().listen(host, 0).cause()).isInstanceOf(CannotListen.class);
    }

    @Test
    void shouldSayWhichPortIsInUse() {
        ApiServer second = api.server();
        assertThat(second.listen("127.0.0.1", api.port).toCompletionStage().toCompletableFuture())
                .failsWithin(ApiFixture.BOUND)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(CannotListen.class)
                .withMessageContaining("port " + api.port);
        ApiFixture.await(second.close());
    }

    private static JsonNode json(HttpResponse<String> answer) throws JsonProcessingException {
        return Json.mapper().readTree(answer.body());
    }
}
