package io.holdfast.scheduler.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.Connection;
import java.sql.SQLException;

/** One thing that somebody waits for. Its answer is given on the context it was asked on. */
final class Operation<T> {
    final String what;
    private final Work<T> work;
    private final Context context;
    private final Promise<T> promise = Promise.promise();
    private T result;
    private RuntimeException failure;

    Operation(String what, Work<T> work, Context context) {
        this.what = what;
        this.work = work;
        this.context = context;
    }

    Future<T> future() {
        return promise.future();
    }

    /** @return whether it succeeded; the answer is kept until {@link #answer} */
    boolean run(Connection connection, String file) {
        try {
            result = work.with(connection);
            return true;
        } catch (SQLException e) {
            failure = SqliteErrors.of(what, file, e);
        } catch (RuntimeException e) {
            failure = e;
        }
        return false;
    }

    /** Its own failure stays, where it has one. */
    void fail(RuntimeException because) {
        if (failure == null) {
            failure = because;
        }
    }

    void answer() {
        context.runOnContext(v -> {
            if (failure != null) {
                promise.fail(failure);
            } else {
                promise.complete(result);
            }
        });
    }
}
