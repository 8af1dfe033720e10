package io.holdfast.scheduler.store;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Allocations, and the specifications that they name. */
final class AllocationTable {
    private static final String COLUMNS = "id, project, job, job_version, group_name, group_index, node_id, spec_hash,"
            + " desired, state, reason, created_at_millis, started_at_millis, finished_at_millis, tasks";

    private AllocationTable() {}

    static List<Allocation> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS + " FROM allocation");
                ResultSet rows = select.executeQuery()) {
            List<Allocation> allocations = new ArrayList<>();
            while (rows.next()) {
                allocations.add(read(rows));
            }
            return allocations;
        }
    }

    static Map<String, GroupDocument> specs(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT hash, document FROM spec");
                ResultSet rows = select.executeQuery()) {
            Map<String, GroupDocument> specs = new HashMap<>();
            while (rows.next()) {
                String hash = rows.getString(1);
                specs.put(hash, Texts.document(rows.getString(2), "specification " + hash));
            }
            return specs;
        }
    }

    static void place(Connection connection, List<Allocation> placed, Map<String, GroupDocument> specs)
            throws SQLException {
        if (!specs.isEmpty()) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO spec (hash, document) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
                for (Map.Entry<String, GroupDocument> spec : specs.entrySet()) {
                    insert.setString(1, spec.getKey());
                    insert.setString(2, Texts.of(spec.getValue()));
                    insert.executeUpdate();
                }
            }
        }
        if (!placed.isEmpty()) {
            try (PreparedStatement insert = connection.prepareStatement("INSERT OR REPLACE INTO allocation (" + COLUMNS
                    + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                for (Allocation allocation : placed) {
                    insert.setString(1, allocation.id());
                    insert.setString(2, allocation.job().project());
                    insert.setString(3, allocation.job().job());
                    insert.setInt(4, allocation.jobVersion());
                    insert.setString(5, allocation.group());
                    insert.setInt(6, allocation.index());
                    insert.setString(7, allocation.nodeId());
                    insert.setString(8, allocation.specHash());
                    insert.setString(9, allocation.desired().name());
                    setState(insert, 10, allocation);
                    insert.setLong(12, allocation.createdAtMillis());
                    setResult(insert, 13, allocation);
                    insert.executeUpdate();
                }
            }
        }
    }

    /** One that is not known (any longer) stays so. */
    static void change(Connection connection, List<Allocation> changed) throws SQLException {
        if (changed.isEmpty()) {
            return;
        }
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE allocation SET desired = ?, state = ?, reason = ?,"
                        + " started_at_millis = ?, finished_at_millis = ?, tasks = ? WHERE id = ?")) {
            for (Allocation allocation : changed) {
                update.setString(1, allocation.desired().name());
                setState(update, 2, allocation);
                setResult(update, 4, allocation);
                update.setString(7, allocation.id());
                update.executeUpdate();
            }
        }
    }

    static void forget(Connection connection, List<String> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM allocation WHERE id = ? RETURNING spec_hash");
                PreparedStatement deleteSpec = connection.prepareStatement("DELETE FROM spec WHERE hash = ?1"
                        + " AND NOT EXISTS (SELECT 1 FROM allocation WHERE spec_hash = ?1)")) {
            for (String id : ids) {
                delete.setString(1, id);
                String hash;
                try (ResultSet row = delete.executeQuery()) {
                    hash = row.next() ? row.getString(1) : "";
                }
                if (!hash.isEmpty()) {
                    deleteSpec.setString(1, hash);
                    deleteSpec.executeUpdate();
                }
            }
        }
    }

    /** What was merely observed is not stored: of one that has not ended, only that it has not. */
    private static void setState(PreparedStatement statement, int at, Allocation allocation) throws SQLException {
        AllocationState state = allocation.state().terminal() ? allocation.state() : AllocationState.PENDING;
        statement.setString(at, state.name());
        statement.setString(at + 1, allocation.reason());
    }

    private static void setResult(PreparedStatement statement, int at, Allocation allocation) throws SQLException {
        boolean ended = allocation.state().terminal();
        statement.setLong(at, ended ? allocation.startedAtMillis() : 0);
        statement.setLong(at + 1, ended ? allocation.finishedAtMillis() : 0);
        statement.setString(at + 2, Texts.tasks(ended ? allocation.tasks() : List.of()));
    }

    private static Allocation read(ResultSet row) throws SQLException {
        String id = row.getString(1);
        return new Allocation(
                id,
                new JobKey(row.getString(2), row.getString(3)),
                row.getInt(4),
                row.getString(5),
                row.getInt(6),
                row.getString(7),
                row.getString(8),
                Desired.valueOf(row.getString(9)),
                AllocationState.valueOf(row.getString(10)),
                row.getString(11),
                row.getLong(12),
                row.getLong(13),
                row.getLong(14),
                Texts.tasks(row.getString(15), "allocation " + id));
    }
}
