package io.holdfast.scheduler.store;

import io.holdfast.model.job.ImagePin;
import io.holdfast.model.job.ImagePins;
import io.holdfast.model.job.JobKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the tags of jobs' versions stand for. */
final class PinTable {
    private static final String COLUMNS =
            "SELECT p.project, p.job, p.group_name, p.reference, p.digest, p.layers FROM image_pin p";

    private PinTable() {}

    /** Of the present version of each job that has any. */
    static Map<JobKey, ImagePins> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS
                + " JOIN job j ON j.project = p.project AND j.job = p.job AND j.version = p.version"
                + " ORDER BY p.project, p.job, p.group_name, p.reference")) {
            return read(select);
        }
    }

    static ImagePins of(Connection connection, JobKey key, int version) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                COLUMNS + " WHERE p.project = ? AND p.job = ? AND p.version = ? ORDER BY p.group_name, p.reference")) {
            select.setString(1, key.project());
            select.setString(2, key.job());
            select.setInt(3, version);
            return read(select).getOrDefault(key, ImagePins.NONE);
        }
    }

    private static Map<JobKey, ImagePins> read(PreparedStatement select) throws SQLException {
        Map<JobKey, List<ImagePin>> byJob = new HashMap<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                JobKey key = new JobKey(row.getString(1), row.getString(2));
                String reference = row.getString(4);
                byJob.computeIfAbsent(key, first -> new ArrayList<>())
                        .add(new ImagePin(
                                row.getString(3),
                                reference,
                                row.getString(5),
                                Texts.layers(row.getString(6), "image " + reference + " of job " + key)));
            }
        }
        Map<JobKey, ImagePins> pins = new HashMap<>();
        byJob.forEach((key, all) -> pins.put(key, new ImagePins(all)));
        return pins;
    }

    /** Those of a version that has just been stored; those of the versions that are not kept any longer go. */
    static void insert(Connection connection, StoredJob job) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO image_pin (project, job, version, group_name, reference, digest,"
                        + " layers) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            for (ImagePin pin : job.pins().all()) {
                insert.setString(1, job.key().project());
                insert.setString(2, job.key().job());
                insert.setInt(3, job.version());
                insert.setString(4, pin.group());
                insert.setString(5, pin.reference());
                insert.setString(6, pin.digest());
                insert.setString(7, Texts.layers(pin.layers()));
                insert.executeUpdate();
            }
        }
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM image_pin WHERE project = ? AND job = ? AND version <= ?")) {
            delete.setString(1, job.key().project());
            delete.setString(2, job.key().job());
            delete.setInt(3, job.version() - StoreLimits.MAX_VERSIONS_PER_JOB);
            delete.executeUpdate();
        }
    }

    /** What is known already stays as it is: a version never changes its bytes. */
    static void resolve(Connection connection, List<Pinned> pinned) throws SQLException {
        if (pinned.isEmpty()) {
            return;
        }
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE image_pin SET digest = ?, layers = ? WHERE project = ? AND job = ?"
                        + " AND version = ? AND reference = ? AND digest = ''")) {
            for (Pinned one : pinned) {
                update.setString(1, one.digest());
                update.setString(2, Texts.layers(one.layers()));
                update.setString(3, one.job().project());
                update.setString(4, one.job().job());
                update.setInt(5, one.version());
                update.setString(6, one.reference());
                update.executeUpdate();
            }
        }
    }
}
