package io.holdfast.scheduler.store;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.ImagePins;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.scheduler.event.ClusterEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Jobs and their versions. */
final class JobTable {
    private static final String COLUMNS = "SELECT j.project, j.job, j.version, j.since_version, v.spec, j.stopped,"
            + " j.created_at_millis, j.changed_at_millis FROM job j"
            + " JOIN job_version v ON v.project = j.project AND v.job = j.job AND v.version = j.version";

    private JobTable() {}

    static List<StoredJob> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + " ORDER BY j.project, j.job");
                ResultSet rows = select.executeQuery()) {
            Map<JobKey, ImagePins> pins = PinTable.all(connection);
            List<StoredJob> jobs = new ArrayList<>();
            while (rows.next()) {
                StoredJob job = read(rows);
                jobs.add(job.with(pins.getOrDefault(job.key(), ImagePins.NONE)));
            }
            return jobs;
        }
    }

    static Outcome<StoredJob> put(Connection connection, JobKey key, JobSpec spec, OptionalInt ifMatch, long nowMillis)
            throws SQLException {
        Optional<StoredJob> found = find(connection, key);
        int presentVersion = found.map(StoredJob::version).orElse(0);
        if (ifMatch.isPresent() && ifMatch.getAsInt() != presentVersion) {
            return mismatch(key, ifMatch.getAsInt(), presentVersion);
        }
        StoredJob job = StoredJob.submitted(found, key, spec, nowMillis);
        if (found.isPresent() && job.version() == presentVersion) {
            return Outcome.ok(job);
        }
        insertVersion(connection, job);
        PinTable.insert(connection, job);
        write(connection, job);
        EventTable.add(
                connection,
                new ClusterEvent(
                        0, nowMillis, "job-submitted", key.project(), key.job(), Map.of("version", job.version())));
        return Outcome.ok(job);
    }

    static Outcome<StoredJob> stop(Connection connection, JobKey key, OptionalInt ifMatch, long nowMillis)
            throws SQLException {
        Optional<StoredJob> found = find(connection, key);
        if (found.isEmpty()) {
            return Outcome.refused(Rejected.of(ErrorCode.NOT_FOUND, "there is no job " + key));
        }
        StoredJob present = found.get();
        if (ifMatch.isPresent() && ifMatch.getAsInt() != present.version()) {
            return mismatch(key, ifMatch.getAsInt(), present.version());
        }
        if (present.stopped()) {
            return Outcome.ok(present);
        }
        StoredJob job = present.stop(nowMillis);
        write(connection, job);
        EventTable.add(
                connection,
                new ClusterEvent(
                        0, nowMillis, "job-stopped", key.project(), key.job(), Map.of("version", job.version())));
        return Outcome.ok(job);
    }

    private static Outcome<StoredJob> mismatch(JobKey key, int expected, int present) {
        String message = present == 0
                ? "job " + key + " does not exist, version " + expected + " was expected"
                : expected == 0
                        ? "job " + key + " exists already, in version " + present
                        : "job " + key + " is in version " + present + ", version " + expected
                                + " was expected: read it again";
        return Outcome.refused(Rejected.of(ErrorCode.VERSION_MISMATCH, message));
    }

    private static Optional<StoredJob> find(Connection connection, JobKey key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + " WHERE j.project = ? AND j.job = ?")) {
            select.setString(1, key.project());
            select.setString(2, key.job());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                StoredJob job = read(row);
                return Optional.of(job.with(PinTable.of(connection, key, job.version())));
            }
        }
    }

    private static StoredJob read(ResultSet row) throws SQLException {
        JobKey key = new JobKey(row.getString(1), row.getString(2));
        int version = row.getInt(3);
        return new StoredJob(
                key,
                version,
                row.getInt(4),
                Texts.spec(row.getString(5), "version " + version + " of job " + key),
                row.getBoolean(6),
                row.getLong(7),
                row.getLong(8));
    }

    private static void insertVersion(Connection connection, StoredJob job) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO job_version (project, job, version, spec, submitted_at_millis)"
                        + " VALUES (?, ?, ?, ?, ?)")) {
            insert.setString(1, job.key().project());
            insert.setString(2, job.key().job());
            insert.setInt(3, job.version());
            insert.setString(4, Texts.of(job.spec()));
            insert.setLong(5, job.changedAtMillis());
            insert.executeUpdate();
        }
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM job_version WHERE project = ? AND job = ? AND version <= ?")) {
            delete.setString(1, job.key().project());
            delete.setString(2, job.key().job());
            delete.setInt(3, job.version() - StoreLimits.MAX_VERSIONS_PER_JOB);
            delete.executeUpdate();
        }
    }

    private static void write(Connection connection, StoredJob job) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement("INSERT OR REPLACE INTO job (project, job, version,"
                + " since_version, stopped, created_at_millis, changed_at_millis) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            write.setString(1, job.key().project());
            write.setString(2, job.key().job());
            write.setInt(3, job.version());
            write.setInt(4, job.sinceVersion());
            write.setBoolean(5, job.stopped());
            write.setLong(6, job.createdAtMillis());
            write.setLong(7, job.changedAtMillis());
            write.executeUpdate();
        }
    }
}
