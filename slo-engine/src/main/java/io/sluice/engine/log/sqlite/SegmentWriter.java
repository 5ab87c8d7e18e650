package io.sluice.engine.log.sqlite;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogIndex;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Appends to the newest segment. Not thread-safe, and of no use after a failure: open another. */
final class SegmentWriter implements AutoCloseable {
    /** Bodies have tens of kilobytes: large pages keep their chains short. */
    private static final int PAGE_SIZE = 16384;

    /** 16 MiB: more would make the pauses longer, less would write more pages twice. */
    private static final int CHECKPOINT_PAGES = 1024;

    private final Segment segment;
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement insertIndex;
    private long bytes;

    private SegmentWriter(
            Segment segment,
            Connection connection,
            PreparedStatement insert,
            PreparedStatement insertIndex,
            long bytes) {
        this.segment = segment;
        this.connection = connection;
        this.insert = insert;
        this.insertIndex = insertIndex;
        this.bytes = bytes;
    }

    /**
     * Makes sure that a segment can be read: it may be new, or the process was killed as it was
     * begun.
     */
    static void create(Segment segment) throws SQLException {
        try (Connection connection = connect(segment)) {
            RecordRows.create(connection);
        }
    }

    /**
     * Opens a segment that is new or loaded, and takes back what a failed append may have left in
     * it.
     */
    static SegmentWriter open(Segment segment) throws SQLException, IOException {
        Connection connection = connect(segment);
        try {
            RecordRows.create(connection);
            RecordRows.deleteFrom(connection, segment.nextOffset());
            connection.commit();
            long bytes = segment.isEmpty() ? 0 : segment.sizeBytes();
            return new SegmentWriter(
                    segment,
                    connection,
                    RecordRows.prepareInsert(connection),
                    RecordRows.prepareInsertIndex(connection),
                    bytes);
        } catch (SQLException | IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection connect(Segment segment) throws SQLException {
        return segment.file().openForWriting(PAGE_SIZE, CHECKPOINT_PAGES);
    }

    /** Appends all or, if it throws, none. */
    void append(List<LogEntry> entries) throws SQLException {
        long offset = segment.nextOffset();
        for (LogEntry entry : entries) {
            RecordRows.insert(insert, offset, entry);
            if (!entry.index().equals(LogIndex.NONE)) {
                RecordRows.insertIndex(insertIndex, offset, entry.index());
            }
            offset++;
            bytes += entry.body().length;
        }
        connection.commit();
        segment.appended(entries, offset);
    }

    /** For tests: beyond so many pages the disk is full. */
    void limitPages(int pages) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + pages);
        }
    }

    /** About how large the segment is. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
