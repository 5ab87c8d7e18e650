package io.sluice.collector.otlp;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Distribution;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.collector.extract.StreamDigest;
import io.sluice.collector.extract.StreamDigest.Level;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

/**
 * Reads {@code ExportMetricsServiceRequest} off the wire. What a point contributes depends on what
 * its metric is:
 *
 * <ul>
 *   <li>a gauge, or a cumulative sum that may fall: one event with a value;
 *   <li>a delta sum: its increase, shared out over the time that it says;
 *   <li>a cumulative sum that only rises: an observation, which apply turns into an increase;
 *   <li>a histogram of either kind: its values as counted in buckets, delta or cumulative;
 *   <li>a summary: nothing, its quantiles cannot be added up.
 * </ul>
 */
public final class MetricsDecoder extends OtlpDecoder {

    /** Of log entries with protobuf bodies. */
    public static final String KIND = "otlp-metrics";

    /** What an item is called: a data point. */
    public static final String SIGNAL = "metrics";

    /** Makes the one that is needed. */
    public MetricsDecoder() {
        super(KIND, SIGNAL);
    }

    @Override
    ResourceWalk walk(LogEntry entry, ProtoCursor cursor, Accumulator into) {
        return new Walk(cursor, into);
    }

    private static final class Walk extends ResourceWalk {

        private static final int SCOPE_METRICS_SCOPE = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;

        private static final int METRIC_NAME = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int METRIC_UNIT = 3 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int METRIC_GAUGE = 5 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int METRIC_SUM = 7 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int METRIC_HISTOGRAM = 9 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int METRIC_EXPONENTIAL_HISTOGRAM =
                10 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int METRIC_SUMMARY = 11 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int NO_DATA = 0;

        // The same in all kinds of metric that have them.
        private static final int DATA_POINTS = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int DATA_TEMPORALITY = 2 << 3 | ProtoCursor.VARINT;
        private static final int DATA_IS_MONOTONIC = 3 << 3 | ProtoCursor.VARINT;
        private static final int DELTA = 1;
        private static final int CUMULATIVE = 2;

        // The same in all kinds of point.
        private static final int POINT_START = 2 << 3 | ProtoCursor.FIXED64;
        private static final int POINT_TIME = 3 << 3 | ProtoCursor.FIXED64;

        private static final int NUMBER_AS_DOUBLE = 4 << 3 | ProtoCursor.FIXED64;
        private static final int NUMBER_AS_INT = 6 << 3 | ProtoCursor.FIXED64;
        private static final int NUMBER_ATTRIBUTES = 7 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int NUMBER_FLAGS = 8 << 3 | ProtoCursor.VARINT;

        private static final int HISTOGRAM_COUNT = 4 << 3 | ProtoCursor.FIXED64;
        private static final int HISTOGRAM_BUCKET_COUNT = 6 << 3 | ProtoCursor.FIXED64;
        private static final int HISTOGRAM_BUCKET_COUNTS = 6 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int HISTOGRAM_BOUND = 7 << 3 | ProtoCursor.FIXED64;
        private static final int HISTOGRAM_BOUNDS = 7 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int HISTOGRAM_ATTRIBUTES = 9 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int HISTOGRAM_FLAGS = 10 << 3 | ProtoCursor.VARINT;

        private static final int EXPONENTIAL_ATTRIBUTES = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int EXPONENTIAL_COUNT = 4 << 3 | ProtoCursor.FIXED64;
        private static final int EXPONENTIAL_SCALE = 6 << 3 | ProtoCursor.VARINT;
        private static final int EXPONENTIAL_ZERO_COUNT = 7 << 3 | ProtoCursor.FIXED64;
        private static final int EXPONENTIAL_POSITIVE = 8 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int EXPONENTIAL_NEGATIVE = 9 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int EXPONENTIAL_FLAGS = 10 << 3 | ProtoCursor.VARINT;
        private static final int EXPONENTIAL_ZERO_THRESHOLD = 14 << 3 | ProtoCursor.FIXED64;
        private static final int BUCKETS_OFFSET = 1 << 3 | ProtoCursor.VARINT;
        private static final int BUCKETS_COUNT = 2 << 3 | ProtoCursor.VARINT;
        private static final int BUCKETS_COUNTS = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;

        private static final int FLAG_NO_RECORDED_VALUE = 1;

        private final StreamDigest scope = new StreamDigest();
        private final StreamDigest stream = new StreamDigest();
        private final ExplicitHistogram explicit = new ExplicitHistogram();
        private final ExponentialHistogram exponential = new ExponentialHistogram();

        // The metric at hand.
        private int name;
        private int nameLength;
        private int dataTag;
        private long temporality;
        private boolean monotonic;
        private boolean wanted;

        // The point at hand.
        private long startNanos;
        private long timeNanos;
        private boolean stale;
        private int valueTag;
        private long valueBits;

        Walk(ProtoCursor cursor, Accumulator into) {
            super(cursor, into);
        }

        @Override
        void beginResource() {
            // Which measures want its points is known by their names.
        }

        /** The scope is part of what tells streams apart, and may come after the metrics. */
        @Override
        void beginScope() throws MalformedRequestException {
            int start = cursor.position();
            scope.set(resources.digest());
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                if (tag == SCOPE_METRICS_SCOPE) {
                    int length = cursor.length();
                    scope.add(Level.SCOPE, cursor.bytes(), cursor.position(), length);
                    cursor.advance(length);
                } else {
                    cursor.skip(tag);
                }
            }
            cursor.seek(start);
        }

        /**
         * Reads everything about a metric but its points, then those. Of several kinds of data the
         * last one counts, as protobuf has it for a oneof; parts of the same kind are one.
         */
        @Override
        void item() throws MalformedRequestException {
            name = cursor.position();
            nameLength = 0;
            dataTag = NO_DATA;
            SourceUnit unit = SourceUnit.OTHER;
            int data = cursor.position();
            while (cursor.hasNext()) {
                int field = cursor.position();
                int tag = cursor.tag();
                switch (tag) {
                    case METRIC_NAME -> {
                        nameLength = cursor.length();
                        name = cursor.position();
                        cursor.advance(nameLength);
                    }
                    case METRIC_UNIT -> {
                        int length = cursor.length();
                        unit = SourceUnit.of(cursor.bytes(), cursor.position(), length);
                        cursor.advance(length);
                    }
                    case METRIC_GAUGE,
                            METRIC_SUM,
                            METRIC_HISTOGRAM,
                            METRIC_EXPONENTIAL_HISTOGRAM,
                            METRIC_SUMMARY -> {
                        if (tag != dataTag) {
                            dataTag = tag;
                            data = field;
                            temporality = 0;
                            monotonic = false;
                        }
                        describeData();
                    }
                    default -> cursor.skip(tag);
                }
            }
            if (dataTag != NO_DATA) {
                wanted = into.selectMetric(cursor.bytes(), name, nameLength, unit);
                cursor.seek(data);
                points();
            }
        }

        private void describeData() throws MalformedRequestException {
            int outer = cursor.enter();
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                switch (tag) {
                    case DATA_TEMPORALITY -> temporality = cursor.varint();
                    case DATA_IS_MONOTONIC -> monotonic = cursor.varint() != 0;
                    default -> cursor.skip(tag);
                }
            }
            cursor.leave(outer);
        }

        private void points() throws MalformedRequestException {
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                if (tag == dataTag) {
                    int outer = cursor.enter();
                    while (cursor.hasNext()) {
                        int field = cursor.tag();
                        if (field == DATA_POINTS) {
                            int data = cursor.enter();
                            point();
                            cursor.leave(data);
                        } else {
                            cursor.skip(field);
                        }
                    }
                    cursor.leave(outer);
                } else {
                    cursor.skip(tag);
                }
            }
        }

        private void point() throws MalformedRequestException {
            startNanos = 0;
            timeNanos = 0;
            stale = false;
            Attributes event = into.beginEvent();
            if (wanted) {
                stream.set(scope);
                stream.add(Level.METRIC, cursor.bytes(), name, nameLength);
            }
            switch (dataTag) {
                case METRIC_HISTOGRAM -> {
                    readHistogram(event);
                    distribution(explicit, explicit.isValid());
                }
                case METRIC_EXPONENTIAL_HISTOGRAM -> {
                    readExponential(event);
                    distribution(exponential, exponential.isValid());
                }
                case METRIC_SUMMARY -> {
                    readNumber(event); // of which it has the times
                    admit();
                }
                default -> {
                    readNumber(event);
                    if (dataTag == METRIC_GAUGE) {
                        gauge();
                    } else {
                        sum();
                    }
                }
            }
        }

        private void readAttribute(Attributes event, int tag) throws MalformedRequestException {
            if (wanted) {
                attributes.read(event, stream, Level.POINT);
            } else {
                cursor.skip(tag);
            }
        }

        private void readNumber(Attributes event) throws MalformedRequestException {
            valueTag = NO_DATA;
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                switch (tag) {
                    case POINT_START -> startNanos = cursor.fixed64();
                    case POINT_TIME -> timeNanos = cursor.fixed64();
                    case NUMBER_AS_DOUBLE, NUMBER_AS_INT -> {
                        valueTag = tag;
                        valueBits = cursor.fixed64();
                    }
                    case NUMBER_ATTRIBUTES -> readAttribute(event, tag);
                    case NUMBER_FLAGS -> stale = (cursor.varint() & FLAG_NO_RECORDED_VALUE) != 0;
                    default -> cursor.skip(tag);
                }
            }
        }

        private void readHistogram(Attributes event) throws MalformedRequestException {
            explicit.clear();
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                switch (tag) {
                    case POINT_START -> startNanos = cursor.fixed64();
                    case POINT_TIME -> timeNanos = cursor.fixed64();
                    case HISTOGRAM_COUNT -> explicit.setCount(cursor.fixed64());
                    case HISTOGRAM_BUCKET_COUNT, HISTOGRAM_BUCKET_COUNTS ->
                            explicit.counts().readFixed64(cursor, tag);
                    case HISTOGRAM_BOUND, HISTOGRAM_BOUNDS ->
                            explicit.bounds().readFixed64(cursor, tag);
                    case HISTOGRAM_ATTRIBUTES -> readAttribute(event, tag);
                    case HISTOGRAM_FLAGS -> stale = (cursor.varint() & FLAG_NO_RECORDED_VALUE) != 0;
                    default -> cursor.skip(tag);
                }
            }
        }

        private void readExponential(Attributes event) throws MalformedRequestException {
            exponential.clear();
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                switch (tag) {
                    case POINT_START -> startNanos = cursor.fixed64();
                    case POINT_TIME -> timeNanos = cursor.fixed64();
                    case EXPONENTIAL_COUNT -> exponential.setCount(cursor.fixed64());
                    case EXPONENTIAL_SCALE -> exponential.setScale(zigZag(cursor.varint()));
                    case EXPONENTIAL_ZERO_COUNT -> exponential.setZeroCount(cursor.fixed64());
                    case EXPONENTIAL_ZERO_THRESHOLD ->
                            exponential.setZeroThreshold(Double.longBitsToDouble(cursor.fixed64()));
                    case EXPONENTIAL_POSITIVE -> readBuckets(exponential.positive());
                    case EXPONENTIAL_NEGATIVE -> readBuckets(exponential.negative());
                    case EXPONENTIAL_ATTRIBUTES -> readAttribute(event, tag);
                    case EXPONENTIAL_FLAGS ->
                            stale = (cursor.varint() & FLAG_NO_RECORDED_VALUE) != 0;
                    default -> cursor.skip(tag);
                }
            }
        }

        private void readBuckets(ExponentialHistogram.Buckets buckets)
                throws MalformedRequestException {
            int outer = cursor.enter();
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                switch (tag) {
                    case BUCKETS_OFFSET -> buckets.setOffset(zigZag(cursor.varint()));
                    case BUCKETS_COUNT, BUCKETS_COUNTS -> buckets.counts().readVarints(cursor, tag);
                    default -> cursor.skip(tag);
                }
            }
            cursor.leave(outer);
        }

        private static int zigZag(long varint) {
            int bits = (int) varint;
            return bits >>> 1 ^ -(bits & 1);
        }

        private void gauge() {
            if (!stale && valueTag == NO_DATA) {
                reject(RejectReason.INVALID_VALUE);
            } else if (admit() && wanted && !stale) {
                into.value(timeNanos, value(), Accumulator.ONE);
            }
        }

        private void sum() {
            boolean level = temporality == CUMULATIVE && !monotonic;
            if (temporality != DELTA && temporality != CUMULATIVE) {
                reject(RejectReason.INVALID_TEMPORALITY);
            } else if (level) {
                gauge();
            } else if (!stale && !isCount()) {
                reject(RejectReason.INVALID_VALUE);
            } else if (admit() && wanted) {
                if (temporality == CUMULATIVE) {
                    into.running(stream, startNanos, timeNanos, stale ? 0 : thousandths(), stale);
                } else if (!stale) {
                    into.increase(startNanos, timeNanos, Math.round(value()), thousandths());
                }
            }
        }

        private void distribution(Distribution values, boolean valid) {
            if (temporality != DELTA && temporality != CUMULATIVE) {
                reject(RejectReason.INVALID_TEMPORALITY);
            } else if (!stale && !valid) {
                reject(RejectReason.INVALID_VALUE);
            } else if (admit() && wanted) {
                if (temporality == CUMULATIVE) {
                    into.runningDistribution(stream, startNanos, timeNanos, values, stale);
                } else if (!stale) {
                    into.distribution(startNanos, timeNanos, values);
                }
            }
        }

        /** Without a time, nothing else that is wrong with a point matters. */
        private void reject(RejectReason reason) {
            into.reject(timeNanos == 0 ? RejectReason.NO_TIMESTAMP : reason);
        }

        private boolean admit() {
            if (timeNanos == 0) {
                into.reject(RejectReason.NO_TIMESTAMP);
                return false;
            }
            if (Long.compareUnsigned(startNanos, timeNanos) > 0) {
                into.reject(RejectReason.INVALID_TIME);
                return false;
            }
            return into.admit(timeNanos);
        }

        private double value() {
            return valueTag == NUMBER_AS_INT ? valueBits : Double.longBitsToDouble(valueBits);
        }

        /**
         * Whether the value can be counted in thousandths, and does not fall where it may only
         * rise.
         */
        private boolean isCount() {
            return switch (valueTag) {
                case NUMBER_AS_INT ->
                        valueBits <= Accumulator.MAX_COUNT
                                && valueBits >= (monotonic ? 0 : -Accumulator.MAX_COUNT);
                case NUMBER_AS_DOUBLE ->
                        Math.abs(value()) <= Accumulator.MAX_COUNT && (value() >= 0 || !monotonic);
                default -> false;
            };
        }

        private long thousandths() {
            return valueTag == NUMBER_AS_INT
                    ? valueBits * Accumulator.ONE
                    : Math.round(Double.longBitsToDouble(valueBits) * Accumulator.ONE);
        }
    }
}
