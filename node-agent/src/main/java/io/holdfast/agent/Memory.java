package io.holdfast.agent;

import io.holdfast.agent.disk.DataDir;
import io.holdfast.agent.reconcile.Attempt;
import io.holdfast.agent.reconcile.Remembered;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is remembered of allocations, in memory at once and on disk soon after: changes that come close together are one write.
 * For one context.
 */
final class Memory {
    /** From a change to its write, so that a burst of starts is not a burst of writes. */
    static final long WRITE_DELAY_MILLIS = 50;

    private static final Logger LOG = LoggerFactory.getLogger(Memory.class);

    private final Vertx vertx;
    private final WorkerExecutor worker;
    private final DataDir disk;
    private final Map<String, Remembered> allocations;
    private boolean scheduled;
    private boolean dirty;
    private Future<?> writing = Future.succeededFuture();

    Memory(Vertx vertx, WorkerExecutor worker, DataDir disk, Map<String, Remembered> allocations) {
        this.vertx = vertx;
        this.worker = worker;
        this.disk = disk;
        this.allocations = new HashMap<>(allocations);
    }

    Map<String, Remembered> all() {
        return allocations;
    }

    Remembered of(String allocationId) {
        return allocations.getOrDefault(allocationId, Remembered.NOTHING);
    }

    void putAll(Map<String, Remembered> next) {
        next.forEach((id, remembered) -> changed(!remembered.equals(allocations.put(id, remembered))));
    }

    void forget(Set<String> ids) {
        changed(allocations.keySet().removeAll(ids));
    }

    void attempt(String allocationId, String task, Attempt attempt) {
        if (of(allocationId) instanceof Remembered.Live live) {
            putAll(Map.of(allocationId, live.with(task, attempt)));
        }
    }

    private void changed(boolean really) {
        if (!really) {
            return;
        }
        dirty = true;
        if (!scheduled) {
            scheduled = true;
            vertx.setTimer(WRITE_DELAY_MILLIS, due -> {
                scheduled = false;
                write();
            });
        }
    }

    private void write() {
        if (!dirty || !writing.isComplete()) {
            return;
        }
        dirty = false;
        Map<String, Remembered> copy = Map.copyOf(allocations);
        writing = worker.executeBlocking(() -> {
                    disk.write(copy);
                    return null;
                })
                .onFailure(trouble -> LOG.error("allocations are not remembered on disk: {}", trouble.getMessage()))
                .eventually(() -> {
                    changed(dirty);
                    return Future.succeededFuture();
                });
    }

    /** All on disk. */
    Future<Void> flush() {
        return writing.transform(done -> {
            if (!dirty) {
                return Future.<Void>succeededFuture();
            }
            write();
            return flush();
        });
    }
}
