package io.holdfast.agent.pull;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The threads that block for images: some that resolve, some that look up tags, some that carry layers, so that none waits for others. */
public final class PullWorkers {
    /** Images that are resolved at once. */
    static final int RESOLVERS = 2;

    /** Tags that are looked up at once. */
    static final int LOOKUPS = 4;

    /** Layers that are fetched and unpacked at once; the keeper takes eight. */
    static final int FETCHERS = 3;

    /** A layer may take hours on a slow line; the streams themselves notice when nothing comes any more. */
    private static final long WARN_HOURS = 24;

    private final WorkerExecutor resolvers;
    private final WorkerExecutor lookups;
    private final WorkerExecutor fetchers;

    /** @param name of the threads, unique in the process */
    public PullWorkers(Vertx vertx, String name) {
        resolvers = vertx.createSharedWorkerExecutor(name + "-resolve", RESOLVERS, WARN_HOURS, TimeUnit.HOURS);
        lookups = vertx.createSharedWorkerExecutor(name + "-lookup", LOOKUPS, WARN_HOURS, TimeUnit.HOURS);
        fetchers = vertx.createSharedWorkerExecutor(name + "-fetch", FETCHERS, WARN_HOURS, TimeUnit.HOURS);
    }

    <T> Future<T> resolve(Callable<T> work) {
        return resolvers.executeBlocking(work, false);
    }

    <T> Future<T> lookUp(Callable<T> work) {
        return lookups.executeBlocking(work, false);
    }

    <T> Future<T> fetch(Callable<T> work) {
        return fetchers.executeBlocking(work, false);
    }

    void close() {
        resolvers.close();
        lookups.close();
        fetchers.close();
    }
}
