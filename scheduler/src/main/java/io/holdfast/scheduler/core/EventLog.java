package io.holdfast.scheduler.core;

import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.scheduler.store.Store;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed of events. Committed ones are told once each, in the order of their ids and without a gap, whichever call of the store
 * made them: where an answer leaves a gap the store is read. Observed ones, without an id, are told as they come. On the core's
 * loop.
 */
final class EventLog implements EventFeed {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    private final Store store;
    private final Set<Consumer<ClusterEvent>> subscribers = new LinkedHashSet<>();
    private long latestId;
    private boolean reading;
    private boolean readAgain;

    EventLog(Store store) {
        this.store = store;
    }

    /** The store was loaded: this is the newest event there. */
    void begin(long id) {
        latestId = Math.max(latestId, id);
    }

    @Override
    public Future<List<ClusterEvent>> after(long id, int limit) {
        return store.eventsAfter(id, limit);
    }

    @Override
    public long latestId() {
        return latestId;
    }

    @Override
    public Subscription subscribe(Consumer<ClusterEvent> subscriber) {
        // a wrapper, so that one consumer may subscribe twice
        Consumer<ClusterEvent> own = subscriber::accept;
        subscribers.add(own);
        return () -> subscribers.remove(own);
    }

    void observed(ClusterEvent event) {
        tell(event);
    }

    /** These were committed just now. */
    void committed(List<ClusterEvent> events) {
        for (ClusterEvent event : events) {
            if (event.id() == latestId + 1) {
                latestId = event.id();
                tell(event);
            } else if (event.id() > latestId) {
                catchUp();
                return;
            }
        }
    }

    /** Something was committed that made events: reads those that have not been told. */
    void catchUp() {
        if (reading) {
            readAgain = true;
            return;
        }
        reading = true;
        store.eventsAfter(latestId, CoreLimits.EVENTS_PER_READ).onComplete(read -> {
            reading = false;
            if (read.failed()) {
                LOG.warn("events could not be read: {}", read.cause().toString());
                return;
            }
            boolean more = readAgain || read.result().size() == CoreLimits.EVENTS_PER_READ;
            readAgain = false;
            for (ClusterEvent event : read.result()) {
                if (event.id() > latestId) {
                    latestId = event.id();
                    tell(event);
                }
            }
            if (more) {
                catchUp();
            }
        });
    }

    private void tell(ClusterEvent event) {
        for (Consumer<ClusterEvent> subscriber : new ArrayList<>(subscribers)) {
            try {
                subscriber.accept(event);
            } catch (RuntimeException e) {
                LOG.error("a subscriber of events failed and is dropped", e);
                subscribers.remove(subscriber);
            }
        }
    }
}
