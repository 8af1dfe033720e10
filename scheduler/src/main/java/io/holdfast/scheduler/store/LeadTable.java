package io.holdfast.scheduler.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The row that says who leads. */
final class LeadTable {
    private LeadTable() {}

    static LeadLease take(Connection connection, String holder, long aboveEpoch, long nowMillis, long leaseMillis)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE lead SET holder = ?1, epoch = max(epoch, ?2) + 1, until_millis = ?3"
                        + " WHERE holder IN ('', ?1) OR until_millis <= ?4")) {
            update.setString(1, holder);
            update.setLong(2, aboveEpoch);
            update.setLong(3, nowMillis + leaseMillis);
            update.setLong(4, nowMillis);
            update.executeUpdate();
        }
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT holder, epoch, until_millis FROM lead")) {
            row.next();
            return new LeadLease(row.getString(1), row.getLong(2), row.getLong(3));
        }
    }

    static boolean renew(Connection connection, long epoch, long nowMillis, long leaseMillis) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE lead SET until_millis = ? WHERE epoch = ? AND holder <> ''")) {
            update.setLong(1, nowMillis + leaseMillis);
            update.setLong(2, epoch);
            return update.executeUpdate() == 1;
        }
    }

    static void release(Connection connection, long epoch) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE lead SET holder = '', until_millis = 0 WHERE epoch = ?")) {
            update.setLong(1, epoch);
            update.executeUpdate();
        }
    }

    /**
     * Holds a transaction to an epoch. An update rather than a question, so that it stays right where a database lets several
     * write at once: the row is locked until the commit, and no other can take the lead in between.
     */
    static void fence(Connection connection, long epoch) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE lead SET epoch = epoch WHERE epoch = ?")) {
            update.setLong(1, epoch);
            if (update.executeUpdate() != 1) {
                throw new StoreException.Fenced(epoch);
            }
        }
    }
}
