package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.ShuffledEncoding;
import io.sluice.collector.Summary;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.extract.Numbers;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

class MetricsDecoderTest {

    private static Extractor extractor(MeasurePlan plan) {
        return new Extractors(1 << 20, OtlpHttpReceiver.decoders()).compile(plan);
    }

    private static LogEntry entry(byte[] body) {
        return new LogEntry(
                MetricsDecoder.KIND,
                "",
                false,
                RandomOtlp.NOW,
                LogEntry.Encoding.IDENTITY,
                Map.of(),
                body);
    }

    @Property(tries = 3000)
    void anyEncoding_countsWhatTheGeneratedClassesCount(@ForAll long seed) throws Exception {
        RandomOtlp random = new RandomOtlp(seed);
        MeasurePlan plan = random.metricPlan();
        ExportMetricsServiceRequest request = random.metrics();

        Summary expected = new NaiveMetrics(plan, RandomOtlp.NOW).extract(request);
        byte[] body = new ShuffledEncoding(seed).encode(request);
        Extract extract = extractor(plan).extract(entry(body));

        assertThat(Summary.of(extract)).isEqualTo(expected);
    }

    @Property(tries = 3000)
    void damagedBytes_areReadOrRefused_neverMore(@ForAll long seed) {
        RandomOtlp random = new RandomOtlp(seed);
        MeasurePlan plan = random.metricPlan();
        byte[] body = random.metrics().toByteArray();
        if (body.length == 0) {
            return;
        }
        Random damage = new Random(seed);
        for (int i = damage.nextInt(4); i > 0; i--) {
            body[damage.nextInt(body.length)] = (byte) damage.nextInt();
        }
        byte[] cut = Arrays.copyOf(body, body.length - damage.nextInt(body.length));
        try {
            assertThat(extractor(plan).extract(entry(cut)).accepted()).isNotNegative();
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageContaining("byte ");
            assertThatThrownBy(() -> ExportMetricsServiceRequest.parseFrom(cut))
                    .isInstanceOf(InvalidProtocolBufferException.class);
        }
    }

    private static final MeasurePlan BOTH =
            TestPlans.plan(
                    TestPlans.goodOf(TestPlans.metric("m"), TestPlans.metric("m")),
                    TestPlans.judged(TestPlans.metric("m"), Indicator.Unit.NONE, Op.LTE, 2));
    private static final int COUNTED = 0;
    private static final int JUDGED = 1;

    private static Extract extract(Metric.Builder metric) throws MalformedRequestException {
        return extractor(BOTH)
                .extract(
                        entry(
                                ExportMetricsServiceRequest.newBuilder()
                                        .addResourceMetrics(
                                                ResourceMetrics.newBuilder()
                                                        .addScopeMetrics(
                                                                ScopeMetrics.newBuilder()
                                                                        .addMetrics(
                                                                                metric.setName(
                                                                                        "m"))))
                                        .build()
                                        .toByteArray()));
    }

    private static NumberDataPoint.Builder number() {
        return NumberDataPoint.newBuilder().setTimeUnixNano(RandomOtlp.NOW);
    }

    private static Metric.Builder gauge(NumberDataPoint.Builder point) {
        return Metric.newBuilder().setGauge(Gauge.newBuilder().addDataPoints(point));
    }

    private static Metric.Builder sum(
            int temporality, boolean monotonic, NumberDataPoint.Builder point) {
        return Metric.newBuilder()
                .setSum(
                        Sum.newBuilder()
                                .setAggregationTemporalityValue(temporality)
                                .setIsMonotonic(monotonic)
                                .addDataPoints(point));
    }

    private static Metric.Builder histogram(
            int temporality, List<Double> bounds, List<Long> counts, long count) {
        return Metric.newBuilder()
                .setHistogram(
                        Histogram.newBuilder()
                                .setAggregationTemporalityValue(temporality)
                                .addDataPoints(
                                        HistogramDataPoint.newBuilder()
                                                .setTimeUnixNano(RandomOtlp.NOW)
                                                .addAllExplicitBounds(bounds)
                                                .addAllBucketCounts(counts)
                                                .setCount(count)));
    }

    private static void assertRejected(Metric.Builder metric, RejectReason reason)
            throws MalformedRequestException {
        Extract extract = extract(metric);
        assertThat(extract.rejected()).isEqualTo(Map.of(reason, 1L));
        assertThat(extract.accepted()).isZero();
        assertThat(extract.counts()).isEmpty();
        assertThat(extract.observations()).isEmpty();
    }

    private static void assertAcceptedUncounted(Metric.Builder metric)
            throws MalformedRequestException {
        Extract extract = extract(metric);
        assertThat(extract.accepted()).isEqualTo(1);
        assertThat(extract.counts()).isEmpty();
        assertThat(extract.observations()).isEmpty();
    }

    private static Extract.Counted counted(Metric.Builder metric, int measure)
            throws MalformedRequestException {
        return extract(metric).counts().stream()
                .filter(counted -> counted.measure() == measure)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void M1_pointWithoutTime_isRejected() throws Exception {
        assertRejected(gauge(number().clearTimeUnixNano().setAsInt(1)), RejectReason.NO_TIMESTAMP);
    }

    @Test
    void M2_unspecifiedTemporality_isRejected() throws Exception {
        assertRejected(sum(0, true, number().setAsInt(1)), RejectReason.INVALID_TEMPORALITY);
        assertRejected(histogram(3, List.of(), List.of(), 1), RejectReason.INVALID_TEMPORALITY);
    }

    @Test
    void M3_upperBoundBelongsToItsBucket_andBoundsRise() throws Exception {
        assertThat(counted(histogram(1, List.of(1.0, 2.0), List.of(3L, 4L, 5L), 12), JUDGED))
                .satisfies(
                        counted -> {
                            assertThat(counted.good()).isEqualTo(7);
                            assertThat(counted.total()).isEqualTo(12);
                            assertThat(counted.sketch()).isNull();
                        });
        assertRejected(
                histogram(1, List.of(2.0, 2.0), List.of(3L, 4L, 5L), 12),
                RejectReason.INVALID_VALUE);
        assertRejected(histogram(1, List.of(2.0), List.of(12L), 12), RejectReason.INVALID_VALUE);
    }

    @Test
    void thresholdWithinABucket_countsTheLowerNumber() throws Exception {
        assertThat(counted(histogram(1, List.of(1.0, 2.5), List.of(3L, 4L, 5L), 12), JUDGED).good())
                .isEqualTo(3);
    }

    @Test
    void histogramWithoutBuckets_isCounted_andNoneOfItIsCertainlyGood() throws Exception {
        assertThat(counted(histogram(1, List.of(), List.of(), 12), COUNTED).total()).isEqualTo(12);
        assertThat(counted(histogram(1, List.of(), List.of(), 12), JUDGED).good()).isZero();
    }

    @Test
    void M4_countThatIsNotTheSumOfBuckets_isRejected() throws Exception {
        assertRejected(histogram(1, List.of(2.0), List.of(3L, 4L), 8), RejectReason.INVALID_VALUE);
        assertRejected(histogram(1, List.of(2.0), List.of(-1L, 1L), 0), RejectReason.INVALID_VALUE);
    }

    @Test
    void M6_noRecordedValue_isAccepted_andEndsACumulativeStream() throws Exception {
        assertAcceptedUncounted(gauge(number().setFlags(1)));
        assertAcceptedUncounted(sum(1, true, number().setFlags(1)));
        assertThat(extract(sum(2, true, number().setFlags(1))).observations())
                .hasSize(2) // one for each tap
                .allMatch(Extract.Observation::stale);
    }

    @Test
    void M7_gaugeThatIsNoNumber_isAccepted_andPoisonsNothing() throws Exception {
        assertAcceptedUncounted(gauge(number().setAsDouble(Double.NaN)));
        assertAcceptedUncounted(gauge(number().setAsDouble(Double.POSITIVE_INFINITY)));
    }

    @Test
    void M8_monotonicSumThatFalls_isRejected_anotherIsNot() throws Exception {
        assertRejected(sum(1, true, number().setAsInt(-1)), RejectReason.INVALID_VALUE);
        assertThat(counted(sum(1, false, number().setAsInt(-1)), COUNTED).total()).isEqualTo(-1);
    }

    private static Metric.Builder exponential(int temporality, int scale, Long... counts) {
        return Metric.newBuilder()
                .setExponentialHistogram(
                        ExponentialHistogram.newBuilder()
                                .setAggregationTemporalityValue(temporality)
                                .addDataPoints(
                                        ExponentialHistogramDataPoint.newBuilder()
                                                .setTimeUnixNano(RandomOtlp.NOW)
                                                .setScale(scale)
                                                .setZeroCount(1)
                                                .setCount(8)
                                                .setPositive(
                                                        ExponentialHistogramDataPoint.Buckets
                                                                .newBuilder()
                                                                .addAllBucketCounts(
                                                                        List.of(counts)))));
    }

    @Test
    void M5_exponentialBucketsCoverWhatTheirIndexSays_andAddUpToTheCount() throws Exception {
        // At scale 0 they are (1, 2], (2, 4], (4, 8].
        assertThat(counted(exponential(1, 0, 3L, 4L), JUDGED))
                .satisfies(
                        counted -> {
                            assertThat(counted.good()).isEqualTo(4);
                            assertThat(counted.total()).isEqualTo(8);
                            assertThat(counted.sketch()).isNotNull();
                            assertThat(counted.sketch().count()).isEqualTo(8);
                        });
        assertRejected(exponential(1, 0, 3L, 4L, 1L), RejectReason.INVALID_VALUE);
    }

    @Test
    void M5_cumulativeExponentialHistograms_bringTheirSketch_explicitOnesNone() throws Exception {
        assertThat(extract(exponential(2, 0, 3L, 4L)).observations())
                .filteredOn(observation -> observation.measure() == JUDGED)
                .singleElement()
                .satisfies(
                        observation -> {
                            assertThat(observation.total()).isEqualTo(8_000);
                            assertThat(observation.sketch()).isNotNull();
                            assertThat(observation.sketch().count()).isEqualTo(8);
                        });
        assertThat(extract(histogram(2, List.of(2.0), List.of(3L, 4L), 7)).observations())
                .allMatch(observation -> observation.sketch() == null);
    }

    @Test
    void M14_deltasAreSharedOutOverTheirTime_inWholeNumbers() throws Exception {
        long minute = 60_000_000_000L;
        Metric.Builder delta =
                sum(1, true, number().setStartTimeUnixNano(RandomOtlp.NOW - minute).setAsInt(100));
        List<Extract.Counted> counted =
                extract(delta).counts().stream().filter(one -> one.measure() == COUNTED).toList();

        assertThat(counted).hasSizeBetween(6, 7);
        assertThat(counted).extracting(Extract.Counted::total).allMatch(total -> total <= 17);
        assertThat(counted.stream().mapToLong(Extract.Counted::total).sum()).isEqualTo(100);
        assertThat(counted.stream().mapToLong(Extract.Counted::totalThousandths).sum())
                .isEqualTo(100_000);
    }

    @Test
    void deltasOverALongTime_countWhereTheyEnd() throws Exception {
        Metric.Builder delta = sum(1, true, number().setStartTimeUnixNano(1).setAsInt(100));

        assertThat(counted(delta, COUNTED).total()).isEqualTo(100);
    }

    @Test
    void M17_deltaAndCumulativeOfOneName_doNotMix() throws Exception {
        Extract delta = extract(sum(1, true, number().setAsInt(5)));
        Extract cumulative = extract(sum(2, true, number().setAsInt(5)));

        assertThat(delta.observations()).isEmpty();
        assertThat(cumulative.counts()).isEmpty();
    }

    @Test
    void M18_exemplars_areNeverCounted() throws Exception {
        NumberDataPoint.Builder point = number().setAsInt(5);
        for (int i = 0; i < 3; i++) {
            point.addExemplars(
                    Exemplar.newBuilder().setTimeUnixNano(RandomOtlp.NOW).setAsInt(100 + i));
        }

        assertThat(counted(sum(1, true, point), COUNTED).total()).isEqualTo(5);
        assertThat(extract(sum(1, true, point)).sent()).isEqualTo(1);
    }

    @Test
    void M16_summary_isAccepted_andNotUsed() throws Exception {
        assertAcceptedUncounted(
                Metric.newBuilder()
                        .setSummary(
                                io.opentelemetry.proto.metrics.v1.Summary.newBuilder()
                                        .addDataPoints(
                                                SummaryDataPoint.newBuilder()
                                                        .setTimeUnixNano(RandomOtlp.NOW)
                                                        .setCount(5))));
    }

    @Test
    void fractionalIncrease_isExactInThousandths() throws Exception {
        assertThat(counted(sum(1, true, number().setAsDouble(2.345)), COUNTED))
                .satisfies(
                        counted -> {
                            assertThat(counted.total()).isEqualTo(2);
                            assertThat(counted.totalThousandths()).isEqualTo(2_345);
                        });
    }

    @Test
    void pointThatStartsAfterItsTime_isRejected() throws Exception {
        assertRejected(
                sum(1, true, number().setStartTimeUnixNano(RandomOtlp.NOW + 1).setAsInt(1)),
                RejectReason.INVALID_TIME);
    }

    @Test
    void streams_areTheSameWhateverTheOrderOfTheirAttributes_andOthersOtherwise() throws Exception {
        KeyValue a = RandomOtlp.attribute("a", RandomOtlp.text("1"));
        KeyValue b = RandomOtlp.attribute("b", RandomOtlp.text("1"));
        Extract.Identity ab = stream(number().addAttributes(a).addAttributes(b));
        assertThat(stream(number().addAttributes(b).addAttributes(a))).isEqualTo(ab);
        assertThat(stream(number().addAttributes(a))).isNotEqualTo(ab);
        assertThat(
                        stream(
                                number().addAttributes(a)
                                        .addAttributes(
                                                RandomOtlp.attribute("b", RandomOtlp.text("2")))))
                .isNotEqualTo(ab);
    }

    private static Extract.Identity stream(NumberDataPoint.Builder point)
            throws MalformedRequestException {
        Extract extract = extract(sum(2, true, point.setAsInt(1)));
        return extract.observations().getFirst().stream();
    }

    @Test
    void tooManyBuckets_areRejected_withoutBeingKept() throws Exception {
        assertRejected(
                Metric.newBuilder()
                        .setExponentialHistogram(
                                ExponentialHistogram.newBuilder()
                                        .setAggregationTemporalityValue(1)
                                        .addDataPoints(
                                                ExponentialHistogramDataPoint.newBuilder()
                                                        .setTimeUnixNano(RandomOtlp.NOW)
                                                        .setPositive(
                                                                ExponentialHistogramDataPoint
                                                                        .Buckets.newBuilder()
                                                                        .addAllBucketCounts(
                                                                                Collections.nCopies(
                                                                                        Numbers
                                                                                                        .MAX_SIZE
                                                                                                + 1,
                                                                                        0L))))),
                RejectReason.INVALID_VALUE);
    }
}
