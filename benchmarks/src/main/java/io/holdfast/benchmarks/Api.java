package io.holdfast.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A plain client of the HTTP API that notes when each allocation was first told to be running. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final String token;

    /** Per job: allocation id to {@link System#nanoTime()} of the event. */
    private final Map<String, Map<String, Long>> running = new ConcurrentHashMap<>();

    Api(String base, Path tokenFile) throws IOException {
        this.base = base;
        this.token = Files.readString(tokenFile).strip();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + token);
    }

    /** Begins to listen to the event stream; returns when it is open. */
    void listen() throws Exception {
        HttpResponse<java.util.stream.Stream<String>> response = http.send(
                request("/v1/events").header("Accept", "text/event-stream").build(),
                HttpResponse.BodyHandlers.ofLines());
        check(response.statusCode(), 200, "events");
        Thread reader = new Thread(() -> response.body().forEach(this::event), "events");
        reader.setDaemon(true);
        reader.start();
    }

    private void event(String line) {
        if (!line.startsWith("data:")) {
            return;
        }
        long now = System.nanoTime();
        try {
            JsonNode event = JSON.readTree(line.substring(5));
            JsonNode data = event.path("data");
            if ("allocation-changed".equals(event.path("type").asText())
                    && "running".equals(data.path("state").asText())) {
                running.computeIfAbsent(data.path("job").asText(), j -> new ConcurrentHashMap<>())
                        .putIfAbsent(event.path("subject").asText(), now);
            }
        } catch (IOException e) {
            throw new IllegalStateException("event is not JSON: " + line, e);
        }
    }

    /** @return {@link System#nanoTime()} when the answer had come */
    long put(String job, String yaml) throws Exception {
        HttpResponse<String> response = http.send(
                request("/v1/jobs/" + job)
                        .header("Content-Type", "application/yaml")
                        .PUT(HttpRequest.BodyPublishers.ofString(yaml))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        long answered = System.nanoTime();
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException("PUT " + job + ": " + response.statusCode() + " " + response.body());
        }
        return answered;
    }

    void stop(String job) throws Exception {
        HttpResponse<String> response =
                http.send(request("/v1/jobs/" + job).DELETE().build(), HttpResponse.BodyHandlers.ofString());
        check(response.statusCode() / 100, 2, "DELETE " + job);
    }

    JsonNode get(String path) throws Exception {
        HttpResponse<String> response = http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
        check(response.statusCode(), 200, "GET " + path);
        return JSON.readTree(response.body());
    }

    String text(String path) throws Exception {
        HttpResponse<String> response = http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
        check(response.statusCode(), 200, "GET " + path);
        return response.body();
    }

    /**
     * Waits until {@code count} allocations of the job were told to be running.
     *
     * @return per allocation, {@link System#nanoTime()} of the event
     */
    Map<String, Long> awaitRunning(String job, int count, int seconds) throws Exception {
        long deadline = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < deadline) {
            Map<String, Long> seen = running.getOrDefault(job, Map.of());
            if (seen.size() >= count) {
                return new HashMap<>(seen);
            }
            Thread.sleep(1);
        }
        throw new IllegalStateException(
                job + ": " + running.getOrDefault(job, Map.of()).size() + " of " + count + " running within " + seconds
                        + " s: " + get("/v1/jobs/" + job + "/allocations?limit=100"));
    }

    private static void check(int actual, int expected, String what) {
        if (actual != expected) {
            throw new IllegalStateException(what + ": status " + actual);
        }
    }
}
