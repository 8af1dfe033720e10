package io.holdfast.scheduler.store;

import io.holdfast.model.IdSource;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.scheduler.event.ClusterEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The store in one SQLite file. One thread and connection write, one of each read; neither waits for the other. The write-ahead
 * log is on disk before an answer is given, so what was answered survives a kill and a loss of power.
 */
public final class SqliteStore implements Store {
    private final String clusterId;
    private final Worker writer;
    private final Worker reader;
    private final DataDirectory directory;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Promise<Void> closed = Promise.promise();

    private SqliteStore(String clusterId, Worker writer, Worker reader, DataDirectory directory) {
        this.clusterId = clusterId;
        this.writer = writer;
        this.reader = reader;
        this.directory = directory;
    }

    /**
     * Opens the store in a directory, made where it is missing, and brings it to this release's format. Blocks for some hundred
     * milliseconds, most of it the loading of SQLite: not to be called on an event loop.
     *
     * @param ids mints the cluster's id, the first time
     * @param nowMillis when, the first time
     * @throws StoreException the directory cannot be made or written or is in use; the file is damaged, another program's, or of
     *     a newer format
     */
    public static SqliteStore open(Path dir, Vertx vertx, IdSource ids, long nowMillis) {
        DataDirectory directory = DataDirectory.hold(dir);
        Path file = directory.database();
        Connection writer = null;
        try {
            writer = Connections.writer(file);
            Connections.check(writer, file);
            Migrations.run(writer, file.toString());
            String clusterId = clusterId(writer, ids, nowMillis);
            Connection reader = Connections.reader(file);
            return new SqliteStore(
                    clusterId,
                    Worker.writer(writer, file.toString(), vertx),
                    Worker.reader(reader, file.toString(), vertx),
                    directory);
        } catch (SQLException e) {
            throw abandoned(SqliteErrors.of("opening the store", file.toString(), e), writer, directory);
        } catch (IOException e) {
            throw abandoned(new StoreException("opening the store failed: " + file, e), writer, directory);
        } catch (RuntimeException e) {
            throw abandoned(e, writer, directory);
        }
    }

    private static RuntimeException abandoned(RuntimeException because, Connection writer, DataDirectory directory) {
        if (writer != null) {
            Connections.closeQuietly(writer, because);
        }
        directory.close();
        return because;
    }

    private static String clusterId(Connection connection, IdSource ids, long nowMillis) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO cluster (id, cluster_id, created_at_millis) VALUES (1, ?, ?) ON CONFLICT DO NOTHING")) {
            insert.setString(1, ids.next());
            insert.setLong(2, nowMillis);
            insert.executeUpdate();
        }
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT cluster_id FROM cluster")) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public Future<StoredState> load() {
        return reader.submit(
                "loading",
                c -> new StoredState(
                        JobTable.all(c), AllocationTable.specs(c), AllocationTable.all(c), EventTable.latestId(c)));
    }

    @Override
    public Future<LeadLease> takeLead(String holder, long aboveEpoch, long nowMillis, long leaseMillis) {
        return writer.submit("taking the lead", c -> LeadTable.take(c, holder, aboveEpoch, nowMillis, leaseMillis));
    }

    @Override
    public Future<Boolean> renewLead(long epoch, long nowMillis, long leaseMillis) {
        return writer.submit("renewing the lead", c -> LeadTable.renew(c, epoch, nowMillis, leaseMillis));
    }

    @Override
    public Future<Void> releaseLead(long epoch) {
        return writer.submit("releasing the lead", c -> {
            LeadTable.release(c, epoch);
            return null;
        });
    }

    @Override
    public Future<Outcome<StoredJob>> putJob(JobKey key, JobSpec spec, OptionalInt ifMatch, long nowMillis) {
        return writer.submit("storing job " + key, c -> JobTable.put(c, key, spec, ifMatch, nowMillis));
    }

    @Override
    public Future<Outcome<StoredJob>> stopJob(JobKey key, OptionalInt ifMatch, long nowMillis) {
        return writer.submit("stopping job " + key, c -> JobTable.stop(c, key, ifMatch, nowMillis));
    }

    @Override
    public Future<List<ClusterEvent>> commit(long epoch, Commit commit) {
        return writer.submit("commit", c -> {
            LeadTable.fence(c, epoch);
            AllocationTable.place(c, commit.placed(), commit.specs());
            AllocationTable.change(c, commit.changed());
            AllocationTable.forget(c, commit.forgotten());
            PinTable.resolve(c, commit.pinned());
            return EventTable.add(c, commit.events());
        });
    }

    @Override
    public Future<List<ClusterEvent>> eventsAfter(long id, int limit) {
        return reader.submit("reading events", c -> EventTable.after(c, id, limit));
    }

    /** The reader first: the last connection that closes folds the log into the file. Closing again waits for the same end. */
    @Override
    public Future<Void> close() {
        if (closing.compareAndSet(false, true)) {
            writer.refuse();
            reader.close()
                    .eventually(writer::close)
                    .eventually(() -> {
                        directory.close();
                        return Future.succeededFuture();
                    })
                    .onComplete(closed);
        }
        return closed.future();
    }
}
