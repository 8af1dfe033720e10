package io.holdfast.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers as it was told to, on a free port of loopback, and remembers what it was asked. */
public final class FakeScheduler implements AutoCloseable {
    /** What was asked. {@code query} is as it stood in the address, {@code authorization} empty where there was none. */
    public record Asked(
            String method,
            String path,
            String query,
            String authorization,
            String contentType,
            String ifMatch,
            String body) {}

    private record Answer(int status, String contentType, byte[] body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Runnable> afterwards = new ConcurrentHashMap<>();
    private final List<OutputStream> eventReaders = new CopyOnWriteArrayList<>();

    public FakeScheduler() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next answer to such a request; the last one told is given again and again. */
    public FakeScheduler on(String method, String path, int status, String body) {
        String type = status / 100 == 2 ? "application/json" : "application/problem+json";
        return on(method, path, status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    public FakeScheduler on(String method, String path, int status, String contentType, byte[] body) {
        answers.computeIfAbsent(method + " " + path, key -> new ArrayDeque<>())
                .add(new Answer(status, contentType, body));
        return this;
    }

    /** What to do each time such a request has been answered. */
    public FakeScheduler afterwards(String method, String path, Runnable action) {
        afterwards.put(method + " " + path, action);
        return this;
    }

    public List<Asked> asked() {
        return asked;
    }

    /** A file of the test resources. */
    public static String resource(String name) {
        try (InputStream in = FakeScheduler.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one event to all who read the stream. */
    public void emit(String type, String data) {
        for (OutputStream reader : eventReaders) {
            try {
                reader.write(("event: " + type + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
                reader.flush();
            } catch (IOException e) {
                eventReaders.remove(reader);
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(new Asked(
                exchange.getRequestMethod(),
                path,
                String.valueOf(exchange.getRequestURI().getRawQuery()),
                header(exchange, "Authorization"),
                header(exchange, "Content-Type"),
                header(exchange, "If-Match"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        Deque<Answer> told = answers.get(exchange.getRequestMethod() + " " + path);
        if (told == null && path.equals("/v1/events")) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(": hello\n\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            eventReaders.add(exchange.getResponseBody());
            return;
        }
        Answer answer = told == null
                ? new Answer(404, "application/problem+json", problem("not-found", "there is no " + path))
                : next(told);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
        exchange.close();
        afterwards
                .getOrDefault(exchange.getRequestMethod() + " " + path, () -> {})
                .run();
    }

    private static Answer next(Deque<Answer> told) {
        synchronized (told) {
            return told.size() > 1 ? told.poll() : told.peek();
        }
    }

    private static byte[] problem(String code, String detail) {
        return ("{\"code\": \"" + code + "\", \"detail\": \"" + detail + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
