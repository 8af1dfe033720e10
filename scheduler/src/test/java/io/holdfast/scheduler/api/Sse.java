package io.holdfast.scheduler.api;

import io.holdfast.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A reader of the event stream: every message as {@code id type}, as they come. */
final class Sse implements AutoCloseable {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<String> data = new CopyOnWriteArrayList<>();
    private final InputStream body;
    private final Thread reader;
    private volatile String lastId = "";
    private volatile boolean ended;

    private Sse(InputStream body) {
        this.body = body;
        this.reader = new Thread(this::read, "sse-reader");
        reader.setDaemon(true);
        reader.start();
    }

    static Sse open(ApiFixture api, String query, String lastEventId) {
        HttpRequest.Builder request = api.request("/v1/events" + query);
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> answer = api.send(request.GET(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new AssertionError("status " + answer.statusCode());
        }
        Sse sse = new Sse(answer.body());
        Await.until("the first id", ApiFixture.BOUND, () -> !sse.lastId.isEmpty());
        return sse;
    }

    String lastId() {
        return lastId;
    }

    boolean ended() {
        return ended;
    }

    void await(int count) {
        Await.until(count + " messages", ApiFixture.BOUND, () -> messages.size() >= count);
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String id = "-";
            String type = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                    lastId = id;
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.add(line.substring(6));
                } else if (line.isEmpty()) {
                    if (!type.isEmpty()) {
                        messages.add(id + " " + type);
                    }
                    id = "-";
                    type = "";
                }
            }
        } catch (IOException e) {
            // the end, as the test wanted it or as the server did
        } finally {
            ended = true;
        }
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            // it is closed
        }
    }
}
