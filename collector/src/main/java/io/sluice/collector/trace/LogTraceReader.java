package io.sluice.collector.trace;

import io.sluice.collector.otlp.SpanFinder;
import io.sluice.collector.wire.Decompressor;
import io.sluice.engine.TraceReader;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.measure.MalformedRequestException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Finds a trace without an index: goes to where the log was at that time, and looks through the
 * records that were received shortly after. Thread-safe.
 */
public final class LogTraceReader implements TraceReader {

    /** A trace's other services may have sent before. */
    private static final Duration BEFORE = Duration.ofMinutes(1);

    /** Exporters wait, and try again for a while. */
    private static final Duration AFTER = Duration.ofMinutes(6);

    /** How many records one question may look through: seconds of work at most. */
    private static final int MAX_RECORDS = 20_000;

    /** A person reads no more spans than that. */
    private static final int MAX_SPANS = 1_000;

    private final IngestLog log;
    private final int maxBodyBytes;

    /**
     * @param maxBodyBytes what a body has at most when it is decompressed
     */
    public LogTraceReader(IngestLog log, int maxBodyBytes) {
        this.log = log;
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the trace id is not 32 hex digits
     */
    @Override
    public List<SpanView> trace(String traceId, Instant near) {
        if (traceId.length() != 32) {
            throw new IllegalArgumentException(
                    "a trace id has 32 hex digits, not " + traceId.length());
        }
        byte[] id = HexFormat.of().parseHex(traceId);
        try {
            return new Scan(id, nanos(near.minus(BEFORE)), nanos(near.plus(AFTER))).run();
        } catch (IOException e) {
            throw new UncheckedIOException("the ingest log cannot be read", e);
        }
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    /** One question. */
    private final class Scan {

        private final long fromNanos;
        private final long toNanos;
        private final Decompressor decompressor = new Decompressor(maxBodyBytes);
        private final Map<String, SpanView> spans =
                new LinkedHashMap<>(); // by id: a repeated request is in the log twice
        private final SpanFinder finder;
        private int records;

        Scan(byte[] traceId, long fromNanos, long toNanos) {
            this.fromNanos = fromNanos;
            this.toNanos = toNanos;
            this.finder = new SpanFinder(traceId, span -> spans.putIfAbsent(span.spanId(), span));
        }

        List<SpanView> run() throws IOException {
            log.read(firstReceivedAtOrAfter(fromNanos), this::look);
            return spans.values().stream()
                    .sorted(Comparator.comparing(SpanView::start))
                    .limit(MAX_SPANS)
                    .toList();
        }

        private boolean look(LogRecord record) {
            LogEntry entry = record.entry();
            try {
                finder.search(
                        entry.kind(),
                        decompressor.read(entry.encoding(), entry.body()),
                        decompressor.length());
            } catch (MalformedRequestException e) {
                // Accepted under another limit: it cannot be shown, the others can.
            }
            return ++records < MAX_RECORDS
                    && entry.receivedAtNanos() <= toNanos
                    && spans.size() < MAX_SPANS;
        }

        /**
         * Requests that run side by side are logged a little out of order, which the minute before
         * takes up.
         */
        private long firstReceivedAtOrAfter(long nanos) throws IOException {
            long low = log.firstOffset();
            long high = log.nextOffset();
            while (low < high) {
                long middle = (low + high) >>> 1;
                Optional<LogRecord> record = log.find(middle);
                if (record.isEmpty() || record.get().entry().receivedAtNanos() < nanos) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
