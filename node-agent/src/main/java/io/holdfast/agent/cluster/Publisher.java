package io.holdfast.agent.cluster;

import io.vertx.core.Vertx;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest value of a document published: one call under way at a time, values that come meanwhile replace each other,
 * a failure is repeated with back-off. For one context.
 */
final class Publisher<T> {
    static final long FIRST_RETRY_MILLIS = 100;
    static final long LONGEST_RETRY_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private final Vertx vertx;
    private final String what;
    private final Function<T, CompletionStage<Boolean>> send;

    private T newest;
    private boolean dirty;
    private boolean online;
    private boolean underWay;
    private boolean waiting;
    private long retryMillis = FIRST_RETRY_MILLIS;

    Publisher(Vertx vertx, String what, Function<T, CompletionStage<Boolean>> send) {
        this.vertx = vertx;
        this.what = what;
        this.send = send;
    }

    void offer(T value) {
        newest = value;
        dirty = true;
        go();
    }

    /** Sends the newest value once more: what was there may have been lost. */
    void again() {
        dirty = newest != null;
        go();
    }

    void online(boolean now) {
        online = now;
        if (now) {
            again();
        }
    }

    boolean settled() {
        return !dirty && !underWay;
    }

    private void go() {
        if (!dirty || !online || underWay || waiting) {
            return;
        }
        dirty = false;
        underWay = true;
        send.apply(newest).whenComplete((accepted, trouble) -> {
            underWay = false;
            if (trouble != null) {
                LOG.debug("{} was not published, trying again: {}", what, trouble.toString());
                later();
                return;
            }
            retryMillis = FIRST_RETRY_MILLIS;
            go();
        });
    }

    private void later() {
        dirty = true;
        waiting = true;
        vertx.setTimer(retryMillis, over -> {
            waiting = false;
            go();
        });
        retryMillis = Math.min(retryMillis * 2, LONGEST_RETRY_MILLIS);
    }
}
