package io.holdfast.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.exit.CommandFailed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The scheduler's events, read by a thread of their own into a bounded queue. They only say "look now" and what to show: when
 * the stream breaks or overflows, nothing is lost that a look at the job would not tell.
 */
public final class EventStream implements AutoCloseable {
    private static final int MAX_QUEUED = 10_000;

    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>(MAX_QUEUED);
    private final InputStream in;
    private volatile boolean open = true;

    /** Opened when this returns: what happens from now on arrives. */
    public EventStream(ApiClient api) {
        in = api.stream("/v1/events", Map.of(), Map.of("Accept", "text/event-stream"));
        Thread reader = new Thread(this::read, "events");
        reader.setDaemon(true);
        reader.start();
    }

    /** Whether more can arrive by itself. */
    public boolean open() {
        return open;
    }

    /** The next event, or a missing node when none comes in time. */
    public JsonNode next(long timeoutMillis) throws InterruptedException {
        JsonNode event = events.poll(timeoutMillis, TimeUnit.MILLISECONDS);
        return event == null ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : event;
    }

    private void read() {
        ObjectMapper json = new ObjectMapper();
        StringBuilder data = new StringBuilder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:")) {
                    data.append(line, 5, line.length()).append('\n');
                } else if (line.isEmpty() && data.length() > 0) {
                    offer(json, data.toString());
                    data.setLength(0);
                }
            }
        } catch (IOException | CommandFailed e) {
            // closed, or the scheduler is gone: the next look tells which
        } finally {
            open = false;
        }
    }

    private void offer(ObjectMapper json, String data) {
        if (!open) {
            return;
        }
        try {
            events.offer(json.readTree(data));
        } catch (JsonProcessingException e) {
            // an event that cannot be read is one that was missed
        }
    }

    /**
     * Ends the listening. The reader's thread, a daemon, goes with the connection or the process: the JDK's stream cannot be
     * closed while another thread waits in it.
     */
    @Override
    public void close() {
        open = false;
        events.clear();
    }
}
