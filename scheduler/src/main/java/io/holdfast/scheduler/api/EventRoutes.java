package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.scheduler.core.EventFeed;
import io.holdfast.scheduler.event.ClusterEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Server-sent events. One subscription to the feed serves all readers: each event crosses from the scheduler's context to the
 * server's once and is handed to every {@link EventReader} there.
 */
final class EventRoutes {
    /** Readers at once. */
    static final int MAX_READERS = 256;

    /** A comment is sent this often, so that both sides notice when the other is gone. */
    private static final long PING_MILLIS = 15_000;

    private final Vertx vertx;
    private final Context core;
    private final CoreCalls calls;
    private final EventFeed feed;
    private final Set<EventReader> readers = new HashSet<>();
    private EventFeed.Subscription subscription = () -> {};
    private long pinger;
    private boolean stopping;

    EventRoutes(Vertx vertx, Context core, CoreCalls calls, EventFeed feed) {
        this.vertx = vertx;
        this.core = core;
        this.calls = calls;
        this.feed = feed;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of("streamEvents", this::open);
    }

    int readerCount() {
        return readers.size();
    }

    /** On the server's context. */
    void start() {
        Context server = vertx.getOrCreateContext();
        core.runOnContext(there -> subscription = feed.subscribe(event -> server.runOnContext(here -> deliver(event))));
        pinger = vertx.setPeriodic(PING_MILLIS, tick -> List.copyOf(readers).forEach(EventReader::ping));
    }

    /** On the server's context. */
    void stop() {
        stopping = true;
        vertx.cancelTimer(pinger);
        core.runOnContext(there -> subscription.cancel());
        List.copyOf(readers).forEach(EventReader::end);
    }

    private void deliver(ClusterEvent event) {
        List.copyOf(readers).forEach(reader -> reader.offer(event));
    }

    private Future<?> open(Call call) {
        if (stopping || readers.size() >= MAX_READERS) {
            return Refusal.failed(
                    ErrorCode.UNAVAILABLE,
                    stopping ? "this scheduler stops" : "all " + MAX_READERS + " event streams are in use: close some");
        }
        return calls.ready(() -> Future.succeededFuture(feed.latestId())).map(latest -> {
            long after = call.optional("Last-Event-ID").map(Long::parseLong).orElse(latest);
            EventReader reader = new EventReader(
                    call.http().response(), call.project(), (from, limit) -> calls.call(() -> feed.after(from, limit)));
            readers.add(reader);
            reader.begin(Math.min(after, latest), after > latest, () -> readers.remove(reader));
            return null;
        });
    }
}
