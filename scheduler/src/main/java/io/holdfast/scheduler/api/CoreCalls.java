package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.scheduler.core.ClusterView;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way from the server's event loop to the scheduler's context and back. Values cross it, nothing else: a long answer is
 * rendered on the server's loop and does not hold up the scheduler.
 */
final class CoreCalls {
    private final Vertx vertx;
    private final Context core;
    private final ClusterView view;

    CoreCalls(Vertx vertx, Context core, ClusterView view) {
        this.vertx = vertx;
        this.core = core;
        this.view = view;
    }

    /** Runs there; the future completes on the caller's context. */
    <T> Future<T> call(Supplier<Future<T>> work) {
        Promise<T> there = Promise.promise();
        Promise<T> here = Promise.promise();
        Context caller = vertx.getOrCreateContext();
        core.runOnContext(run -> {
            try {
                work.get().onComplete(there);
            } catch (RuntimeException e) {
                there.fail(e);
            }
        });
        there.future().onComplete(result -> caller.runOnContext(run -> here.handle(result)));
        return here.future();
    }

    /** Reads the view, once it is there; before that it is refused. */
    <T> Future<T> read(Function<ClusterView, T> read) {
        return ready(() -> Future.succeededFuture(read.apply(view)));
    }

    /** As {@link #call}, once the scheduler's state is loaded; before that it is refused. */
    <T> Future<T> ready(Supplier<Future<T>> work) {
        return call(() -> view.leader().ready()
                ? work.get()
                : Refusal.failed(
                        ErrorCode.UNAVAILABLE, "the scheduler has not loaded its state yet: try again in a moment"));
    }
}
