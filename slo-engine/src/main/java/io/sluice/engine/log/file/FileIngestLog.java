package io.sluice.engine.log.file;

import io.sluice.engine.files.OwnerOnly;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The log in files that are appended to: each takes about a gigabyte, and retention removes whole
 * files. A batch is on disk when {@link #append} returns, and each record has a checksum that is
 * looked at whenever it is read. Thread-safe; appends take turns.
 *
 * <p>A file is records one behind the other ({@code Frame}), with an index beside it that says
 * where each one lies ({@code SegmentIndex}). After a kill or a loss of power the last file ends
 * with the last batch that was written as a whole, which may be one that was not acknowledged any
 * more.
 */
public final class FileIngestLog implements IngestLog {
    /** The default of how large a file grows before the next is begun. */
    public static final long DEFAULT_SEGMENT_BYTES = 1L << 30;

    private final Path folder;
    private final long segmentBytes;
    private final Opener opener;
    private final ReentrantLock writing = new ReentrantLock();

    /** Oldest first, and never empty; the last one is appended to. */
    private final CopyOnWriteArrayList<Segment> segments;

    private @Nullable SegmentWriter writer;
    private volatile boolean closed;

    private FileIngestLog(Path folder, long segmentBytes, Opener opener, List<Segment> segments) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.opener = opener;
        this.segments = new CopyOnWriteArrayList<>(segments);
    }

    /**
     * Opens the log in a folder, and makes the folder if it is missing. Files of an earlier version
     * are written anew, which takes as long as copying them.
     *
     * @throws IOException if a file in it cannot be read, or was written by a newer version
     */
    public static FileIngestLog open(Path folder, long segmentBytes) throws IOException {
        return open(folder, segmentBytes, Opener.DISK);
    }

    static FileIngestLog open(Path folder, long segmentBytes, Opener opener) throws IOException {
        Files.createDirectories(folder);
        try {
            SqliteSegments.carryOver(folder);
            List<Segment> found = segments(folder);
            List<Segment> segments = found.isEmpty() ? List.of(new Segment(folder, 1)) : found;
            for (int i = 0; i < segments.size() - 1; i++) {
                segments.get(i).endsAt(segments.get(i + 1).firstOffset());
            }
            segments.getLast().findEnd();
            return new FileIngestLog(folder, segmentBytes, opener, segments);
        } catch (IOException e) {
            throw new IOException(
                    "cannot open the ingest log in " + folder + ": " + e.getMessage(), e);
        }
    }

    /**
     * Copies a log, also while another process appends to it: the copy is what that one would have
     * left behind if it had been killed at a moment since this was called. On disk on return.
     *
     * @param copy a folder without a log
     * @throws IOException if a file cannot be copied, unless retention has removed it meanwhile
     */
    public static void copy(Path folder, Path copy) throws IOException {
        Files.createDirectories(copy);
        SqliteSegments.copy(folder, copy);
        for (Segment segment : segments(folder)) {
            segment.copyTo(copy);
        }
        OwnerOnly.syncNames(copy);
    }

    private static List<Segment> segments(Path folder) throws IOException {
        return firstOffsets(folder, Segment.ENDING).stream()
                .map(first -> new Segment(folder, first))
                .toList();
    }

    /** Of the segments in a folder whose files end like this, in order. */
    static List<Long> firstOffsets(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> Segment.firstOffset(file, ending))
                    .flatMapToLong(OptionalLong::stream)
                    .sorted()
                    .boxed()
                    .toList();
        }
    }

    @Override
    public long append(List<LogEntry> entries) throws IOException {
        // It would close the files; whoever interrupts hears of it when what is begun is done.
        boolean interrupted = Thread.interrupted();
        writing.lock();
        try {
            requireOpen();
            long first = nextOffset();
            if (!entries.isEmpty()) {
                writer().append(entries);
            }
            return first;
        } catch (IOException e) {
            abandonWriter(e);
            throw new IOException("cannot append to the ingest log: " + e.getMessage(), e);
        } finally {
            writing.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * A writer with room; the first one, one for the next segment, or one in place of one that
     * failed.
     */
    private SegmentWriter writer() throws IOException {
        SegmentWriter current = writer;
        if (current == null) {
            current = segments.getLast().openWriter(opener);
        } else if (current.bytes() >= segmentBytes && !segments.getLast().isEmpty()) {
            current = beginSegment();
        }
        writer = current;
        return current;
    }

    private SegmentWriter beginSegment() throws IOException {
        Segment segment = new Segment(folder, nextOffset());
        SegmentWriter next = segment.openWriter(opener);
        try {
            closeWriter();
        } catch (IOException e) {
            next.close();
            throw e;
        }
        segments.add(segment);
        return next;
    }

    /** Files of which one operation failed are not trusted; the next append opens them again. */
    private void abandonWriter(IOException cause) {
        try {
            closeWriter();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void closeWriter() throws IOException {
        SegmentWriter current = writer;
        writer = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void read(long fromOffset, Predicate<LogRecord> consumer) throws IOException {
        look(fromOffset, Long.MAX_VALUE, _ -> true, consumer);
    }

    @Override
    public void search(
            long fromOffset,
            long toOffset,
            Predicate<LogIndex> wanted,
            Predicate<LogRecord> consumer)
            throws IOException {
        Predicate<LogIndex> indexed = index -> !index.equals(LogIndex.NONE);
        look(fromOffset, toOffset, indexed.and(wanted), consumer);
    }

    private void look(
            long fromOffset,
            long toOffset,
            Predicate<LogIndex> wanted,
            Predicate<LogRecord> consumer)
            throws IOException {
        requireOpen();
        try {
            for (Segment segment : segments) {
                if (!segment.read(fromOffset, toOffset, wanted, consumer)) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new IOException("cannot read the ingest log: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<LogRecord> find(long offset) throws IOException {
        AtomicReference<@Nullable LogRecord> found = new AtomicReference<>();
        look(
                offset,
                offset + 1,
                _ -> true,
                record -> {
                    found.set(record);
                    return false;
                });
        return Optional.ofNullable(found.get());
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
                if (oldest.isEmpty() || oldest.nextOffset() > keepFromOffset) {
                    break;
                }
                if (size <= maxBytes && oldest.newestNanos() >= olderThanNanos) {
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
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the ingest log in " + folder, e);
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
