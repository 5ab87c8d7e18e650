package io.sluice.engine.log.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.engine.files.OwnerOnly;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.TraceFilter;
import io.sluice.engine.sqlite.SqliteFile;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Carries over the segments of earlier versions, which were SQLite databases: each is written anew
 * as a whole before it is removed, so a process that is killed meanwhile begins that one again.
 */
final class SqliteSegments {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteSegments.class);

    static final String ENDING = ".db";

    /** The last {@code user_version} that there was; 1 had no {@code record_index}. */
    private static final int NEWEST_FORMAT = 2;

    /** What is written at once. */
    private static final int BATCH_BYTES = 4 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private SqliteSegments() {}

    /** Writes all of them anew that are in a folder, oldest first. */
    static void carryOver(Path folder) throws IOException {
        List<Long> found = FileIngestLog.firstOffsets(folder, ENDING);
        if (found.isEmpty()) {
            return;
        }
        LOG.info("writing {} files of the ingest log in {} anew, once", found.size(), folder);
        Path scratch = folder.resolve("carried-over");
        for (long first : found) {
            Segment segment = new Segment(folder, first);
            if (!Files.exists(segment.path())) {
                Files.createDirectories(scratch);
                new Segment(scratch, first).delete(); // half of one that was begun
                Segment begun = new Segment(scratch, first);
                rewrite(database(folder, first), begun);
                Files.move(begun.path(), segment.path(), StandardCopyOption.ATOMIC_MOVE);
                Files.deleteIfExists(begun.indexPath());
                OwnerOnly.syncNames(folder);
            }
            for (String side : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(Path.of(database(folder, first) + side));
            }
        }
        Files.deleteIfExists(scratch);
    }

    private static Path database(Path folder, long first) {
        return folder.resolve("segment-%019d".formatted(first) + ENDING);
    }

    /** Copies those of a folder that nobody has carried over yet. */
    static void copy(Path folder, Path copy) throws IOException {
        for (long first : FileIngestLog.firstOffsets(folder, ENDING)) {
            try {
                new SqliteFile(database(folder, first))
                        .copyTo(new SqliteFile(database(copy, first)));
            } catch (SQLException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }

    private static void rewrite(Path database, Segment segment) throws IOException {
        try (Connection connection = new SqliteFile(database).openForReading();
                Statement statement = connection.createStatement();
                SegmentWriter writer = segment.openWriter(Opener.DISK)) {
            int format = format(statement);
            if (format > NEWEST_FORMAT) {
                throw new IOException(
                        "%s has format %d, expected at most %d"
                                .formatted(database, format, NEWEST_FORMAT));
            }
            if (format == 0) {
                return; // begun when the process was killed
            }
            List<LogEntry> batch = new ArrayList<>();
            long bytes = 0;
            try (ResultSet row = statement.executeQuery(query(format))) {
                while (row.next()) {
                    requireNext(database, segment.nextOffset() + batch.size(), row.getLong(1));
                    LogEntry entry = entry(row);
                    batch.add(entry);
                    bytes += entry.body().length;
                    if (bytes >= BATCH_BYTES) {
                        writer.append(batch);
                        batch.clear();
                        bytes = 0;
                    }
                }
            }
            if (!batch.isEmpty()) {
                writer.append(batch);
            }
        } catch (SQLException e) {
            throw new IOException("cannot read " + database + ": " + e.getMessage(), e);
        }
    }

    private static int format(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.getInt(1);
        }
    }

    private static String query(int format) {
        String records =
                "SELECT record.log_offset, received_at, kind, source, backfill, encoding, headers, body, ";
        return format == 1
                ? records + "0, 0, x'' FROM record ORDER BY 1"
                : records
                        + "ifnull(first_event, 0), ifnull(last_event, 0), ifnull(traces, x'')"
                        + " FROM record LEFT JOIN record_index USING (log_offset) ORDER BY 1";
    }

    private static void requireNext(Path database, long expected, long found) throws IOException {
        if (found != expected) {
            throw new IOException(
                    "%s goes on with record %d, expected %d".formatted(database, found, expected));
        }
    }

    private static LogEntry entry(ResultSet row) throws SQLException {
        return new LogEntry(
                row.getString(3),
                row.getString(4),
                row.getBoolean(5),
                row.getLong(2),
                Encoding.valueOf(row.getString(6)),
                headers(row.getString(7)),
                row.getBytes(8),
                new LogIndex(row.getLong(9), row.getLong(10), TraceFilter.of(row.getBytes(11))));
    }

    private static Map<String, String> headers(String json) throws SQLException {
        try {
            return JSON.readValue(json, HEADERS);
        } catch (JsonProcessingException e) {
            throw new SQLException("cannot read a record's headers", e);
        }
    }
}
