package io.holdfast.scheduler.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Brings a file to this program's format: one SQL file for each version, each in a transaction together with the number that
 * stands in the file's header. A file of a newer format is refused, untouched.
 */
final class Migrations {
    /** "HOLD": tells the file from any other SQLite database (the header's application id). */
    static final int APPLICATION_ID = 0x484F_4C44;

    private static final List<String> FILES = List.of("V1__jobs_allocations_events.sql", "V2__image_pins.sql");

    /** The newest format. */
    static final int VERSION = FILES.size();

    private Migrations() {}

    /** @param file for messages */
    static void run(Connection connection, String file) throws SQLException {
        int version = pragma(connection, "user_version");
        int application = pragma(connection, "application_id");
        if (version > VERSION && application == APPLICATION_ID) {
            throw new StoreException(
                    file + " has format " + version + ", above " + VERSION
                            + ", the newest this release reads: run the release that wrote it, or a copy made before",
                    null);
        }
        if (application != APPLICATION_ID && (application != 0 || version != 0 || hasTables(connection))) {
            throw new StoreException(file + " is a database of another program: name another data directory", null);
        }
        for (int next = version + 1; next <= VERSION; next++) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                for (String sql : statements(read(FILES.get(next - 1)))) {
                    statement.execute(sql);
                }
                statement.execute("PRAGMA application_id = " + APPLICATION_ID);
                statement.execute("PRAGMA user_version = " + next);
                statement.execute("COMMIT");
            }
        }
    }

    private static int pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static boolean hasTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1 FROM sqlite_schema LIMIT 1")) {
            return row.next();
        }
    }

    /** Our files end each statement with a semicolon at the end of a line, and have none there otherwise. */
    private static List<String> statements(String script) {
        return List.of(script.split(";\\s*\\n")).stream()
                .filter(sql -> !sql.isBlank())
                .toList();
    }

    private static String read(String name) {
        try (InputStream in = Migrations.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("migration " + name + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("migration " + name + " cannot be read", e);
        }
    }
}
