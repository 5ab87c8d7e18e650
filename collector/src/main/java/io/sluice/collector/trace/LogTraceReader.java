package io.sluice.collector.trace;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.EventReader;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.otlp.TraceFinder;
import io.sluice.collector.wire.Decompressor;
import io.sluice.engine.TraceReader;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Finds traces by what the log keeps beside each record: when its events were, and a filter of the
 * traces that they are of. Only records that may hold what is wanted are read. Thread-safe.
 */
public final class LogTraceReader implements TraceReader {

    /** A trace's other services may have sent before. */
    private static final Duration BEFORE = Duration.ofMinutes(1);

    /** Traces are rarely longer. */
    private static final Duration AFTER = Duration.ofMinutes(6);

    /** A person reads no more spans or log records than that. */
    private static final int MAX_ITEMS = 1_000;

    /** How many records' indexes are looked at, at least, before the newest of them are read. */
    private static final int FEWEST_AT_A_TIME = 32;

    /** Each look at the log opens its files, so there are few of them where records are small. */
    private static final int MOST_AT_A_TIME = 4_096;

    /** Records of about so many bytes are held at a time. */
    private static final long BYTES_AT_A_TIME = 4L << 20;

    /** One good trace in so many is shown. */
    private static final int GOOD_SAMPLE = 100;

    private final IngestLog log;
    private final Extractors extractors;
    private final Redaction redaction;

    /** Reads what these extractors understand. */
    public LogTraceReader(IngestLog log, Extractors extractors, Redaction redaction) {
        this.log = log;
        this.extractors = extractors;
        this.redaction = redaction;
    }

    @Override
    public Trace trace(String traceId, Optional<Instant> near) {
        if (traceId.length() != 32) {
            throw new IllegalArgumentException(
                    "a trace id has 32 hex digits, not " + traceId.length());
        }
        byte[] id = HexFormat.of().parseHex(traceId);
        long from = near.map(at -> nanos(at.minus(BEFORE))).orElse(Long.MIN_VALUE);
        long to = near.map(at -> nanos(at.plus(AFTER))).orElse(Long.MAX_VALUE);
        try {
            return new Gathering(id).read(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException("the ingest log cannot be read", e);
        }
    }

    @Override
    public Found find(Query query) {
        try {
            return new Search(query).run();
        } catch (IOException e) {
            throw new UncheckedIOException("the ingest log cannot be read", e);
        }
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    private static boolean overlaps(LogIndex index, long fromNanos, long toNanos) {
        return index.firstEventNanos() < toNanos && index.lastEventNanos() >= fromNanos;
    }

    /**
     * The first record of events from this time on: none is received much before it happens.
     * Requests that run side by side are logged a little out of order, which the time by which
     * events may be ahead takes up.
     */
    private long firstOffsetOf(long fromNanos) throws IOException {
        long low = log.firstOffset();
        long high = log.nextOffset();
        if (fromNanos == Long.MIN_VALUE) {
            return low;
        }
        long received = fromNanos - Accumulator.MAX_FUTURE.toNanos();
        while (low < high) {
            long middle = (low + high) >>> 1;
            Optional<LogRecord> record = log.find(middle);
            if (record.isEmpty() || record.get().entry().receivedAtNanos() < received) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** One trace's spans and log records; a repeated request is in the log twice. */
    private final class Gathering {
        private final byte[] id;
        private final Map<String, SpanView> spans = new LinkedHashMap<>();
        private final Set<LogView> logs = new LinkedHashSet<>();
        private final Decompressor decompressor = extractors.decompressor();
        private final TraceFinder finder;

        Gathering(byte[] id) {
            this.id = id;
            this.finder =
                    new TraceFinder(
                            id,
                            span -> spans.putIfAbsent(span.spanId(), redacted(span)),
                            record -> logs.add(redacted(record)));
        }

        Trace read(long fromNanos, long toNanos) throws IOException {
            log.search(
                    firstOffsetOf(fromNanos),
                    log.nextOffset(),
                    index -> overlaps(index, fromNanos, toNanos) && index.traces().mayContain(id),
                    this::look);
            return new Trace(
                    spans.values().stream()
                            .sorted(Comparator.comparing(SpanView::start))
                            .limit(MAX_ITEMS)
                            .toList(),
                    logs.stream()
                            .sorted(Comparator.comparing(LogView::time))
                            .limit(MAX_ITEMS)
                            .toList());
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
            return spans.size() < MAX_ITEMS && logs.size() < MAX_ITEMS;
        }

        private SpanView redacted(SpanView span) {
            return new SpanView(
                    span.spanId(),
                    span.parentSpanId(),
                    span.service(),
                    redaction.of(span.name()),
                    span.start(),
                    span.durationNanos(),
                    span.error(),
                    redaction.of(span.attributes()));
        }

        private LogView redacted(LogView record) {
            return new LogView(
                    record.time(),
                    record.service(),
                    record.severity(),
                    redaction.of(record.body()),
                    record.spanId(),
                    redaction.of(record.attributes()));
        }
    }

    /** What one look at the log finds. */
    private static final class Batch {
        private final boolean limited;
        private final List<LogRecord> records = new ArrayList<>();
        private long bytes;

        /**
         * @param limited whether fewer records could be looked at, if these are too large
         */
        Batch(boolean limited) {
            this.limited = limited;
        }

        /** Whether more may come. */
        boolean add(LogRecord record) {
            records.add(record);
            bytes += record.entry().body().length;
            return !isTooMuch();
        }

        boolean isTooMuch() {
            return limited && bytes > 2 * BYTES_AT_A_TIME;
        }

        /** How many to look at next, after so many, if those are like these. */
        int next(int atATime) {
            long fitting = atATime * BYTES_AT_A_TIME / Math.max(1, bytes);
            return Math.clamp(Math.min(fitting, 2L * atATime), FEWEST_AT_A_TIME, MOST_AT_A_TIME);
        }
    }

    /** One page of traces; the newest records are read first, each as a whole. */
    private final class Search {
        private final Query query;
        private final long fromNanos;
        private final long toNanos;
        private final Map<String, Hit> hits = new HashMap<>();
        private final EventReader reader;
        private long bytes;

        Search(Query query) {
            this.query = query;
            this.fromNanos = nanos(query.from());
            this.toNanos = nanos(query.to());
            MeasurePlan only = query.counted().plan().only(Set.of(query.counted().measure().id()));
            this.reader = extractors.reader(only, this::event);
        }

        Found run() throws IOException {
            long first = firstOffsetOf(fromNanos);
            long end = Math.min(query.before().orElse(Long.MAX_VALUE), log.nextOffset());
            int atATime = FEWEST_AT_A_TIME;
            while (end > first) {
                long begin = Math.max(first, end - atATime);
                Batch batch = new Batch(atATime > FEWEST_AT_A_TIME);
                log.search(begin, end, index -> overlaps(index, fromNanos, toNanos), batch::add);
                if (batch.isTooMuch()) {
                    atATime = Math.max(FEWEST_AT_A_TIME, atATime / 4);
                    continue;
                }
                List<LogRecord> records = batch.records;
                for (LogRecord record : records.reversed()) {
                    if (hits.size() >= query.limit() || bytes > query.bytes()) {
                        return page(OptionalLong.of(record.offset() + 1));
                    }
                    look(record);
                }
                end = begin;
                atATime = batch.next(atATime);
            }
            return page(OptionalLong.empty());
        }

        private Found page(OptionalLong before) {
            return new Found(
                    hits.values().stream()
                            .sorted(Comparator.comparing(Hit::at).reversed())
                            .toList(),
                    before);
        }

        private void look(LogRecord record) {
            bytes += record.entry().body().length;
            try {
                reader.read(record.entry());
            } catch (MalformedRequestException e) {
                // As above.
            }
        }

        private void event(
                int measure,
                boolean good,
                byte[] bytes,
                int traceIdOffset,
                long timeNanos,
                String group,
                double value) {
            if (good != (query.outcome() == Outcome.GOOD)
                    || timeNanos < fromNanos
                    || timeNanos >= toNanos
                    || query.group().filter(wanted -> !wanted.equals(group)).isPresent()
                    || isBelow(query.atLeast(), value)
                    || (good && !isSampled(bytes, traceIdOffset))) {
                return;
            }
            String id =
                    HexFormat.of()
                            .formatHex(
                                    bytes,
                                    traceIdOffset,
                                    traceIdOffset + Accumulator.TRACE_ID_BYTES);
            hits.putIfAbsent(
                    id,
                    new Hit(
                            id,
                            Instant.ofEpochSecond(
                                    timeNanos / 1_000_000_000L, timeNanos % 1_000_000_000L),
                            group,
                            value));
        }

        /** What has no value (NaN) is below any. */
        private static boolean isBelow(OptionalDouble atLeast, double value) {
            return atLeast.isPresent() && !(value >= atLeast.getAsDouble());
        }

        /** The last seven bytes are random in every trace id (W3C Trace Context, level 2). */
        private static boolean isSampled(byte[] bytes, int offset) {
            long random = 0;
            for (int i = offset + 9; i < offset + Accumulator.TRACE_ID_BYTES; i++) {
                random = (random << Byte.SIZE) | (bytes[i] & 0xff);
            }
            return random % GOOD_SAMPLE == 0;
        }
    }
}
