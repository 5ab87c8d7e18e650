package io.sluice.engine.log.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.log.TraceFilter;
import io.sluice.engine.sqlite.SqliteFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Folders as earlier versions left them. */
final class SqliteSegmentsTest {
    private static final byte[] TRACE = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    @TempDir Path folder;

    @Test
    void bothFormats_areCarriedOver_andTheLogGoesOn() throws Exception {
        write(1, 1, 2);
        write(2, 3, 5);
        write(2, 6, 5);

        try (IngestLog log = FileIngestLog.open(folder, 1 << 20)) {
            assertThat(log.firstOffset()).isEqualTo(1);
            assertThat(log.append(List.of(entry(6)))).isEqualTo(6);
            List<LogRecord> records = new ArrayList<>();
            log.read(1, records::add);
            assertThat(records)
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("entry.index")
                    .containsExactlyElementsOf(
                            Stream.of(1L, 2L, 3L, 4L, 5L, 6L)
                                    .map(offset -> new LogRecord(offset, entry(offset)))
                                    .toList());
            List<LogRecord> found = new ArrayList<>();
            log.search(1, 6, index -> index.traces().mayContain(TRACE), found::add);
            assertThat(found).extracting(LogRecord::offset).containsExactly(3L, 4L, 5L);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains(".db") || name.equals("carried-over"));
        }
    }

    @Test
    void processKilledMeanwhile_beginsAgainWithTheOneItWasAt() throws Exception {
        write(2, 1, 2);
        write(2, 3, 4);
        FileIngestLog.open(folder, 1 << 20).close();
        // The first was written and not yet removed, the second is half done.
        Path scratch = Files.createDirectory(folder.resolve("carried-over"));
        Path second = folder.resolve("segment-%019d.log".formatted(3));
        Files.move(second, scratch.resolve(second.getFileName()));
        write(2, 1, 2);
        write(2, 3, 4);

        try (IngestLog log = FileIngestLog.open(folder, 1 << 20)) {
            List<LogRecord> records = new ArrayList<>();
            log.read(1, records::add);
            assertThat(records).extracting(LogRecord::offset).containsExactly(1L, 2L, 3L, 4L);
        }
    }

    @Test
    void whatIsMissingOrUnknown_isTold_andNothingIsRemoved() throws Exception {
        write(2, 1, 4);
        try (Connection connection = open(1);
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM record WHERE log_offset = 2");
        }
        assertThatThrownBy(() -> FileIngestLog.open(folder, 1 << 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(".db goes on with record 3, expected 2");

        try (Connection connection = open(1);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 9");
        }
        assertThatThrownBy(() -> FileIngestLog.open(folder, 1 << 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has format 9, expected at most 2");
        assertThat(folder.resolve("segment-%019d.db".formatted(1))).exists();
    }

    private Connection open(long first) throws SQLException {
        return new SqliteFile(folder.resolve("segment-%019d.db".formatted(first)))
                .openForWriting(16384, 1024);
    }

    private void write(int format, long first, long last) throws SQLException {
        try (Connection connection = open(first);
                Statement statement = connection.createStatement()) {
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
            if (format > 1) {
                statement.execute(
                        """
                        CREATE TABLE record_index (
                          log_offset INTEGER PRIMARY KEY,
                          first_event INTEGER NOT NULL,
                          last_event INTEGER NOT NULL,
                          traces BLOB NOT NULL
                        )""");
            }
            statement.execute("PRAGMA user_version = " + format);
            for (long offset = first; offset <= last; offset++) {
                insert(connection, offset);
                if (format > 1) {
                    insertIndex(connection, offset);
                }
            }
        }
    }

    private static void insert(Connection connection, long offset) throws SQLException {
        LogEntry entry = entry(offset);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setLong(1, offset);
            insert.setLong(2, entry.receivedAtNanos());
            insert.setString(3, entry.kind());
            insert.setString(4, entry.source());
            insert.setBoolean(5, entry.backfill());
            insert.setString(6, entry.encoding().name());
            insert.setString(7, "{\"job\":\"shop \\\"é\\\"\"}");
            insert.setBytes(8, entry.body());
            insert.executeUpdate();
        }
    }

    private static void insertIndex(Connection connection, long offset) throws SQLException {
        LogIndex index = entry(offset).index();
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO record_index VALUES (?, ?, ?, ?)")) {
            insert.setLong(1, offset);
            insert.setLong(2, index.firstEventNanos());
            insert.setLong(3, index.lastEventNanos());
            insert.setBytes(4, index.traces().toBytes());
            insert.executeUpdate();
        }
    }

    private static LogEntry entry(long offset) {
        TraceFilter.Builder ids = new TraceFilter.Builder();
        ids.add(TRACE, 0);
        return new LogEntry(
                "otlp-traces",
                "checkout",
                offset % 2 == 0,
                1_000 * offset,
                Encoding.values()[(int) (offset % Encoding.values().length)],
                Map.of("job", "shop \"é\""),
                new byte[(int) offset],
                new LogIndex(offset, offset + 1, ids.build()));
    }
}
