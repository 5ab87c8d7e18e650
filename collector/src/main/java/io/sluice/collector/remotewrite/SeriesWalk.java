package io.sluice.collector.remotewrite;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.StreamDigest;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.prometheus.CumulativeBuckets;
import io.sluice.collector.prometheus.MetricNames;
import io.sluice.collector.prometheus.NativeHistogram;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One walk over the series of a request. Allocates nothing for a sample, and something for a
 * classic histogram that a measure wants as a whole.
 */
final class SeriesWalk {

    /** What an answer counts, beside each other. */
    static final String SAMPLES = "samples";

    static final String HISTOGRAMS = "histograms";
    static final String EXEMPLARS = "exemplars";

    private static final byte[] SERVICE = "service.name".getBytes(StandardCharsets.UTF_8);
    private static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;
    private static final int GAUGE_RESET = 3;

    private static final int SAMPLE_VALUE = 1 << 3 | ProtoCursor.FIXED64;
    private static final int SAMPLE_TIMESTAMP = 2 << 3 | ProtoCursor.VARINT;
    private static final int SAMPLE_START = 3 << 3 | ProtoCursor.VARINT;

    private static final int COUNT_INT = 1 << 3 | ProtoCursor.VARINT;
    private static final int COUNT_FLOAT = 2 << 3 | ProtoCursor.FIXED64;
    private static final int SUM = 3 << 3 | ProtoCursor.FIXED64;
    private static final int SCHEMA = 4 << 3 | ProtoCursor.VARINT;
    private static final int ZERO_THRESHOLD = 5 << 3 | ProtoCursor.FIXED64;
    private static final int ZERO_COUNT_INT = 6 << 3 | ProtoCursor.VARINT;
    private static final int ZERO_COUNT_FLOAT = 7 << 3 | ProtoCursor.FIXED64;
    private static final int NEGATIVE_SPAN = 8 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int NEGATIVE_DELTA = 9 << 3 | ProtoCursor.VARINT;
    private static final int NEGATIVE_DELTAS = 9 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int NEGATIVE_COUNT = 10 << 3 | ProtoCursor.FIXED64;
    private static final int NEGATIVE_COUNTS = 10 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int POSITIVE_SPAN = 11 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int POSITIVE_DELTA = 12 << 3 | ProtoCursor.VARINT;
    private static final int POSITIVE_DELTAS = 12 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int POSITIVE_COUNT = 13 << 3 | ProtoCursor.FIXED64;
    private static final int POSITIVE_COUNTS = 13 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int RESET_HINT = 14 << 3 | ProtoCursor.VARINT;
    private static final int TIMESTAMP = 15 << 3 | ProtoCursor.VARINT;
    private static final int CUSTOM_VALUE = 16 << 3 | ProtoCursor.FIXED64;
    private static final int CUSTOM_VALUES = 16 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int START_TIMESTAMP = 17 << 3 | ProtoCursor.VARINT;

    private final ProtoCursor cursor;
    private final SeriesReader reader;
    private final Accumulator into;
    private final Series series;
    private final StreamDigest stream = new StreamDigest();
    private final NativeHistogram histogram = new NativeHistogram();
    private final Map<Extract.Identity, Family> families = new LinkedHashMap<>();
    private long samples;
    private long histograms;
    private long exemplars;

    // The resource at hand.
    private int service = -1;
    private int serviceLength = -1;

    // The item at hand.
    private long startMillis;
    private long timeMillis;
    private double value;
    private boolean gauge;

    /**
     * What of one classic histogram came so far, and where a series of it lies that says what its
     * labels are.
     */
    private record Family(int position, int limit, Map<Long, Buckets> byMillis) {}

    private record Buckets(long startNanos, CumulativeBuckets buckets) {}

    SeriesWalk(ProtoCursor cursor, SeriesReader reader, Accumulator into) {
        this.cursor = cursor;
        this.reader = reader;
        this.into = into;
        this.series = new Series(cursor.bytes());
    }

    void request() throws MalformedRequestException {
        reader.prepare();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == reader.seriesTag()) {
                int outer = cursor.enter();
                series();
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
        for (Family family : families.values()) {
            tellFamily(family);
        }
        into.tell(SAMPLES, samples);
        into.tell(HISTOGRAMS, histograms);
        into.tell(EXEMPLARS, exemplars);
    }

    private void series() throws MalformedRequestException {
        int start = cursor.position();
        series.clear();
        reader.read(series);
        if (!series.isValid()) {
            for (int i = 0; i < series.items(); i++) {
                into.reject(RejectReason.MALFORMED);
            }
            return;
        }
        exemplars += series.exemplars;
        if (series.items() > 0) {
            setResource();
            cursor.seek(start);
            items(start);
        }
    }

    private void setResource() {
        int at = series.serviceOffset();
        int length = series.serviceLength();
        byte[] bytes = cursor.bytes();
        if (length == serviceLength
                && Arrays.equals(bytes, at, at + length, bytes, service, service + length)) {
            return;
        }
        service = at;
        serviceLength = length;
        Attributes resource = into.beginResource();
        int slot = into.keys().indexOf(SERVICE, 0, SERVICE.length);
        if (length > 0 && slot >= 0) {
            resource.text(slot, bytes, at, length);
        }
        into.endResource();
    }

    private void items(int start) throws MalformedRequestException {
        boolean running = series.isRunning();
        Family family =
                running && series.isBucket() && isWanted(series.familyLength())
                        ? family(start)
                        : null;
        boolean wanted = isWanted(series.nameLength());
        series.setAttributes(into.beginEvent(), into.keys(), true);
        if (wanted) {
            series.setDigest(stream);
        }
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == reader.sampleTag()) {
                int outer = cursor.enter();
                readSample();
                cursor.leave(outer);
                sample(running, wanted, family);
            } else if (tag == reader.histogramTag()) {
                int outer = cursor.enter();
                readHistogram();
                cursor.leave(outer);
                histogram(wanted);
            } else {
                cursor.skip(tag);
            }
        }
    }

    private boolean isWanted(int nameLength) {
        byte[] bytes = cursor.bytes();
        int at = series.nameOffset();
        return into.selectMetric(bytes, at, nameLength, MetricNames.unit(bytes, at, nameLength));
    }

    private void readSample() throws MalformedRequestException {
        value = 0;
        timeMillis = 0;
        startMillis = series.createdMillis;
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case SAMPLE_VALUE -> value = Double.longBitsToDouble(cursor.fixed64());
                case SAMPLE_TIMESTAMP -> timeMillis = cursor.varint();
                case SAMPLE_START -> startMillis = cursor.varint();
                default -> cursor.skip(tag);
            }
        }
    }

    private void sample(boolean running, boolean wanted, @Nullable Family family) {
        boolean stale = Double.doubleToRawLongBits(value) == NativeHistogram.STALE_BITS;
        if (!admit(!stale && series.isHeard(value))) {
            return;
        }
        samples++;
        long timeNanos = nanos(timeMillis);
        if (wanted && !running) {
            into.value(timeNanos, value, Accumulator.ONE);
        } else if (wanted && (stale || isCount())) {
            long thousandths = stale ? 0 : Math.round(value * Accumulator.ONE);
            into.running(stream, startNanos(), timeNanos, thousandths, stale);
        }
        if (family != null && !stale) {
            family.byMillis()
                    .computeIfAbsent(
                            timeMillis,
                            _ -> new Buckets(startNanos(), new CumulativeBuckets(false)))
                    .buckets()
                    .add(series.le(), value);
        }
    }

    /** Others are values like any other; but nothing can be counted by them. */
    private boolean isCount() {
        return value >= 0 && value <= Accumulator.MAX_COUNT;
    }

    private void readHistogram() throws MalformedRequestException {
        histogram.clear();
        timeMillis = 0;
        startMillis = series.createdMillis;
        gauge = false;
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case COUNT_INT -> histogram.setCount(false, cursor.varint());
                case COUNT_FLOAT -> histogram.setCount(true, cursor.fixed64());
                case SUM -> histogram.setSum(Double.longBitsToDouble(cursor.fixed64()));
                case SCHEMA -> histogram.setSchema(cursor.varint());
                case ZERO_THRESHOLD ->
                        histogram.setZeroThreshold(Double.longBitsToDouble(cursor.fixed64()));
                case ZERO_COUNT_INT -> histogram.setZeroCount(false, cursor.varint());
                case ZERO_COUNT_FLOAT -> histogram.setZeroCount(true, cursor.fixed64());
                case NEGATIVE_SPAN -> histogram.negative().readSpan(cursor);
                case NEGATIVE_DELTA, NEGATIVE_DELTAS ->
                        histogram.negative().deltas().readVarints(cursor, tag);
                case NEGATIVE_COUNT, NEGATIVE_COUNTS ->
                        histogram.negative().counts().readFixed64(cursor, tag);
                case POSITIVE_SPAN -> histogram.positive().readSpan(cursor);
                case POSITIVE_DELTA, POSITIVE_DELTAS ->
                        histogram.positive().deltas().readVarints(cursor, tag);
                case POSITIVE_COUNT, POSITIVE_COUNTS ->
                        histogram.positive().counts().readFixed64(cursor, tag);
                case RESET_HINT -> gauge = cursor.varint() == GAUGE_RESET;
                case TIMESTAMP -> timeMillis = cursor.varint();
                case CUSTOM_VALUE, CUSTOM_VALUES ->
                        histogram.customBounds().readFixed64(cursor, tag);
                case START_TIMESTAMP -> startMillis = cursor.varint();
                default -> cursor.skip(tag);
            }
        }
    }

    /** One that is a gauge says how much there is of what at a time, which is no event. */
    private void histogram(boolean wanted) {
        boolean stale = histogram.isStale();
        if (!stale && !histogram.complete()) {
            into.reject(RejectReason.INVALID_VALUE);
        } else if (admit(!stale)) {
            histograms++;
            if (wanted && !gauge && series.type != SeriesType.GAUGE_HISTOGRAM) {
                into.runningDistribution(stream, startNanos(), nanos(timeMillis), histogram, stale);
            }
        }
    }

    private Family family(int start) {
        series.setFamilyDigest(stream);
        return families.computeIfAbsent(
                stream.identity(), _ -> new Family(start, cursor.limit(), new TreeMap<>()));
    }

    /**
     * A histogram comes bucket by bucket, and a sender may cut anywhere. What is not whole here
     * tells nothing; counts run on, so the next one that is tells of both.
     */
    private void tellFamily(Family family) throws MalformedRequestException {
        cursor.reset(cursor.bytes(), family.position(), family.limit());
        series.clear();
        reader.read(series);
        if (!series.isValid() || !series.isBucket()) {
            throw new IllegalStateException("a series is not what it was");
        }
        setResource();
        if (isWanted(series.familyLength())) {
            series.setAttributes(into.beginEvent(), into.keys(), false);
            series.setFamilyDigest(stream);
            family.byMillis()
                    .forEach(
                            (millis, part) -> {
                                if (part.buckets().isWhole()) {
                                    into.runningDistribution(
                                            stream,
                                            part.startNanos(),
                                            nanos(millis),
                                            part.buckets(),
                                            false);
                                }
                            });
        }
    }

    private boolean admit(boolean heard) {
        long nanos = nanos(timeMillis);
        return heard ? into.admit(nanos) : into.admitUnheard(nanos);
    }

    /** 0 if it is not known, or said to be after the sample. */
    private long startNanos() {
        return startMillis > 0 && startMillis <= timeMillis ? nanos(startMillis) : 0;
    }

    /** Times that no clock shows become the nearest that one does, and are refused as such. */
    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(Math.clamp(millis, 0, MAX_MILLIS));
    }
}
