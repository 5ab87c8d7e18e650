package io.sluice.engine.fold;

import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesTable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Counts measures that came in force after records were logged, over these records, from the log's
 * start. It has counts of its own beside those that go on live; when it has come to where apply is,
 * {@link Fold#finish} puts its counts in the place of what apply has counted of the same measures
 * since they came in force. So every record is counted once, and the result is what it would be if
 * the measures had been in force from the log's start.
 *
 * <p>One thread calls {@link #approach}, and after it has returned true, only the apply thread
 * touches this. What it says of its progress is for any thread. Nothing of it is stored: after a
 * restart it begins again.
 */
public final class Retroactive {
    /** So near, apply can do the rest without being held up noticeably. */
    private static final int NEAR = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Retroactive.class);

    private final IngestLog log;
    private final MeasurePlan plan;
    private final String definitions;
    private final Extractor extractor;
    private final Ledger ledger;
    private final long firstOffset;
    private long sinceNanos;
    private volatile long offset;
    private volatile boolean near;

    /**
     * @param plan only what is counted here
     * @param definitions the digest of the whole set that asks for it
     * @param limits that hold at the log's start
     */
    Retroactive(
            IngestLog log,
            MeasurePlan plan,
            String definitions,
            Extractor.Factory extractors,
            Fold.Limits limits) {
        this.log = log;
        this.plan = plan;
        this.definitions = definitions;
        this.extractor = extractors.compile(plan);
        this.firstOffset = log.firstOffset();
        this.offset = firstOffset - 1;
        this.ledger = new Ledger(new SeriesTable(), limits, measure -> sinceNanos);
        ledger.use(plan);
    }

    /**
     * Counts until it is near to where apply is, or told to stop.
     *
     * @param applied {@link Fold#appliedOffset}
     * @return whether it is near
     * @throws IOException if the log cannot be read
     */
    public boolean approach(LongSupplier applied, BooleanSupplier stop) throws IOException {
        for (long end = applied.getAsLong();
                !stop.getAsBoolean() && end - offset > NEAR;
                end = applied.getAsLong()) {
            read(end, stop);
        }
        near = !stop.getAsBoolean();
        return near;
    }

    /** Whether it may take its place: a record of {@link LogEntry#COUNTED} says where. */
    public boolean isNear() {
        return near;
    }

    /** The digest of the definition set that asks for it; under another, it is not wanted. */
    public String definitions() {
        return definitions;
    }

    /** Counts up to this offset. */
    void complete(long end) throws IOException {
        if (offset < end) {
            read(end, () -> false);
        }
    }

    private void read(long end, BooleanSupplier stop) throws IOException {
        long before = offset;
        log.read(
                offset + 1,
                record -> {
                    take(record);
                    return offset < end && !stop.getAsBoolean();
                });
        if (offset == before && !stop.getAsBoolean()) {
            throw new IOException("the log has no record after offset " + offset);
        }
    }

    private void take(LogRecord record) {
        LogEntry entry = record.entry();
        if (offset < firstOffset) {
            sinceNanos = entry.receivedAtNanos();
        }
        ledger.tick(entry);
        if (entry.kind().equals(LogEntry.LIMITS)) {
            ledger.use(OwnRecord.limits(entry));
        } else if (OwnRecord.isRequest(entry)) {
            try {
                ledger.take(extractor.extract(entry), record);
            } catch (MalformedRequestException | RuntimeException e) {
                // Apply had the same trouble with it, and counted that.
                LOG.debug("The log's record {} cannot be read any more", record.offset(), e);
            }
        }
        offset = record.offset();
    }

    Ledger ledger() {
        return ledger;
    }

    /** The ids of what is counted. */
    public Set<String> measures() {
        return plan.ids();
    }

    /**
     * How much has been looked through, 0 to 1.
     *
     * @param applied {@link Fold#appliedOffset}
     */
    public double progress(long applied) {
        return (offset - firstOffset + 1.0) / Math.max(1, applied - firstOffset + 1);
    }

    /** When the first record was received, by the log's clock. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** Where it began. */
    public long firstOffset() {
        return firstOffset;
    }

    /** Up to where it has come; records after this one are still needed. */
    public long offset() {
        return offset;
    }
}
