package io.holdfast.scheduler.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One thread with one connection. What waits is taken together, up to {@link StoreLimits#MAX_BATCH}, into one transaction
 * (group commit): the wait for the disk is shared, and nobody is answered before it is over. An operation that fails is undone
 * by itself and does not hurt the others.
 */
final class Worker {
    private final String name;
    private final Connection connection;
    private final String file;
    private final Vertx vertx;
    private final String begin;
    private final BlockingQueue<Operation<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    /** Nothing more is taken. Under the monitor. */
    private boolean refusing;

    /** Closes the connection: nothing comes after it. */
    private final Operation<Void> last;

    private Worker(String name, Connection connection, String file, Vertx vertx, String begin) {
        this.name = name;
        this.connection = connection;
        this.file = file;
        this.vertx = vertx;
        this.begin = begin;
        this.last = new Operation<>(
                "closing",
                c -> {
                    c.close();
                    return null;
                },
                vertx.getOrCreateContext());
        this.thread = new Thread(this::loop, name);
        thread.setDaemon(true);
    }

    /** Takes the lock for writing at once: a transaction that began by reading might find it taken later. */
    static Worker writer(Connection connection, String file, Vertx vertx) {
        return new Worker("store-writer", connection, file, vertx, "BEGIN IMMEDIATE").started();
    }

    static Worker reader(Connection connection, String file, Vertx vertx) {
        return new Worker("store-reader", connection, file, vertx, "BEGIN").started();
    }

    private Worker started() {
        thread.start();
        return this;
    }

    <T> Future<T> submit(String what, Work<T> work) {
        Operation<T> operation = new Operation<>(what, work, vertx.getOrCreateContext());
        synchronized (this) {
            if (refusing) {
                return Future.failedFuture(new StoreException(what + " failed: the store is closed", null));
            }
            if (queue.size() >= StoreLimits.MAX_WAITING) {
                return Future.failedFuture(new StoreException(
                        what + " failed: " + StoreLimits.MAX_WAITING + " operations wait for the disk already", null));
            }
            queue.add(operation);
        }
        return operation.future();
    }

    /** From now on whatever is asked fails; what waits already is still done. */
    synchronized void refuse() {
        refusing = true;
    }

    /** Finishes what waits, then closes the connection. To be called once. */
    Future<Void> close() {
        refuse();
        queue.add(last);
        return last.future();
    }

    private void loop() {
        List<Operation<?>> batch = new ArrayList<>();
        while (true) {
            batch.clear();
            try {
                batch.add(queue.take());
            } catch (InterruptedException e) {
                // nobody has reason to interrupt this thread: it ends by its last operation
                throw new IllegalStateException(name + " was interrupted", e);
            }
            queue.drainTo(batch, StoreLimits.MAX_BATCH - 1);
            boolean ending = batch.get(batch.size() - 1) == last;
            List<Operation<?>> work = ending ? batch.subList(0, batch.size() - 1) : batch;
            if (!work.isEmpty()) {
                transact(work);
                work.forEach(Operation::answer);
            }
            if (ending) {
                last.run(connection, file);
                last.answer();
                return;
            }
        }
    }

    private void transact(List<Operation<?>> batch) {
        try (Statement statement = connection.createStatement()) {
            try {
                statement.execute(begin);
                for (Operation<?> operation : batch) {
                    statement.execute("SAVEPOINT operation");
                    if (!operation.run(connection, file)) {
                        statement.execute("ROLLBACK TO operation");
                    }
                    statement.execute("RELEASE operation");
                }
                statement.execute("COMMIT");
            } catch (SQLException e) {
                batch.forEach(operation -> operation.fail(SqliteErrors.of(operation.what, file, e)));
                rollback(statement);
            }
        } catch (SQLException e) {
            batch.forEach(operation -> operation.fail(SqliteErrors.of(operation.what, file, e)));
        }
    }

    /** SQLite has rolled back by itself after some errors (full disk); then there is nothing to do and it says so. */
    private static void rollback(Statement statement) throws SQLException {
        if (!statement.getConnection().isClosed()) {
            try {
                statement.execute("ROLLBACK");
            } catch (SQLException e) {
                if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
                    throw e;
                }
            }
        }
    }
}
