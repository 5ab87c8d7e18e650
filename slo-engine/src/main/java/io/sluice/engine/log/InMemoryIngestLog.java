package io.sluice.engine.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A log for tests and tools, gone with the process. Each record is a segment of its own.
 * Thread-safe.
 */
public final class InMemoryIngestLog implements IngestLog {
    private final List<LogRecord> records = new ArrayList<>();
    private long nextOffset = 1;
    private long sizeBytes;
    private boolean closed;

    /** An empty one. */
    public InMemoryIngestLog() {}

    @Override
    public synchronized long append(List<LogEntry> entries) throws IOException {
        requireOpen();
        long first = nextOffset;
        for (LogEntry entry : entries) {
            records.add(new LogRecord(nextOffset++, entry));
            sizeBytes += entry.body().length;
        }
        return first;
    }

    @Override
    public void read(long fromOffset, Predicate<LogRecord> consumer) throws IOException {
        for (LogRecord record : recordsFrom(fromOffset)) {
            if (!consumer.test(record)) {
                return;
            }
        }
    }

    @Override
    public void search(
            long fromOffset,
            long toOffset,
            Predicate<LogIndex> wanted,
            Predicate<LogRecord> consumer)
            throws IOException {
        for (LogRecord record : recordsFrom(fromOffset)) {
            LogIndex index = record.entry().index();
            boolean found = !index.equals(LogIndex.NONE) && wanted.test(index);
            if (record.offset() >= toOffset || (found && !consumer.test(record))) {
                return;
            }
        }
    }

    private synchronized List<LogRecord> recordsFrom(long offset) throws IOException {
        requireOpen();
        int skipped = Math.clamp(offset - firstOffset(), 0, records.size());
        return List.copyOf(records.subList(skipped, records.size()));
    }

    @Override
    public synchronized Optional<LogRecord> find(long offset) throws IOException {
        requireOpen();
        boolean kept = offset >= firstOffset() && offset < nextOffset;
        return kept ? Optional.of(records.get((int) (offset - firstOffset()))) : Optional.empty();
    }

    @Override
    public synchronized long firstOffset() {
        return nextOffset - records.size();
    }

    @Override
    public synchronized long nextOffset() {
        return nextOffset;
    }

    @Override
    public synchronized long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public synchronized long retain(long olderThanNanos, long maxBytes, long keepFromOffset)
            throws IOException {
        requireOpen();
        int removed = 0;
        while (removed < records.size()) {
            LogRecord oldest = records.get(removed);
            boolean old = oldest.entry().receivedAtNanos() < olderThanNanos;
            if (oldest.offset() >= keepFromOffset || (!old && sizeBytes <= maxBytes)) {
                break;
            }
            sizeBytes -= oldest.entry().body().length;
            removed++;
        }
        records.subList(0, removed).clear();
        return removed;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the ingest log is closed");
        }
    }
}
