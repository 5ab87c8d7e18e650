package io.sluice.collector.scrape;

import io.sluice.collector.prometheus.NativeHistogram;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.collector.wire.Utf8;
import io.sluice.engine.measure.MalformedRequestException;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Walks the protobuf exposition in place: messages {@code io.prometheus.client.MetricFamily}, each
 * behind its length. Gives the samples that the text format would have, with {@code le} and {@code
 * quantile} written as OpenMetrics does ({@code 1.0}, {@code +Inf}), and one more of the family's
 * own name for a native histogram.
 *
 * <p>See the data model in <a
 * href="https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto">metrics.proto</a>.
 * Whatever may come in any order does: a family's name may stand behind its metrics.
 */
final class FamilyCursor extends Samples {

    private static final int NAME = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int TYPE = 3 << 3 | ProtoCursor.VARINT;
    private static final int METRIC = 4 << 3 | ProtoCursor.LENGTH_DELIMITED;

    private static final int LABEL = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int GAUGE = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int COUNTER = 3 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int SUMMARY = 4 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int UNTYPED = 5 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int TIMESTAMP_MILLIS = 6 << 3 | ProtoCursor.VARINT;
    private static final int HISTOGRAM = 7 << 3 | ProtoCursor.LENGTH_DELIMITED;

    private static final int LABEL_NAME = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LABEL_VALUE = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;

    private static final int VALUE = 1 << 3 | ProtoCursor.FIXED64;
    private static final int COUNTER_CREATED = 3 << 3 | ProtoCursor.LENGTH_DELIMITED;

    private static final int SECONDS = 1 << 3 | ProtoCursor.VARINT;
    private static final int NANOS = 2 << 3 | ProtoCursor.VARINT;

    private static final int SAMPLE_COUNT = 1 << 3 | ProtoCursor.VARINT;
    private static final int SAMPLE_SUM = 2 << 3 | ProtoCursor.FIXED64;
    private static final int QUANTILE = 3 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int SUMMARY_CREATED = 4 << 3 | ProtoCursor.LENGTH_DELIMITED;

    private static final int BUCKET = 3 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int SAMPLE_COUNT_FLOAT = 4 << 3 | ProtoCursor.FIXED64;
    private static final int SCHEMA = 5 << 3 | ProtoCursor.VARINT;
    private static final int ZERO_THRESHOLD = 6 << 3 | ProtoCursor.FIXED64;
    private static final int ZERO_COUNT = 7 << 3 | ProtoCursor.VARINT;
    private static final int ZERO_COUNT_FLOAT = 8 << 3 | ProtoCursor.FIXED64;
    private static final int NEGATIVE_SPAN = 9 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int NEGATIVE_DELTA = 10 << 3 | ProtoCursor.VARINT;
    private static final int NEGATIVE_DELTAS = 10 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int NEGATIVE_COUNT = 11 << 3 | ProtoCursor.FIXED64;
    private static final int NEGATIVE_COUNTS = 11 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int POSITIVE_SPAN = 12 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int POSITIVE_DELTA = 13 << 3 | ProtoCursor.VARINT;
    private static final int POSITIVE_DELTAS = 13 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int POSITIVE_COUNT = 14 << 3 | ProtoCursor.FIXED64;
    private static final int POSITIVE_COUNTS = 14 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int HISTOGRAM_CREATED = 15 << 3 | ProtoCursor.LENGTH_DELIMITED;

    private static final int CUMULATIVE_COUNT = 1 << 3 | ProtoCursor.VARINT;
    private static final int UPPER_BOUND = 2 << 3 | ProtoCursor.FIXED64;
    private static final int CUMULATIVE_COUNT_FLOAT = 4 << 3 | ProtoCursor.FIXED64;

    private static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;
    private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000_000 - 1;

    private static final Text LE = Text.of("le");
    private static final Text QUANTILE_LABEL = Text.of("quantile");

    private final ProtoCursor cursor = new ProtoCursor();
    private final int length;
    private int nextFamily;

    // The family at hand, whose metrics are walked from here on.
    private int familyLimit;
    private int metricAt;
    private Type type = Type.UNKNOWN;
    private final Text family = new Text();
    private Text bucketName = family;
    private Text countName = family;
    private Text sumName = family;

    // The metric at hand: what all of its samples have, and its samples.
    private Text[] labelNames = {new Text(), new Text(), new Text(), new Text()};
    private Text[] labelValues = {new Text(), new Text(), new Text(), new Text()};
    private int ownLabels;
    private long timestampNanos;
    private long createdSeconds;
    private int createdNanos;
    private boolean present;
    private double single;
    private double sampleCount;
    private double sampleCountFloat;
    private double sampleSum;
    private double[] bounds = new double[16];
    private double[] values = new double[16];
    private int points;
    private final NativeHistogram histogram = new NativeHistogram();
    private boolean isNative;
    private boolean fractional;
    private long zeroCount;
    private long zeroCountFloat;

    // The sample at hand.
    private int samples;
    private int sample;
    private Text name = family;
    private int labels;
    private double value;
    private boolean isHistogram;
    private final Map<Double, Text> numbers = new HashMap<>();

    /**
     * Stands before the first sample of the first {@code length} bytes, which must not change
     * during the walk.
     */
    FamilyCursor(byte[] bytes, int length) {
        this.length = length;
        cursor.reset(bytes, 0, length);
    }

    @Override
    boolean next() throws MalformedRequestException {
        while (sample == samples) {
            if (!nextMetric() && !nextFamily()) {
                return false;
            }
        }
        set(sample++);
        return true;
    }

    private boolean nextFamily() throws MalformedRequestException {
        cursor.reset(cursor.bytes(), nextFamily, length);
        if (!cursor.hasNext()) {
            return false;
        }
        cursor.enter();
        metricAt = cursor.position();
        familyLimit = cursor.limit();
        nextFamily = familyLimit;
        family.set(cursor.bytes(), metricAt, metricAt);
        type = Type.COUNTER; // protobuf's default is the first
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case NAME -> text(family, "a family's name");
                case TYPE -> type = type(cursor.varint());
                default -> cursor.skip(tag);
            }
        }
        if (family.length() == 0) {
            throw malformed("a metric family has no name");
        }
        bucketName = family.with("_bucket");
        countName = family.with("_count");
        sumName = family.with("_sum");
        cursor.seek(metricAt);
        return true;
    }

    private Type type(long number) throws MalformedRequestException {
        return switch ((int) number) {
            case 0 -> Type.COUNTER;
            case 1 -> Type.GAUGE;
            case 2 -> Type.SUMMARY;
            case 3 -> Type.UNKNOWN;
            case 4 -> Type.HISTOGRAM;
            case 5 -> Type.GAUGE_HISTOGRAM;
            default -> throw malformed("there is no type of number " + (int) number);
        };
    }

    /** Goes on within the family to a metric that has samples. */
    private boolean nextMetric() throws MalformedRequestException {
        cursor.reset(cursor.bytes(), metricAt, familyLimit);
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == METRIC) {
                int outer = cursor.enter();
                metric();
                cursor.leave(outer);
                metricAt = cursor.position();
                return true;
            }
            cursor.skip(tag);
        }
        metricAt = familyLimit;
        return false;
    }

    private void metric() throws MalformedRequestException {
        clear();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case LABEL -> label();
                case GAUGE -> value(Type.GAUGE);
                case COUNTER -> value(Type.COUNTER);
                case UNTYPED -> value(Type.UNKNOWN);
                case SUMMARY -> nested(Type.SUMMARY, tag);
                case HISTOGRAM ->
                        nested(
                                type == Type.GAUGE_HISTOGRAM
                                        ? Type.GAUGE_HISTOGRAM
                                        : Type.HISTOGRAM,
                                tag);
                case TIMESTAMP_MILLIS -> {
                    long millis = cursor.varint();
                    timestampNanos =
                            millis == 0
                                    ? NO_TIMESTAMP
                                    : TimeUnit.MILLISECONDS.toNanos(
                                            Math.clamp(millis, 0, MAX_MILLIS));
                }
                default -> cursor.skip(tag);
            }
        }
        if (!present) {
            throw malformed("a metric lacks the value of its type");
        }
        samples = countSamples();
    }

    private void clear() {
        ownLabels = 0;
        timestampNanos = NO_TIMESTAMP;
        createdSeconds = 0;
        createdNanos = 0;
        present = false;
        single = 0;
        sampleCount = 0;
        sampleCountFloat = 0;
        sampleSum = 0;
        points = 0;
        histogram.clear();
        isNative = false;
        fractional = false;
        zeroCount = 0;
        zeroCountFloat = 0;
        sample = 0;
        samples = 0;
    }

    private void label() throws MalformedRequestException {
        if (ownLabels + 1 >= labelNames.length) {
            grow();
        }
        Text labelName = labelNames[ownLabels];
        Text labelValue = labelValues[ownLabels];
        labelName.set(cursor.bytes(), cursor.position(), cursor.position());
        labelValue.set(labelName);
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case LABEL_NAME -> text(labelName, "a label's name");
                case LABEL_VALUE -> text(labelValue, "a label's value");
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        if (labelName.length() == 0) {
            throw malformed("a label has no name");
        }
        for (int i = 0; i < ownLabels; i++) {
            if (labelNames[i].sameAs(labelName)) {
                throw malformed("label " + labelName + " is given twice");
            }
        }
        ownLabels++;
    }

    /** One place is left for the label that buckets and quantiles have. */
    private void grow() {
        int known = labelNames.length;
        labelNames = Arrays.copyOf(labelNames, 2 * known);
        labelValues = Arrays.copyOf(labelValues, 2 * known);
        for (int i = known; i < 2 * known; i++) {
            labelNames[i] = new Text();
            labelValues[i] = new Text();
        }
    }

    private void text(Text into, String what) throws MalformedRequestException {
        int size = cursor.length();
        int from = cursor.position();
        if (!Utf8.isValid(cursor.bytes(), from, from + size)) {
            throw malformed(what + " is not UTF-8");
        }
        into.set(cursor.bytes(), from, from + size);
        cursor.advance(size);
    }

    private void value(Type of) throws MalformedRequestException {
        int outer = cursor.enter();
        present |= of == type;
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case VALUE -> {
                    double read = Double.longBitsToDouble(cursor.fixed64());
                    single = of == type ? read : single;
                }
                case COUNTER_CREATED -> created();
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
    }

    private void nested(Type of, int tag) throws MalformedRequestException {
        if (of != type) {
            cursor.skip(tag);
            return;
        }
        int outer = cursor.enter();
        present = true;
        while (cursor.hasNext()) {
            if (type == Type.SUMMARY) {
                summaryField(cursor.tag());
            } else {
                histogramField(cursor.tag());
            }
        }
        cursor.leave(outer);
    }

    private void summaryField(int tag) throws MalformedRequestException {
        switch (tag) {
            case SAMPLE_COUNT -> sampleCount = unsigned(cursor.varint());
            case SAMPLE_SUM -> sampleSum = Double.longBitsToDouble(cursor.fixed64());
            case QUANTILE -> quantile();
            case SUMMARY_CREATED -> created();
            default -> cursor.skip(tag);
        }
    }

    private void quantile() throws MalformedRequestException {
        double quantile = 0;
        double at = 0;
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case 1 << 3 | ProtoCursor.FIXED64 ->
                        quantile = Double.longBitsToDouble(cursor.fixed64());
                case 2 << 3 | ProtoCursor.FIXED64 -> at = Double.longBitsToDouble(cursor.fixed64());
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        add(quantile, at);
    }

    private void histogramField(int tag) throws MalformedRequestException {
        switch (tag) {
            case SAMPLE_COUNT -> sampleCount = unsigned(cursor.varint());
            case SAMPLE_SUM -> sampleSum = Double.longBitsToDouble(cursor.fixed64());
            case BUCKET -> bucket();
            case SAMPLE_COUNT_FLOAT -> sampleCountFloat = Double.longBitsToDouble(cursor.fixed64());
            case SCHEMA -> histogram.setSchema(cursor.varint());
            case ZERO_THRESHOLD -> {
                double threshold = Double.longBitsToDouble(cursor.fixed64());
                histogram.setZeroThreshold(threshold);
                isNative |= threshold > 0;
            }
            case ZERO_COUNT -> {
                zeroCount = cursor.varint();
                isNative |= zeroCount != 0;
            }
            case ZERO_COUNT_FLOAT -> {
                zeroCountFloat = cursor.fixed64();
                isNative |= zeroCountFloat != 0;
            }
            case NEGATIVE_SPAN -> {
                histogram.negative().readSpan(cursor);
                isNative = true;
            }
            case NEGATIVE_DELTA, NEGATIVE_DELTAS ->
                    histogram.negative().deltas().readVarints(cursor, tag);
            case NEGATIVE_COUNT, NEGATIVE_COUNTS ->
                    histogram.negative().counts().readFixed64(cursor, tag);
            case POSITIVE_SPAN -> {
                histogram.positive().readSpan(cursor);
                isNative = true;
            }
            case POSITIVE_DELTA, POSITIVE_DELTAS ->
                    histogram.positive().deltas().readVarints(cursor, tag);
            case POSITIVE_COUNT, POSITIVE_COUNTS ->
                    histogram.positive().counts().readFixed64(cursor, tag);
            case HISTOGRAM_CREATED -> created();
            default -> cursor.skip(tag);
        }
    }

    private void bucket() throws MalformedRequestException {
        double count = 0;
        double countFloat = 0;
        double bound = 0;
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case CUMULATIVE_COUNT -> count = unsigned(cursor.varint());
                case UPPER_BOUND -> bound = Double.longBitsToDouble(cursor.fixed64());
                case CUMULATIVE_COUNT_FLOAT ->
                        countFloat = Double.longBitsToDouble(cursor.fixed64());
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        add(bound, countFloat > 0 ? countFloat : count);
    }

    private void add(double bound, double at) {
        if (points + 1 >= bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * points + 2);
            values = Arrays.copyOf(values, bounds.length);
        }
        bounds[points] = bound;
        values[points++] = at;
    }

    /** Like every message that may come once, it may come in parts. */
    private void created() throws MalformedRequestException {
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case SECONDS -> createdSeconds = cursor.varint();
                case NANOS -> createdNanos = (int) cursor.varint();
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
    }

    /** 2^63 and more are no count, which is told to whoever looks at the value. */
    private static double unsigned(long varint) {
        return varint < 0 ? Double.POSITIVE_INFINITY : varint;
    }

    private int countSamples() throws MalformedRequestException {
        return switch (type) {
            case COUNTER, GAUGE, UNKNOWN -> 1;
            case SUMMARY -> {
                requireFree(QUANTILE_LABEL);
                yield points + 2;
            }
            case HISTOGRAM, GAUGE_HISTOGRAM -> {
                requireFree(LE);
                fractional = sampleCountFloat > 0 || zeroCountFloat != 0;
                double count = fractional ? sampleCountFloat : sampleCount;
                sampleCount = count;
                // A native histogram alone has no classic buckets, of which infinity may go unsaid.
                boolean classic = points > 0 || !isNative;
                if (classic && (points == 0 || bounds[points - 1] != Double.POSITIVE_INFINITY)) {
                    add(Double.POSITIVE_INFINITY, count);
                }
                if (isNative) {
                    completeHistogram();
                }
                yield points + 2 + (isNative ? 1 : 0);
            }
            case INFO, STATE_SET -> throw new IllegalStateException("protobuf has no " + type);
        };
    }

    private void requireFree(Text label) throws MalformedRequestException {
        for (int i = 0; i < ownLabels; i++) {
            if (labelNames[i].sameAs(label)) {
                throw malformed("label " + label + " is given twice");
            }
        }
    }

    private void completeHistogram() {
        histogram.setCount(
                fractional,
                fractional ? Double.doubleToRawLongBits(sampleCount) : (long) sampleCount);
        histogram.setZeroCount(fractional, fractional ? zeroCountFloat : zeroCount);
        histogram.setSum(sampleSum);
    }

    /** Points, then the sum, then the count, then the whole. */
    private void set(int index) {
        labels = ownLabels;
        isHistogram = false;
        switch (type) {
            case COUNTER, GAUGE, UNKNOWN -> set(family, single);
            case SUMMARY, HISTOGRAM, GAUGE_HISTOGRAM -> {
                if (index < points) {
                    boolean summary = type == Type.SUMMARY;
                    set(summary ? family : bucketName, values[index]);
                    labelNames[labels].set(summary ? QUANTILE_LABEL : LE);
                    labelValues[labels++].set(written(bounds[index]));
                } else if (index == points) {
                    set(sumName, sampleSum);
                } else if (index == points + 1) {
                    set(countName, sampleCount);
                } else {
                    set(family, sampleCount);
                    isHistogram = true;
                }
            }
            case INFO, STATE_SET -> throw new IllegalStateException("protobuf has no " + type);
        }
    }

    private void set(Text name, double value) {
        this.name = name;
        this.value = value;
    }

    private Text written(double number) {
        return numbers.computeIfAbsent(
                number, n -> Text.of(n == Double.POSITIVE_INFINITY ? "+Inf" : Double.toString(n)));
    }

    @Override
    Text family() {
        return family;
    }

    @Override
    Type type() {
        return type;
    }

    @Override
    Text name() {
        return name;
    }

    @Override
    int labels() {
        return labels;
    }

    @Override
    Text labelName(int index) {
        return labelNames[index];
    }

    @Override
    Text labelValue(int index) {
        return labelValues[index];
    }

    @Override
    double value() {
        return value;
    }

    @Override
    long timestampNanos() {
        return timestampNanos;
    }

    @Override
    long startNanos() {
        return TimeUnit.SECONDS.toNanos(Math.clamp(createdSeconds, 0, MAX_SECONDS)) + createdNanos;
    }

    @Override
    @Nullable NativeHistogram histogram() {
        return isHistogram ? histogram : null;
    }

    @Override
    String place() {
        return "byte " + cursor.position();
    }
}
