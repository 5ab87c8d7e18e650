package io.sluice.engine.log.sqlite;

import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The log in SQLite files: each takes about a gigabyte, and retention removes whole files. A commit
 * is on disk when it returns. Thread-safe; appends take turns.
 */
public final class SqliteIngestLog implements IngestLog {
    /** The default of how large a file grows before the next is begun. */
    public static final long DEFAULT_SEGMENT_BYTES = 1L << 30;

    private final Path folder;
    private final long segmentBytes;
    private final ReentrantLock writing = new ReentrantLock();

    /** Oldest first, and never empty; the last one is appended to. */
    private final CopyOnWriteArrayList<Segment> segments;

    private @Nullable SegmentWriter writer;
    private volatile boolean closed;

    private SqliteIngestLog(Path folder, long segmentBytes, List<Segment> segments) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.segments = new CopyOnWriteArrayList<>(segments);
    }

    /**
     * Opens the log in a folder; creates both if they do not exist.
     *
     * @throws IOException if a file in it cannot be read
     */
    public static SqliteIngestLog open(Path folder, long segmentBytes) throws IOException {
        Files.createDirectories(folder);
        List<Segment> found = segments(folder);
        List<Segment> segments = found.isEmpty() ? List.of(new Segment(folder, 1)) : found;
        try {
            for (Segment segment : segments) {
                SegmentWriter.create(segment);
                segment.load();
            }
        } catch (SQLException e) {
            throw new IOException(
                    "cannot open the ingest log in " + folder + ": " + e.getMessage(), e);
        }
        return new SqliteIngestLog(folder, segmentBytes, segments);
    }

    private static List<Segment> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Segment::firstOffset)
                    .flatMapToLong(OptionalLong::stream)
                    .sorted()
                    .mapToObj(first -> new Segment(folder, first))
                    .toList();
        }
    }

    @Override
    public long append(List<LogEntry> entries) throws IOException {
        writing.lock();
        try {
            requireOpen();
            long first = nextOffset();
            writer().append(entries);
            return first;
        } catch (SQLException e) {
            abandonWriter(e);
            throw new IOException("cannot append to the ingest log: " + e.getMessage(), e);
        } finally {
            writing.unlock();
        }
    }

    /**
     * A writer with room; the first one, one for the next segment, or one in place of one that
     * failed.
     */
    private SegmentWriter writer() throws SQLException, IOException {
        SegmentWriter current = writer;
        if (current == null) {
            current = SegmentWriter.open(segments.getLast());
        } else if (current.bytes() >= segmentBytes && !segments.getLast().isEmpty()) {
            current = beginSegment();
        }
        writer = current;
        return current;
    }

    private SegmentWriter beginSegment() throws SQLException, IOException {
        Segment segment = new Segment(folder, nextOffset());
        SegmentWriter next = SegmentWriter.open(segment);
        closeWriter();
        segments.add(segment);
        return next;
    }

    /** A connection that failed once is not trusted; the next append opens another. */
    private void abandonWriter(SQLException cause) {
        try {
            closeWriter();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private void closeWriter() throws SQLException {
        SegmentWriter current = writer;
        writer = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void read(long fromOffset, Predicate<LogRecord> consumer) throws IOException {
        requireOpen();
        try {
            for (Segment segment : segments) {
                if (!segment.read(fromOffset, consumer)) {
                    return;
                }
            }
        } catch (SQLException e) {
            throw new IOException("cannot read the ingest log: " + e.getMessage(), e);
        }
    }

    @Override
    public void search(
            long fromOffset,
            long toOffset,
            Predicate<LogIndex> wanted,
            Predicate<LogRecord> consumer)
            throws IOException {
        requireOpen();
        try {
            for (Segment segment : segments) {
                if (!segment.search(fromOffset, toOffset, wanted, consumer)) {
                    return;
                }
            }
        } catch (SQLException e) {
            throw new IOException("cannot search the ingest log: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<LogRecord> find(long offset) throws IOException {
        if (offset < firstOffset()) {
            return Optional.empty();
        }
        AtomicReference<@Nullable LogRecord> found = new AtomicReference<>();
        read(
                offset,
                record -> {
                    found.set(record);
                    return false;
                });
        return Optional.ofNullable(found.get()).filter(record -> record.offset() == offset);
    }

    @Override
    public long firstOffset() {
        return segments.getFirst().firstOffset();
    }

    @Override
    public long nextOffset() {
        return segments.getLast().nextOffset();
    }

    @Override
    public long sizeBytes() {
        try {
            long size = 0;
            for (Segment segment : segments) {
                size += segment.sizeBytes();
            }
            return size;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot see how large the ingest log is", e);
        }
    }

    @Override
    public long retain(long olderThanNanos, long maxBytes, long keepFromOffset) throws IOException {
        writing.lock();
        try {
            requireOpen();
            long removed = 0;
            long size = sizeBytes();
            for (Segment oldest : segments) {
                boolean old = oldest.newestNanos() < olderThanNanos;
                if (oldest.isEmpty()
                        || oldest.nextOffset() > keepFromOffset
                        || (!old && size <= maxBytes)) {
                    break;
                }
                if (oldest == segments.getLast()) {
                    writer = beginSegment();
                }
                size -= oldest.sizeBytes();
                segments.remove(oldest);
                oldest.delete();
                removed += oldest.nextOffset() - oldest.firstOffset();
            }
            return removed;
        } catch (SQLException e) {
            throw new IOException("cannot begin a segment of the ingest log: " + e.getMessage(), e);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            closed = true;
            closeWriter();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot close the ingest log in " + folder, e);
        } finally {
            writing.unlock();
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the ingest log is closed");
        }
    }
}
