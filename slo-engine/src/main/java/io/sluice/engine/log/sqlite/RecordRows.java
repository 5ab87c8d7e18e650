package io.sluice.engine.log.sqlite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.log.TraceFilter;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How records lie in a segment's one table.
 *
 * <p>Plain JDBC with prepared statements, not jOOQ: there is one statement for each of a few
 * questions, and the one that appends runs for every request that is accepted.
 */
final class RecordRows {
    /** {@code user_version} of the file. */
    private static final int FORMAT = 2;

    private static final String COLUMNS =
            "log_offset, received_at, kind, source, backfill, encoding, headers, body";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private RecordRows() {}

    /** Creates the tables, or those that an older format lacks; refuses a newer format. */
    static void create(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            int format = format(statement);
            if (format == FORMAT) {
                return;
            }
            if (format > FORMAT) {
                throw new SQLException(
                        "the segment has format %d, expected %d: a newer Sluice wrote it"
                                .formatted(format, FORMAT));
            }
            if (format == 0) {
                createRecords(statement);
            }
            // Apart from the records, so that all that is searched lies side by side.
            statement.execute(
                    """
                    CREATE TABLE record_index (
                      log_offset INTEGER PRIMARY KEY,
                      first_event INTEGER NOT NULL,
                      last_event INTEGER NOT NULL,
                      traces BLOB NOT NULL
                    )""");
            statement.execute("PRAGMA user_version = " + FORMAT);
            connection.commit();
        }
    }

    private static void createRecords(Statement statement) throws SQLException {
        // The body is last: what comes before it is read without the body's pages.
        statement.execute(
                """
                    CREATE TABLE record (
                      log_offset INTEGER PRIMARY KEY,
                      received_at INTEGER NOT NULL,
                      kind TEXT NOT NULL,
                      source TEXT NOT NULL,
                      backfill INTEGER NOT NULL,
                      encoding TEXT NOT NULL,
                      headers TEXT NOT NULL,
                      body BLOB NOT NULL
                    )""");
        statement.execute("CREATE INDEX record_received_at ON record (received_at)");
    }

    private static int format(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.getInt(1);
        }
    }

    static PreparedStatement prepareInsert(Connection connection) throws SQLException {
        return connection.prepareStatement(
                "INSERT INTO record (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    }

    static void insert(PreparedStatement insert, long offset, LogEntry entry) throws SQLException {
        insert.setLong(1, offset);
        insert.setLong(2, entry.receivedAtNanos());
        insert.setString(3, entry.kind());
        insert.setString(4, entry.source());
        insert.setBoolean(5, entry.backfill());
        insert.setString(6, entry.encoding().name());
        insert.setString(7, json(entry.headers()));
        insert.setBytes(8, entry.body());
        insert.executeUpdate();
    }

    static PreparedStatement prepareInsertIndex(Connection connection) throws SQLException {
        return connection.prepareStatement(
                "INSERT INTO record_index (log_offset, first_event, last_event, traces)"
                        + " VALUES (?, ?, ?, ?)");
    }

    static void insertIndex(PreparedStatement insert, long offset, LogIndex index)
            throws SQLException {
        insert.setLong(1, offset);
        insert.setLong(2, index.firstEventNanos());
        insert.setLong(3, index.lastEventNanos());
        insert.setBytes(4, index.traces().toBytes());
        insert.executeUpdate();
    }

    static void deleteFrom(Connection connection, long offset) throws SQLException {
        for (String table : List.of("record", "record_index")) {
            try (PreparedStatement delete =
                    connection.prepareStatement(
                            "DELETE FROM " + table + " WHERE log_offset >= ?")) {
                delete.setLong(1, offset);
                delete.executeUpdate();
            }
        }
    }

    /** Indexes in {@code [from, to)}, in order, at most so many: the statement's parameters. */
    static PreparedStatement prepareSelectIndex(Connection connection) throws SQLException {
        return connection.prepareStatement(
                "SELECT log_offset, first_event, last_event, traces FROM record_index"
                        + " WHERE log_offset >= ? AND log_offset < ? ORDER BY log_offset LIMIT ?");
    }

    static LogIndex index(ResultSet row) throws SQLException {
        return new LogIndex(row.getLong(2), row.getLong(3), TraceFilter.of(row.getBytes(4)));
    }

    /** Records from an offset on, in order, at most so many: the statement's parameters. */
    static PreparedStatement prepareSelect(Connection connection) throws SQLException {
        return connection.prepareStatement(
                "SELECT "
                        + COLUMNS
                        + " FROM record WHERE log_offset >= ? ORDER BY log_offset LIMIT ?");
    }

    static LogRecord record(ResultSet row) throws SQLException {
        return new LogRecord(
                row.getLong(1),
                new LogEntry(
                        row.getString(3),
                        row.getString(4),
                        row.getBoolean(5),
                        row.getLong(2),
                        Encoding.valueOf(row.getString(6)),
                        headers(row.getString(7)),
                        row.getBytes(8)));
    }

    private static Map<String, String> headers(String json) throws SQLException {
        try {
            return JSON.readValue(json, HEADERS);
        } catch (JsonProcessingException e) {
            throw new SQLException("cannot read a record's headers", e);
        }
    }

    /** Sorted, so that equal headers are equal text. */
    private static String json(Map<String, String> headers) {
        try {
            return JSON.writeValueAsString(new TreeMap<>(headers));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings can always be written", e);
        }
    }
}
