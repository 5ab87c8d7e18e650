package io.sluice.collector.otlp;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.sluice.collector.NaiveConditions;
import io.sluice.collector.NaiveSum;
import io.sluice.collector.Summary;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.measure.Increase;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;
import io.sluice.engine.series.Sketch;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a metrics request contributes, found out the slow and obvious way from the generated
 * classes.
 */
final class NaiveMetrics {

    private static final BigDecimal MAX_COUNT = BigDecimal.valueOf(1L << 53);

    private static final Map<String, Long> NANOS =
            Map.of(
                    "ns",
                    1L,
                    "us",
                    1_000L,
                    "ms",
                    1_000_000L,
                    "s",
                    1_000_000_000L,
                    "min",
                    60_000_000_000L,
                    "h",
                    3_600_000_000_000L);

    private final MeasurePlan plan;
    private final BigInteger receivedAt;
    private final Summary summary = Summary.empty();
    private long accepted;

    private Resource resource = Resource.getDefaultInstance();
    private Metric metric = Metric.getDefaultInstance();

    NaiveMetrics(MeasurePlan plan, long receivedAtNanos) {
        this.plan = plan;
        this.receivedAt = BigInteger.valueOf(receivedAtNanos);
    }

    /** A bucket with its bounds, the way a person would draw it. */
    private record Bucket(double lower, double upper, long count) {}

    /**
     * What a point is worth to a tap that counts, whether that came as a floating-point number; and
     * its buckets, if it has any.
     */
    private record Worth(BigDecimal count, boolean floating, List<Bucket> buckets) {

        /** A whole number's are exact, a floating-point number's are rounded as one. */
        long thousandths() {
            BigDecimal exact = count.multiply(BigDecimal.valueOf(1000));
            return floating ? Math.round(exact.doubleValue()) : exact.longValue();
        }
    }

    Summary extract(ExportMetricsServiceRequest request) {
        for (ResourceMetrics one : request.getResourceMetricsList()) {
            resource = one.getResource();
            for (ScopeMetrics scope : one.getScopeMetricsList()) {
                for (Metric each : scope.getMetricsList()) {
                    metric = each;
                    switch (metric.getDataCase()) {
                        case GAUGE -> metric.getGauge().getDataPointsList().forEach(this::gauge);
                        case SUM ->
                                metric.getSum()
                                        .getDataPointsList()
                                        .forEach(
                                                point ->
                                                        sum(
                                                                point,
                                                                metric.getSum()
                                                                        .getAggregationTemporality(),
                                                                metric.getSum().getIsMonotonic()));
                        case HISTOGRAM ->
                                metric.getHistogram()
                                        .getDataPointsList()
                                        .forEach(
                                                point ->
                                                        histogram(
                                                                point,
                                                                metric.getHistogram()
                                                                        .getAggregationTemporality()));
                        case EXPONENTIAL_HISTOGRAM ->
                                metric.getExponentialHistogram()
                                        .getDataPointsList()
                                        .forEach(
                                                point ->
                                                        exponential(
                                                                point,
                                                                metric.getExponentialHistogram()
                                                                        .getAggregationTemporality()));
                        case SUMMARY ->
                                metric.getSummary()
                                        .getDataPointsList()
                                        .forEach(
                                                point ->
                                                        admitted(
                                                                point.getStartTimeUnixNano(),
                                                                point.getTimeUnixNano(),
                                                                Optional.empty()));
                        case DATA_NOT_SET -> {}
                    }
                }
            }
        }
        return summary.withAccepted(accepted);
    }

    private boolean admitted(long start, long time, Optional<RejectReason> problem) {
        Optional<RejectReason> refused;
        BigInteger at = unsigned(time);
        if (time == 0) {
            refused = Optional.of(RejectReason.NO_TIMESTAMP);
        } else if (problem.isPresent()) {
            refused = problem;
        } else if (unsigned(start).compareTo(at) > 0) {
            refused = Optional.of(RejectReason.INVALID_TIME);
        } else if (at.subtract(receivedAt).compareTo(nanos(Duration.ofMinutes(10))) > 0) {
            refused = Optional.of(RejectReason.FUTURE);
        } else if (receivedAt.subtract(at).compareTo(nanos(Duration.ofHours(48))) > 0) {
            refused = Optional.of(RejectReason.TOO_OLD);
        } else {
            refused = Optional.empty();
        }
        if (refused.isPresent()) {
            summary.rejected().merge(refused.get(), 1L, Long::sum);
            return false;
        }
        accepted++;
        service()
                .filter(name -> !name.isEmpty())
                .ifPresent(name -> summary.heartbeat(name, bucket(time)));
        return true;
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private static BigInteger nanos(Duration duration) {
        return BigInteger.valueOf(duration.toNanos());
    }

    private static long bucket(long time) {
        return time / 10_000_000_000L * 10;
    }

    private Optional<String> service() {
        return Optional.ofNullable(
                        NaiveConditions.effective(resource.getAttributesList(), List.of())
                                .get("service.name"))
                .flatMap(NaiveConditions::text);
    }

    private static boolean stale(int flags) {
        return (flags & 1) == 1;
    }

    private static Optional<BigDecimal> exact(NumberDataPoint point) {
        return switch (point.getValueCase()) {
            case AS_INT -> Optional.of(BigDecimal.valueOf(point.getAsInt()));
            case AS_DOUBLE ->
                    Double.isFinite(point.getAsDouble())
                            ? Optional.of(new BigDecimal(point.getAsDouble()))
                            : Optional.empty();
            case VALUE_NOT_SET -> Optional.empty();
        };
    }

    private void gauge(NumberDataPoint point) {
        boolean stale = stale(point.getFlags());
        boolean missing = point.getValueCase() == NumberDataPoint.ValueCase.VALUE_NOT_SET;
        Optional<RejectReason> problem =
                !stale && missing ? Optional.of(RejectReason.INVALID_VALUE) : Optional.empty();
        if (admitted(point.getStartTimeUnixNano(), point.getTimeUnixNano(), problem)
                && !stale
                && exact(point).isPresent()) {
            value(point, exact(point).get().doubleValue());
        }
    }

    private void sum(NumberDataPoint point, AggregationTemporality temporality, boolean monotonic) {
        if (temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
                && !monotonic) {
            gauge(point);
            return;
        }
        boolean stale = stale(point.getFlags());
        Optional<BigDecimal> value = exact(point);
        boolean countable =
                value.isPresent()
                        && value.get().abs().compareTo(MAX_COUNT) <= 0
                        && (!monotonic || value.get().signum() >= 0);
        Optional<RejectReason> problem =
                temporalityProblem(temporality)
                        .or(
                                () ->
                                        stale || countable
                                                ? Optional.empty()
                                                : Optional.of(RejectReason.INVALID_VALUE));
        if (admitted(point.getStartTimeUnixNano(), point.getTimeUnixNano(), problem)) {
            Worth worth =
                    new Worth(
                            stale ? BigDecimal.ZERO : value.get(),
                            point.getValueCase() == NumberDataPoint.ValueCase.AS_DOUBLE,
                            List.of());
            count(
                    point.getAttributesList(),
                    point.getStartTimeUnixNano(),
                    point.getTimeUnixNano(),
                    temporality,
                    stale,
                    worth,
                    Optional.empty());
        }
    }

    private static Optional<RejectReason> temporalityProblem(AggregationTemporality temporality) {
        return switch (temporality) {
            case AGGREGATION_TEMPORALITY_DELTA, AGGREGATION_TEMPORALITY_CUMULATIVE ->
                    Optional.empty();
            default -> Optional.of(RejectReason.INVALID_TEMPORALITY);
        };
    }

    private void histogram(HistogramDataPoint point, AggregationTemporality temporality) {
        List<Bucket> buckets = new ArrayList<>();
        boolean valid = countable(point.getCount());
        if (point.getBucketCountsCount() > 0 || point.getExplicitBoundsCount() > 0) {
            valid &= point.getBucketCountsCount() == point.getExplicitBoundsCount() + 1;
            valid &=
                    point.getBucketCountsList().stream().mapToLong(Long::longValue).sum()
                            == point.getCount();
            double lower = Double.NEGATIVE_INFINITY;
            for (int i = 0; valid && i < point.getBucketCountsCount(); i++) {
                boolean last = i == point.getExplicitBoundsCount();
                double upper = last ? Double.POSITIVE_INFINITY : point.getExplicitBounds(i);
                valid = last || upper > lower;
                buckets.add(new Bucket(lower, upper, point.getBucketCounts(i)));
                lower = upper;
            }
        }
        boolean stale = stale(point.getFlags());
        Optional<RejectReason> problem = distributionProblem(temporality, valid, stale);
        if (admitted(point.getStartTimeUnixNano(), point.getTimeUnixNano(), problem)) {
            count(
                    point.getAttributesList(),
                    point.getStartTimeUnixNano(),
                    point.getTimeUnixNano(),
                    temporality,
                    stale,
                    new Worth(BigDecimal.valueOf(point.getCount()), false, buckets),
                    Optional.empty());
        }
    }

    /** Protobuf's unsigned numbers beyond 63 bits are negative here. */
    private static boolean countable(long count) {
        return count >= 0 && BigDecimal.valueOf(count).compareTo(MAX_COUNT) <= 0;
    }

    private static Optional<RejectReason> distributionProblem(
            AggregationTemporality temporality, boolean valid, boolean stale) {
        return temporalityProblem(temporality)
                .or(
                        () ->
                                valid || stale
                                        ? Optional.empty()
                                        : Optional.of(RejectReason.INVALID_VALUE));
    }

    private void exponential(
            ExponentialHistogramDataPoint point, AggregationTemporality temporality) {
        double step = Math.pow(2, -point.getScale());
        List<Bucket> buckets = new ArrayList<>();
        buckets.add(
                new Bucket(
                        -point.getZeroThreshold(), point.getZeroThreshold(), point.getZeroCount()));
        long sum = point.getZeroCount();
        for (int i = 0; i < point.getPositive().getBucketCountsCount(); i++) {
            int index = point.getPositive().getOffset() + i;
            long count = point.getPositive().getBucketCounts(i);
            buckets.add(
                    new Bucket(Math.pow(2, index * step), Math.pow(2, (index + 1) * step), count));
            sum += count;
        }
        for (int i = 0; i < point.getNegative().getBucketCountsCount(); i++) {
            int index = point.getNegative().getOffset() + i;
            long count = point.getNegative().getBucketCounts(i);
            buckets.add(
                    new Bucket(
                            -Math.pow(2, (index + 1) * step), -Math.pow(2, index * step), count));
            sum += count;
        }
        boolean valid =
                sum == point.getCount()
                        && buckets.stream().allMatch(bucket -> countable(bucket.count()))
                        && countable(sum)
                        && point.getZeroThreshold() >= 0
                        && point.getScale() >= -10
                        && point.getScale() <= 20;
        boolean stale = stale(point.getFlags());
        Optional<RejectReason> problem = distributionProblem(temporality, valid, stale);
        if (admitted(point.getStartTimeUnixNano(), point.getTimeUnixNano(), problem)) {
            count(
                    point.getAttributesList(),
                    point.getStartTimeUnixNano(),
                    point.getTimeUnixNano(),
                    temporality,
                    stale,
                    new Worth(BigDecimal.valueOf(point.getCount()), false, buckets),
                    Optional.of(point));
        }
    }

    private boolean matches(Measure.Tap tap, Map<String, AnyValue> values) {
        return tap.source() instanceof EventSource.Metrics source
                && source.metric().equals(metric.getName())
                && (source.service().isEmpty() || source.service().equals(service()))
                && NaiveConditions.all(source.where(), values);
    }

    private String group(Measure measure, Map<String, AnyValue> values) {
        return measure.totalSource()
                .groupBy()
                .flatMap(key -> Optional.ofNullable(values.get(key)))
                .flatMap(NaiveConditions::text)
                .orElse("");
    }

    private void bad(Measure measure, long bucket, Map<String, AnyValue> values, long bad) {
        if (bad > 0) {
            for (String key : measure.totalSource().breakdownBy()) {
                Optional<String> value =
                        Optional.ofNullable(values.get(key)).flatMap(NaiveConditions::text);
                value.ifPresent(text -> summary.bad(measure.index(), bucket, key, text, bad));
            }
        }
    }

    /** The value in the wanted unit, exactly rounded once. */
    private double inUnit(double value, Indicator.Unit unit) {
        Long from = NANOS.get(metric.getUnit());
        if (from == null || unit == Indicator.Unit.NONE) {
            return value;
        }
        long to = unit == Indicator.Unit.SECONDS ? 1_000_000_000L : 1_000_000L;
        return from >= to ? value * (from / to) : value / (to / from);
    }

    private void value(NumberDataPoint point, double value) {
        Map<String, AnyValue> values =
                NaiveConditions.effective(resource.getAttributesList(), point.getAttributesList());
        boolean noShare = false;
        for (Measure measure : plan.measures()) {
            if (measure.taps().getFirst() instanceof Measure.Tap.Share share) {
                if (matches(share, values)) {
                    noShare |= !share(point, measure, share, value, values);
                }
                continue;
            }
            if (measure.taps().getFirst() instanceof Measure.Tap.Sum sum) {
                if (matches(sum, values)) {
                    long bucket = bucket(point.getTimeUnixNano());
                    NaiveSum.add(
                            value,
                            NANOS.getOrDefault(metric.getUnit(), 0L),
                            sum.unit(),
                            () -> summary.counts(measure.index(), bucket, group(measure, values)));
                }
                continue;
            }
            long good = 0;
            long total = 0;
            List<Double> judged = new ArrayList<>();
            boolean any = false;
            for (Measure.Tap tap : measure.taps()) {
                if (matches(tap, values)) {
                    any = true;
                    switch (tap) {
                        case Measure.Tap.Count count -> {
                            good += count.good();
                            total += count.total();
                        }
                        case Measure.Tap.Judge judge -> {
                            double converted = inUnit(value, judge.unit());
                            good += judge.op().test(converted, judge.bound()) ? 1 : 0;
                            total++;
                            judged.add(converted);
                        }
                        case Measure.Tap.Sample sample -> {
                            good++;
                            total++;
                            judged.add(inUnit(value, sample.unit()));
                        }
                        case Measure.Tap.Share _, Measure.Tap.Sum _ ->
                                throw new AssertionError("the only tap");
                    }
                }
            }
            if (any) {
                long bucket = bucket(point.getTimeUnixNano());
                Summary.Counts counts =
                        summary.counts(measure.index(), bucket, group(measure, values));
                counts.good += good;
                counts.total += total;
                counts.goodThousandths += good * 1000;
                counts.totalThousandths += total * 1000;
                judged.forEach(counts.sketch::add);
                bad(measure, bucket, values, total - good);
            }
        }
        if (noShare) {
            accepted--;
            summary.rejected().merge(RejectReason.INVALID_VALUE, 1L, Long::sum);
        }
    }

    /** A point that says which share was good or bad, to nine decimals; false if it is no share. */
    private boolean share(
            NumberDataPoint point,
            Measure measure,
            Measure.Tap.Share share,
            double value,
            Map<String, AnyValue> values) {
        if (value < -0.000001 || value > 1.000001) {
            return false;
        }
        BigDecimal part =
                new BigDecimal(value)
                        .max(BigDecimal.ZERO)
                        .min(BigDecimal.ONE)
                        .setScale(9, RoundingMode.HALF_UP);
        BigDecimal good =
                share.meaning() == Indicator.Polarity.GOOD ? part : BigDecimal.ONE.subtract(part);
        boolean whole = good.compareTo(BigDecimal.ONE) == 0;
        long bucket = bucket(point.getTimeUnixNano());
        Summary.Counts counts = summary.counts(measure.index(), bucket, group(measure, values));
        counts.good += whole ? 1 : 0;
        counts.total += 1;
        counts.goodThousandths += good.movePointRight(9).longValueExact();
        counts.totalThousandths += 1_000_000_000L;
        bad(measure, bucket, values, whole ? 0 : 1);
        return true;
    }

    private void count(
            List<KeyValue> attributes,
            long start,
            long time,
            AggregationTemporality temporality,
            boolean stale,
            Worth worth,
            Optional<ExponentialHistogramDataPoint> fine) {
        boolean delta = temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
        if (delta && stale) {
            return;
        }
        Map<String, AnyValue> values =
                NaiveConditions.effective(resource.getAttributesList(), attributes);
        boolean distribution = metric.hasHistogram() || metric.hasExponentialHistogram();
        long raw = Math.round(worth.count.doubleValue());
        long thousandths = worth.thousandths();
        for (Measure measure : plan.measures()) {
            long good = 0;
            long total = 0;
            long goodThousandths = 0;
            long totalThousandths = 0;
            boolean any = false;
            boolean sketched = false;
            for (Measure.Tap tap : measure.taps()) {
                if (!matches(tap, values)
                        || tap instanceof Measure.Tap.Share
                        || tap instanceof Measure.Tap.Sum
                        || !(distribution || tap instanceof Measure.Tap.Count)) {
                    continue;
                }
                any = true;
                sketched |= !(tap instanceof Measure.Tap.Count);
                long[] shares =
                        switch (tap) {
                            case Measure.Tap.Count count ->
                                    new long[] {
                                        count.good() * raw,
                                        count.total() * raw,
                                        count.good() * thousandths,
                                        count.total() * thousandths
                                    };
                            case Measure.Tap.Judge judge -> {
                                long certain =
                                        worth.buckets.stream()
                                                .filter(bucket -> certain(bucket, judge))
                                                .mapToLong(Bucket::count)
                                                .sum();
                                yield new long[] {certain, raw, certain * 1000, thousandths};
                            }
                            case Measure.Tap.Sample _ ->
                                    new long[] {raw, raw, thousandths, thousandths};
                            case Measure.Tap.Share _, Measure.Tap.Sum _ ->
                                    throw new AssertionError("no distribution");
                        };
                if (!delta) {
                    summary.observations()
                            .add(
                                    measure.index()
                                            + "/"
                                            + group(measure, values)
                                            + "@"
                                            + start
                                            + "-"
                                            + time
                                            + ":"
                                            + (stale ? 0 : shares[2])
                                            + "/"
                                            + (stale ? 0 : shares[3])
                                            + "/"
                                            + stale
                                            + "/"
                                            + (tap instanceof Measure.Tap.Count || stale
                                                    ? null
                                                    : fine.map(NaiveMetrics::sketch).orElse(null)));
                }
                good += shares[0];
                total += shares[1];
                goodThousandths += shares[2];
                totalThousandths += shares[3];
            }
            if (any && delta) {
                Sketch sketch = sketched ? fine.map(NaiveMetrics::sketch).orElse(null) : null;
                long length = time - start;
                boolean spreads =
                        start > 0 && length > 10_000_000_000L && length <= 600_000_000_000L;
                Increase.Receiver receiver =
                        (bucket, shareOfGood, shareOfTotal, goodPart, totalPart, shareOfSketch) -> {
                            Summary.Counts counts =
                                    summary.counts(measure.index(), bucket, group(measure, values));
                            counts.good = plus(counts.good, shareOfGood);
                            counts.total = plus(counts.total, shareOfTotal);
                            counts.goodThousandths = plus(counts.goodThousandths, goodPart);
                            counts.totalThousandths = plus(counts.totalThousandths, totalPart);
                            bad(measure, bucket, values, shareOfTotal - shareOfGood);
                            if (shareOfSketch != null) {
                                counts.sketch.merge(shareOfSketch);
                            }
                        };
                if (spreads) {
                    // IncreaseTest says what shares are; here is of interest who gets them.
                    new Increase(
                                    start,
                                    time,
                                    good,
                                    total,
                                    goodThousandths,
                                    totalThousandths,
                                    sketch)
                            .shareOut(receiver);
                } else {
                    receiver.add(
                            bucket(time), good, total, goodThousandths, totalThousandths, sketch);
                }
            }
        }
    }

    /** Sums that are no longs stay at the ends. */
    private static long plus(long a, long b) {
        BigInteger sum = BigInteger.valueOf(a).add(BigInteger.valueOf(b));
        return sum.max(BigInteger.valueOf(Long.MIN_VALUE))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    private static Sketch sketch(ExponentialHistogramDataPoint point) {
        Sketch sketch = new Sketch();
        sketch.add(0, point.getZeroCount());
        for (int i = 0; i < point.getPositive().getBucketCountsCount(); i++) {
            sketch.addBucket(
                    point.getScale(),
                    point.getPositive().getOffset() + i,
                    point.getPositive().getBucketCounts(i));
        }
        point.getNegative().getBucketCountsList().forEach(n -> sketch.add(0, n));
        return sketch;
    }

    private boolean certain(Bucket bucket, Measure.Tap.Judge judge) {
        return judge.op() == Op.LT || judge.op() == Op.LTE
                ? inUnit(bucket.upper, judge.unit()) <= judge.bound()
                : inUnit(bucket.lower, judge.unit()) >= judge.bound();
    }
}
