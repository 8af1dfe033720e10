package io.holdfast.scheduler.api;

import io.holdfast.model.RandomIds;
import io.holdfast.model.SystemClock;
import io.holdfast.scheduler.auth.BearerToken;
import io.holdfast.scheduler.line.LineSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real server on a free port over a {@link FakeCluster}, and a client that speaks to it as users do. */
public final class ApiFixture implements AutoCloseable {
    public static final String TOKEN = "user-secret";
    public static final String NODE_TOKEN = "node-secret";
    public static final Duration BOUND = Duration.ofSeconds(10);

    public final Vertx vertx = Vertx.vertx();
    public final FakeCluster cluster = FakeCluster.on(vertx);
    public final Metrics metrics = new Metrics();
    public ApiServer server;
    public final int port;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public ApiFixture() {
        server = server();
        port = await(server.listen("127.0.0.1", 0));
    }

    /** Ends the server and starts another on the same port over the same cluster. */
    public void restart() {
        await(server.close());
        server = server();
        await(server.listen("127.0.0.1", port));
    }

    /** Another one, that does not listen yet. */
    ApiServer server() {
        ApiSettings settings = new ApiSettings(
                new BearerToken(TOKEN),
                new BearerToken(NODE_TOKEN),
                "0.1.0",
                () -> new LineSettings("holdfast", List.of("127.0.0.1:5701")));
        return new ApiServer(
                vertx,
                cluster.context(),
                cluster,
                cluster,
                cluster,
                cluster,
                settings,
                SystemClock.INSTANCE,
                new RandomIds(new SecureRandom()),
                metrics);
    }

    public static <T> T await(io.vertx.core.Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** With the token. */
    HttpRequest.Builder request(String path) {
        return open(path).header("Authorization", "Bearer " + TOKEN);
    }

    /** Without a token. */
    HttpRequest.Builder open(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(BOUND);
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> put(String path, String type, String body) {
        return send(request(path).header("Content-Type", type).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request.build(), handler);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    HttpClient client() {
        return client;
    }

    @Override
    public void close() {
        await(server.close());
        metrics.close();
        await(vertx.close());
    }
}
