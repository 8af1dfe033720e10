package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.Progress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** One layer on its way, for all pulls that want it. But for the progress, which any thread tells, for one context. */
final class LayerFetch implements Progress {
    private final Set<Pull> wantedBy = new HashSet<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Promise<Void> done = Promise.promise();
    private volatile boolean cancelled;

    Future<Void> done() {
        return done.future();
    }

    Promise<Void> promise() {
        return done;
    }

    void wantedBy(Pull pull) {
        wantedBy.add(pull);
    }

    /** The last one that wanted it ends it. */
    void letGo(Pull pull) {
        wantedBy.remove(pull);
        cancelled = wantedBy.isEmpty();
    }

    boolean cancelled() {
        return cancelled;
    }

    long fetchedBytes() {
        return bytes.get();
    }

    @Override
    public void bytes(long more) {
        bytes.addAndGet(more);
    }

    /** @throws ImageException where nobody wants it any more */
    void check() throws ImageException {
        if (cancelled) {
            throw new ImageException(ImageException.Kind.TEMPORARY, "nobody wants it any more");
        }
    }
}
