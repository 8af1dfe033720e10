package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.Function;

/** What could be moved so that nodes become empty. Worked out on a worker, one at a time: it takes a core for seconds in a large cluster. */
final class RepackingRoutes {
    private final Vertx vertx;
    private final CoreCalls core;

    /** On the server's loop. */
    private boolean working;

    RepackingRoutes(Vertx vertx, CoreCalls core) {
        this.vertx = vertx;
        this.core = core;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of("getRepacking", this::get);
    }

    private Future<?> get(Call call) {
        if (working) {
            return Refusal.failed(
                    ErrorCode.UNAVAILABLE,
                    "another repacking is being worked out, one at a time: try again in a moment");
        }
        working = true;
        int moves = call.number("moves");
        return core.read(cluster -> cluster.repacking(moves))
                .compose(draft -> vertx.executeBlocking(draft::get, false))
                .onComplete(done -> working = false)
                .map(plan -> Answers.json(call.http(), 200, plan));
    }
}
