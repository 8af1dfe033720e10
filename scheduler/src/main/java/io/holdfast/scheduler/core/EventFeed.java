package io.holdfast.scheduler.core;

import io.holdfast.scheduler.event.ClusterEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** The stream of events. Subscribers are called on the scheduler's context and must return at once. */
public interface EventFeed {

    /** Committed events with a greater id, oldest first, at most {@code limit}. */
    Future<List<ClusterEvent>> after(long id, int limit);

    /** The id of the newest committed event. */
    long latestId();

    Subscription subscribe(Consumer<ClusterEvent> subscriber);

    interface Subscription {
        void cancel();
    }
}
