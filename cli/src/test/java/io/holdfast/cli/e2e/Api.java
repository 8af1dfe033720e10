package io.holdfast.cli.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The HTTP API as curl would have it. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final Duration BOUND = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    Api(String url, Path dataDir) throws IOException {
        this.url = url;
        this.token = Files.readString(dataDir.resolve("token")).strip();
    }

    HttpResponse<String> ask(String method, String path, String body, String bearer)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + bearer)
                .header("Content-Type", "application/yaml")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        return ask(method, path, body, token);
    }

    JsonNode get(String path) {
        try {
            HttpResponse<String> answer = ask("GET", path, "");
            if (answer.statusCode() != 200) {
                throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    void put(String job, String yaml) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask("PUT", "/v1/jobs/" + job, yaml);
        if (answer.statusCode() / 100 != 2) {
            throw new AssertionError(job + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    List<JsonNode> allocations(String job, String state) {
        List<JsonNode> found = new ArrayList<>();
        get("/v1/jobs/" + job + "/allocations?limit=1000").path("items").forEach(allocation -> {
            if (allocation.path("state").asText().equals(state)) {
                found.add(allocation);
            }
        });
        return found;
    }

    List<JsonNode> awaitAllocations(String job, String state, int count, Duration bound) {
        return Await.value(
                count + " of " + job + " " + state,
                bound,
                () -> allocations(job, state),
                found -> found.size() == count);
    }

    String logs(String allocation) throws IOException, InterruptedException {
        return ask("GET", "/v1/allocations/" + allocation + "/logs", "").body();
    }

    /** The data of the first committed event of a type; empty when there is none yet. */
    String events(String type) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/events"))
                .header("Authorization", "Bearer " + token)
                .header("Last-Event-ID", "0")
                .build();
        try (var lines = new java.io.BufferedReader(new java.io.InputStreamReader(
                http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body(),
                java.nio.charset.StandardCharsets.UTF_8))) {
            boolean wanted = false;
            // a comment is sent as a sign of life when nothing more happens
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (wanted && line.startsWith("data:")) {
                    return line.substring("data:".length()).strip();
                }
                wanted = line.equals("event: " + type) || wanted && !line.isEmpty();
            }
        }
        return "";
    }
}
