package io.sluice.collector.trace;

import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A log in memory that forgot its oldest records, as retention does. */
final class ListLog implements IngestLog {

    private final List<LogRecord> records = new ArrayList<>();
    private final long firstOffset;
    private int found;
    private int read;
    private int searches;

    ListLog(long firstOffset) {
        this.firstOffset = firstOffset;
    }

    /** How many records a search has read. */
    int read() {
        return read;
    }

    /** How many searches there were. */
    int searches() {
        return searches;
    }

    /** How many records were looked at one by one. */
    int found() {
        return found;
    }

    @Override
    public long append(List<LogEntry> entries) {
        long first = nextOffset();
        entries.forEach(entry -> records.add(new LogRecord(nextOffset(), entry)));
        return first;
    }

    @Override
    public void read(long fromOffset, Predicate<LogRecord> consumer) {
        for (LogRecord record : records) {
            if (record.offset() >= fromOffset && !consumer.test(record)) {
                return;
            }
        }
    }

    @Override
    public void search(
            long fromOffset,
            long toOffset,
            Predicate<LogIndex> wanted,
            Predicate<LogRecord> consumer) {
        searches++;
        read(
                fromOffset,
                record -> {
                    if (record.offset() >= toOffset) {
                        return false;
                    }
                    if (!wanted.test(record.entry().index())) {
                        return true;
                    }
                    read++;
                    return consumer.test(record);
                });
    }

    @Override
    public Optional<LogRecord> find(long offset) {
        found++;
        return records.stream().filter(record -> record.offset() == offset).findFirst();
    }

    @Override
    public long firstOffset() {
        return firstOffset;
    }

    @Override
    public long nextOffset() {
        return firstOffset + records.size();
    }

    @Override
    public long sizeBytes() {
        return 0;
    }

    @Override
    public long retain(long olderThanNanos, long maxBytes, long keepFromOffset) {
        return 0;
    }

    @Override
    public void close() {}
}
