package io.holdfast.scheduler.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.model.document.Json;
import io.holdfast.scheduler.event.ClusterEvent;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/**
 * One reader of events. It is either level with the feed and gets each event as it comes, or behind, and reads committed
 * events from the store until there are no more. A reader that does not keep up falls behind and catches up the same way, so
 * nothing is queued for it: what it missed of the committed events is in the store, and where it missed events that were only
 * observed, {@code reset} tells it to read the state anew.
 */
final class EventReader {
    /** Events that are read from the store at once. */
    static final int REPLAY_PAGE = 256;

    private static final int RETRY_MILLIS = 1_000;

    private final HttpServerResponse response;
    private final String project;
    private final Store store;

    private long lastId;
    private boolean level;
    private boolean catchingUp;
    private boolean missedCommitted;
    private boolean missedObserved;

    /** Reads committed events; completes on this reader's context. */
    @FunctionalInterface
    interface Store {
        Future<List<ClusterEvent>> after(long id, int limit);
    }

    EventReader(HttpServerResponse response, String project, Store store) {
        this.response = response;
        this.project = project;
        this.store = store;
    }

    /**
     * @param after the id of the last event that the reader has seen
     * @param reset whether it asked for an id that this cluster has not reached
     * @param ended told once the reader is gone
     */
    void begin(long after, boolean reset, Runnable ended) {
        lastId = after;
        response.closeHandler(gone -> ended.run());
        response.exceptionHandler(cause -> ended.run());
        if (response.closed()) {
            ended.run();
            return;
        }
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .drainHandler(drained -> catchUp());
        // an id without data is no event, but where the reader resumes if the connection breaks before the first one
        response.write("retry: " + RETRY_MILLIS + "\nid: " + after + "\n\n" + (reset ? resetMessage() : ""));
        catchUp();
    }

    /** An event happened. */
    void offer(ClusterEvent event) {
        boolean committed = event.id() != 0;
        if (level && writable() && !response.writeQueueFull()) {
            if (!committed || event.id() > lastId) {
                send(event);
            }
        } else {
            level = false;
            missedCommitted |= committed;
            missedObserved |= !committed && concerns(event);
        }
    }

    void ping() {
        if (writable() && !response.writeQueueFull()) {
            response.write(": still here\n\n");
        }
    }

    void end() {
        if (writable()) {
            response.end();
        }
    }

    /** Between its end and the news that the connection is gone a response still stands, and refuses to be written to. */
    private boolean writable() {
        return !response.ended() && !response.closed();
    }

    private void catchUp() {
        if (level || catchingUp || !writable() || response.writeQueueFull()) {
            return;
        }
        catchingUp = true;
        missedCommitted = false;
        store.after(lastId, REPLAY_PAGE)
                .onSuccess(events -> {
                    catchingUp = false;
                    events.forEach(this::send);
                    // what was committed since the page was read has set the flag before this runs
                    if (events.size() < REPLAY_PAGE && !missedCommitted) {
                        arrive();
                    } else {
                        catchUp();
                    }
                })
                // the reader comes again, with the id of the last event it got
                .onFailure(cause -> response.reset());
    }

    private void arrive() {
        level = true;
        if (missedObserved && writable()) {
            missedObserved = false;
            response.write(resetMessage());
        }
    }

    private void send(ClusterEvent event) {
        if (event.id() != 0) {
            lastId = event.id();
        }
        if (concerns(event) && writable()) {
            response.write((event.id() == 0 ? "" : "id: " + event.id() + "\n") + "event: " + event.type() + "\ndata: "
                    + json(event) + "\n\n");
        }
    }

    private boolean concerns(ClusterEvent event) {
        return event.project().isEmpty() || event.project().equals(project);
    }

    private static String resetMessage() {
        return "event: reset\ndata: {}\n\n";
    }

    private static String json(ClusterEvent event) {
        try {
            return Json.mapper().writeValueAsString(EventView.of(event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing event " + event.id() + " as JSON failed", e);
        }
    }
}
