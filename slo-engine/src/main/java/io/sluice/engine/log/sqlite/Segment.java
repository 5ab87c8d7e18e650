package io.sluice.engine.log.sqlite;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.sqlite.SqliteFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * One file of the log: the records from one offset on, up to the next file's first. Any thread
 * reads; what is known about the records is kept by the thread that appends.
 */
final class Segment {
    /** A query holds the write-ahead log back for as long as its rows are being read. */
    private static final int ROWS_PER_QUERY = 256;

    private static final int INDEXES_PER_QUERY = 4096;

    private final SqliteFile file;
    private final long firstOffset;
    private volatile long nextOffset;
    private volatile long newestNanos = Long.MIN_VALUE;
    private volatile boolean deleted;

    /** One that exists, or will when it is opened for writing. */
    Segment(Path folder, long firstOffset) {
        this.file = new SqliteFile(folder.resolve("segment-%019d.db".formatted(firstOffset)));
        this.firstOffset = firstOffset;
        this.nextOffset = firstOffset;
    }

    /** The first offset, as a file's name tells it; empty if the file is no segment. */
    static OptionalLong firstOffset(Path file) {
        String name = file.getFileName().toString();
        return name.matches("segment-[0-9]{19}\\.db")
                ? OptionalLong.of(Long.parseLong(name.replaceAll("[^0-9]", "")))
                : OptionalLong.empty();
    }

    SqliteFile file() {
        return file;
    }

    long firstOffset() {
        return firstOffset;
    }

    long nextOffset() {
        return nextOffset;
    }

    boolean isEmpty() {
        return nextOffset == firstOffset;
    }

    /** When the newest record was received. */
    long newestNanos() {
        return newestNanos;
    }

    /** These are on disk, up to this offset: readers may see them. */
    void appended(List<LogEntry> entries, long next) {
        long newest = newestNanos;
        for (LogEntry entry : entries) {
            newest = Math.max(newest, entry.receivedAtNanos());
        }
        newestNanos = newest;
        nextOffset = next;
    }

    /** Asks the file what it holds. */
    void load() throws SQLException {
        try (Connection connection = file.openForReading();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT max(log_offset) + 1, max(received_at) FROM record")) {
            nextOffset = Math.max(firstOffset, row.getLong(1));
            newestNanos = isEmpty() ? Long.MIN_VALUE : row.getLong(2);
        }
    }

    /**
     * Reads from an offset on until the end or until the consumer has enough; tells if it wants
     * more.
     */
    boolean read(long fromOffset, Predicate<LogRecord> consumer) throws SQLException {
        long next = Math.max(fromOffset, firstOffset);
        if (next >= nextOffset) {
            return true;
        }
        try (Connection connection = file.openForReading();
                PreparedStatement select = RecordRows.prepareSelect(connection)) {
            select.setInt(2, ROWS_PER_QUERY);
            while (next < nextOffset) {
                select.setLong(1, next);
                long before = next;
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        LogRecord record = RecordRows.record(row);
                        next = record.offset() + 1;
                        if (!consumer.test(record)) {
                            return false;
                        }
                    }
                }
                if (next == before) {
                    throw new SQLException(
                            "records from offset " + next + " are missing in " + file.path());
                }
            }
            return true;
        } catch (SQLException e) {
            if (deleted) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Reads the records in {@code [fromOffset, toOffset)} whose index is wanted, until the consumer
     * has enough; tells if it wants more.
     */
    boolean search(
            long fromOffset,
            long toOffset,
            Predicate<LogIndex> wanted,
            Predicate<LogRecord> consumer)
            throws SQLException {
        long next = Math.max(fromOffset, firstOffset);
        long end = Math.min(toOffset, nextOffset);
        if (next >= end) {
            return true;
        }
        try (Connection connection = file.openForReading();
                PreparedStatement indexes = RecordRows.prepareSelectIndex(connection);
                PreparedStatement select = RecordRows.prepareSelect(connection)) {
            while (next < end) {
                List<Long> found = new ArrayList<>();
                next = lookUp(indexes, next, end, wanted, found);
                for (long offset : found) {
                    select.setLong(1, offset);
                    select.setInt(2, 1);
                    try (ResultSet row = select.executeQuery()) {
                        if (row.next() && !consumer.test(RecordRows.record(row))) {
                            return false;
                        }
                    }
                }
            }
            return true;
        } catch (SQLException e) {
            if (deleted) {
                return true;
            }
            throw e;
        }
    }

    /** Adds wanted offsets, and returns where to look on. */
    private static long lookUp(
            PreparedStatement indexes,
            long from,
            long end,
            Predicate<LogIndex> wanted,
            List<Long> found)
            throws SQLException {
        indexes.setLong(1, from);
        indexes.setLong(2, end);
        indexes.setInt(3, INDEXES_PER_QUERY);
        int rows = 0;
        long last = end;
        try (ResultSet row = indexes.executeQuery()) {
            while (row.next()) {
                rows++;
                last = row.getLong(1);
                if (wanted.test(RecordRows.index(row))) {
                    found.add(last);
                }
            }
        }
        return rows < INDEXES_PER_QUERY ? end : last + 1;
    }

    long sizeBytes() throws IOException {
        return size(file.path()) + size(beside("-wal"));
    }

    private static long size(Path path) throws IOException {
        try {
            return Files.size(path);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** Removes the file. Who is reading it goes on, or finds the segment's end early. */
    void delete() throws IOException {
        deleted = true;
        for (Path path : List.of(file.path(), beside("-wal"), beside("-shm"))) {
            Files.deleteIfExists(path);
        }
    }

    private Path beside(String suffix) {
        return file.path().resolveSibling(file.path().getFileName() + suffix);
    }
}
