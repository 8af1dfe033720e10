package io.holdfast.scheduler.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/** Opens SQLite so that what is committed survives a kill and a loss of power. */
final class Connections {
    private Connections() {}

    /** The one that writes. Write-ahead log, because readers then never wait for it. */
    static Connection writer(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(StoreLimits.BUSY_TIMEOUT_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            try (ResultSet mode = statement.executeQuery("PRAGMA journal_mode = WAL")) {
                if (!mode.next() || !"wal".equalsIgnoreCase(mode.getString(1))) {
                    throw new StoreException(
                            "the file system of " + file
                                    + " cannot share memory between connections (SQLite's write-ahead"
                                    + " log needs it): put the data directory on a local disk",
                            null);
                }
            }
            // FULL: the log is on disk before COMMIT returns; NORMAL would lose acknowledged commits with the power
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA journal_size_limit = " + StoreLimits.MAX_IDLE_LOG_BYTES);
            return connection;
        } catch (SQLException | RuntimeException e) {
            closeQuietly(connection, e);
            throw e;
        }
    }

    static Connection reader(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(StoreLimits.BUSY_TIMEOUT_MILLIS);
        config.setReadOnly(true);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** Reads a file of moderate size through; damage is better found now than in the middle of the work. */
    static void check(Connection connection, Path file) throws SQLException, IOException {
        if (Files.size(file) > StoreLimits.MAX_CHECKED_BYTES) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
            String found = row.next() ? row.getString(1) : "nothing";
            if (!"ok".equals(found)) {
                throw new StoreException(
                        file + " is damaged (" + found.lines().findFirst().orElse("") + "): put a copy in its place,"
                                + " or move it away",
                        null);
            }
        }
    }

    static void closeQuietly(Connection connection, Exception because) {
        try {
            connection.close();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }
}
