package io.sluice.engine.log;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The append-only log of everything accepted. One thread appends; any thread reads.
 *
 * <p>Offsets start at 1 and rise by one per record, over restarts too. What {@link #append}
 * returned for is on disk: it survives the kill of the process and the loss of power.
 */
public interface IngestLog extends AutoCloseable {

    /**
     * Appends all entries or none, in order, durable on return.
     *
     * @return the offset of the first
     * @throws IOException if the disk is full or the log is closed; the caller may try again later
     */
    long append(List<LogEntry> entries) throws IOException;

    /**
     * Reads records in offset order from {@code fromOffset} (or the oldest that is kept, if later)
     * until the end or until {@code consumer} returns false. Records appended meanwhile may or may
     * not be seen.
     */
    void read(long fromOffset, Predicate<LogRecord> consumer) throws IOException;

    /**
     * Reads the records in {@code [fromOffset, toOffset)} whose index is {@code wanted}, in offset
     * order, until {@code consumer} returns false. Others are not read, only their indexes are; one
     * without an index ({@link LogIndex#NONE}) is never found.
     */
    void search(
            long fromOffset,
            long toOffset,
            Predicate<LogIndex> wanted,
            Predicate<LogRecord> consumer)
            throws IOException;

    /** The record at this offset, while it is kept. */
    Optional<LogRecord> find(long offset) throws IOException;

    /** The oldest offset that is kept, or {@link #nextOffset()} if the log is empty. */
    long firstOffset();

    /** The offset that the next record will get. */
    long nextOffset();

    /** Bytes on disk. */
    long sizeBytes();

    /**
     * Removes whole segments whose newest record was received before {@code olderThanNanos}, or,
     * oldest first, while the log is larger than {@code maxBytes}; never a record at or after
     * {@code keepFromOffset}.
     *
     * @return how many records were removed
     */
    long retain(long olderThanNanos, long maxBytes, long keepFromOffset) throws IOException;

    @Override
    void close();
}
