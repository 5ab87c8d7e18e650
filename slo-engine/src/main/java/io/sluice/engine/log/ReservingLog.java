package io.sluice.engine.log;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A log that leaves the last of a disk to others: counts, alerts and decisions must still be stored
 * when nothing more is taken in. Thread-safe as the log behind it.
 */
public final class ReservingLog implements IngestLog {

    private final IngestLog log;
    private final LongSupplier freeBytes;
    private final long reserve;
    private final LongAdder refused = new LongAdder();

    /**
     * @param log closed with this
     * @param freeBytes what may still be written on its disk
     * @param reserve so much stays free; 0 for nothing
     */
    public ReservingLog(IngestLog log, LongSupplier freeBytes, long reserve) {
        this.log = log;
        this.freeBytes = freeBytes;
        this.reserve = reserve;
    }

    /** How often nothing was appended for want of room, since start. */
    public long refused() {
        return refused.sum();
    }

    /** What may still be written on the disk. */
    public long freeBytes() {
        return freeBytes.getAsLong();
    }

    @Override
    public long append(List<LogEntry> entries) throws IOException {
        if (reserve > 0 && freeBytes.getAsLong() < reserve) {
            refused.increment();
            throw new IOException(
                    "the disk has less than "
                            + reserve
                            + " bytes left, which counts and alerts need");
        }
        return log.append(entries);
    }

    @Override
    public void read(long fromOffset, Predicate<LogRecord> consumer) throws IOException {
        log.read(fromOffset, consumer);
    }

    @Override
    public void search(
            long fromOffset,
            long toOffset,
            Predicate<LogIndex> wanted,
            Predicate<LogRecord> consumer)
            throws IOException {
        log.search(fromOffset, toOffset, wanted, consumer);
    }

    @Override
    public Optional<LogRecord> find(long offset) throws IOException {
        return log.find(offset);
    }

    @Override
    public long firstOffset() {
        return log.firstOffset();
    }

    @Override
    public long nextOffset() {
        return log.nextOffset();
    }

    @Override
    public long sizeBytes() {
        return log.sizeBytes();
    }

    @Override
    public long retain(long olderThanNanos, long maxBytes, long keepFromOffset) throws IOException {
        return log.retain(olderThanNanos, maxBytes, keepFromOffset);
    }

    @Override
    public void close() {
        log.close();
    }
}
