package io.holdfast.agent.image.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands before a registry and does what networks and registries do on bad days. */
final class FaultProxy implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();
    private final String upstream;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile Fault fault = (request, nth) -> request.forward();

    /** @param upstream host and port; or empty, where nothing is forwarded */
    FaultProxy(String upstream) throws IOException {
        this.upstream = upstream;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            Request request = new Request(exchange);
            long nth = seen.stream()
                    .filter(one -> one.path().equals(request.path()))
                    .count();
            seen.add(new Seen(
                    request.path(),
                    String.valueOf(exchange.getRequestURI().getQuery()),
                    request.header("Authorization"),
                    request.header("Range")));
            try (exchange) {
                fault.serve(request, (int) nth);
            } catch (IOException e) {
                // cut on purpose
            }
        });
        server.start();
    }

    /** @param path without query, {@code range} and {@code authorization} empty where none came */
    record Seen(String path, String query, String authorization, String range) {}

    interface Fault {
        /** @param nth request for this path, from 0 */
        void serve(Request request, int nth) throws IOException;
    }

    FaultProxy set(Fault one) {
        fault = one;
        return this;
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    List<Seen> seen() {
        return seen;
    }

    List<Seen> blobs() {
        return seen.stream().filter(one -> one.path().contains("/blobs/")).toList();
    }

    final class Request {
        private final HttpExchange exchange;

        Request(HttpExchange exchange) {
            this.exchange = exchange;
        }

        String path() {
            return exchange.getRequestURI().getPath();
        }

        String header(String name) {
            String value = exchange.getRequestHeaders().getFirst(name);
            return value == null ? "" : value;
        }

        String form() throws IOException {
            return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        }

        boolean blob() {
            return path().contains("/blobs/");
        }

        long from() {
            Matcher range = RANGE.matcher(header("Range"));
            return range.matches() ? Long.parseLong(range.group(1)) : 0;
        }

        byte[] body() throws IOException {
            return ask().body();
        }

        /** As the registry answers, with ranges. */
        void forward() throws IOException {
            HttpResponse<byte[]> answer = ask();
            for (String name : List.of("Content-Type", "Docker-Content-Digest")) {
                answer.headers().firstValue(name).ifPresent(value -> set(name, value));
            }
            byte[] body = answer.body();
            int from = (int) from();
            if (from > 0) {
                set("Content-Range", "bytes " + from + "-" + (body.length - 1) + "/" + body.length);
            }
            answer(from > 0 ? 206 : answer.statusCode(), java.util.Arrays.copyOfRange(body, from, body.length));
        }

        /** As {@link #forward}, but the connection ends after {@code count} more bytes. */
        void cutAfter(int count) throws IOException {
            byte[] body = body();
            int from = (int) from();
            if (from > 0) {
                set("Content-Range", "bytes " + from + "-" + (body.length - 1) + "/" + body.length);
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, body.length - from);
            exchange.getResponseBody().write(body, from, Math.min(count, body.length - from));
            exchange.getResponseBody().flush();
        }

        void stallAfter(int count) throws IOException {
            cutAfter(count);
            hang();
        }

        /** The blob's beginning, and then the same again until the other side has gone. */
        void endless() throws IOException {
            byte[] body = body();
            exchange.sendResponseHeaders(200, Long.MAX_VALUE);
            exchange.getResponseBody().write(body);
            while (closing.getCount() > 0) {
                exchange.getResponseBody().write(body);
            }
        }

        void hang() {
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void set(String name, String value) {
            exchange.getResponseHeaders().set(name, value);
        }

        void answer(int status, byte[] body) throws IOException {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }

        void answer(int status, Map<String, String> headers) throws IOException {
            headers.forEach(this::set);
            answer(status, new byte[0]);
        }

        private HttpResponse<byte[]> ask() throws IOException {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + upstream + path()));
            if (!header("Accept").isEmpty()) {
                request.header("Accept", header("Accept"));
            }
            try {
                return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
