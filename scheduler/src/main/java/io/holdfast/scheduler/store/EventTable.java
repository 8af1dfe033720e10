package io.holdfast.scheduler.store;

import io.holdfast.scheduler.event.ClusterEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Events, numbered in the order of their commit. */
final class EventTable {
    private EventTable() {}

    static ClusterEvent add(Connection connection, ClusterEvent event) throws SQLException {
        return add(connection, List.of(event)).get(0);
    }

    /** @return the events with their ids */
    static List<ClusterEvent> add(Connection connection, List<ClusterEvent> events) throws SQLException {
        if (events.isEmpty()) {
            return List.of();
        }
        List<ClusterEvent> stored = new ArrayList<>(events.size());
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO event (at_millis, type, project, subject, data) VALUES (?, ?, ?, ?, ?) RETURNING id")) {
            for (ClusterEvent event : events) {
                insert.setLong(1, event.atMillis());
                insert.setString(2, event.type());
                insert.setString(3, event.project());
                insert.setString(4, event.subject());
                insert.setString(5, Texts.data(event.data()));
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    stored.add(new ClusterEvent(
                            row.getLong(1),
                            event.atMillis(),
                            event.type(),
                            event.project(),
                            event.subject(),
                            event.data()));
                }
            }
        }
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM event WHERE id <= ?")) {
            delete.setLong(1, stored.get(stored.size() - 1).id() - StoreLimits.MAX_EVENTS);
            delete.executeUpdate();
        }
        return stored;
    }

    static List<ClusterEvent> after(Connection connection, long id, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT id, at_millis, type, project, subject, data FROM event WHERE id > ? ORDER BY id LIMIT ?")) {
            select.setLong(1, id);
            select.setInt(2, Math.min(limit, StoreLimits.MAX_EVENTS_PER_READ));
            try (ResultSet rows = select.executeQuery()) {
                List<ClusterEvent> events = new ArrayList<>();
                while (rows.next()) {
                    events.add(new ClusterEvent(
                            rows.getLong(1),
                            rows.getLong(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getString(5),
                            Texts.data(rows.getString(6), "event " + rows.getLong(1))));
                }
                return events;
            }
        }
    }

    /** 0 where there has been none. */
    static long latestId(Connection connection) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT max(id) FROM event")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
