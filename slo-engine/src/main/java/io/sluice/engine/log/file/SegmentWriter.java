package io.sluice.engine.log.file;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.file.SegmentIndex.Entry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Appends to the newest segment. Not thread-safe, and of no use after a failure: open another. */
final class SegmentWriter implements AutoCloseable {
    private final Segment segment;
    private final SegmentIndex index;
    private final Output records;
    private final Output entries;

    SegmentWriter(Segment segment, SegmentIndex index, Output records, Output entries) {
        this.segment = segment;
        this.index = index;
        this.records = records;
        this.entries = entries;
    }

    /** Appends all or, if it throws, none. */
    void append(List<LogEntry> batch) throws IOException {
        List<Entry> added = new ArrayList<>(batch.size());
        for (LogEntry entry : batch) {
            long offset = segment.nextOffset() + added.size();
            boolean last = added.size() == batch.size() - 1;
            ByteBuffer front = Frame.beforeBody(offset, entry, last);
            int length = front.remaining() + entry.body().length;
            added.add(new Entry(records.end(), length, entry.receivedAtNanos(), entry.index()));
            records.put(front);
            records.put(ByteBuffer.wrap(entry.body()));
        }
        records.sync();
        index.append(entries, added);
        segment.appendedUpTo(segment.nextOffset() + added.size());
    }

    /** How large the segment is. */
    long bytes() {
        return records.end();
    }

    @Override
    public void close() throws IOException {
        try (records;
                entries) {
            // Both, whatever becomes of one.
        }
    }
}
