package io.sluice.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.extract.SourceUnit;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.collector.wire.ProtoWriter;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.measure.MalformedRequestException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.Random;

class NativeHistogramTest {

    private static void span(NativeHistogram.Side side, int offset, int length)
            throws MalformedRequestException {
        ProtoWriter out = new ProtoWriter();
        int begun = out.begin(1);
        out.varint(1, zigZag(offset));
        out.varint(2, length);
        out.end(begun);
        ProtoCursor cursor = new ProtoCursor();
        cursor.reset(out.buffer(), 0, out.size());
        cursor.tag();
        side.readSpan(cursor);
    }

    private static long zigZag(long value) {
        return value << 1 ^ value >> 63;
    }

    private static long within(NativeHistogram histogram, Op op, double bound) {
        return histogram.certainly(op, bound, SourceUnit.OTHER, Indicator.Unit.NONE);
    }

    /** Schema 0: bucket 0 is (0.5, 1], bucket 1 is (1, 2]; spans leave bucket 2 out. */
    private static NativeHistogram threeBuckets(long count) throws MalformedRequestException {
        NativeHistogram histogram = new NativeHistogram();
        histogram.setCount(false, count);
        histogram.setZeroThreshold(0.001);
        histogram.setZeroCount(false, 2);
        span(histogram.positive(), 0, 2);
        span(histogram.positive(), 1, 1);
        for (long delta : new long[] {5, -2, 4}) { // counts 5, 3, 7
            histogram.positive().deltas().add(zigZag(delta));
        }
        return histogram;
    }

    @Test
    void RW17_bucketsAreCountedUpToTheirUpperBound() throws Exception {
        NativeHistogram histogram = threeBuckets(17);

        assertThat(histogram.complete()).isTrue();
        assertThat(histogram.count()).isEqualTo(17);
        assertThat(within(histogram, Op.LTE, 1)).isEqualTo(2 + 5);
        assertThat(within(histogram, Op.LTE, 1.9)).isEqualTo(2 + 5);
        assertThat(within(histogram, Op.LTE, 2)).isEqualTo(2 + 5 + 3);
        assertThat(within(histogram, Op.LTE, 8)).isEqualTo(17);
        assertThat(within(histogram, Op.GTE, 2)).isEqualTo(7);
    }

    @Test
    void RW17_countsThatDoNotAddUp_areRefused() throws Exception {
        assertThat(threeBuckets(18).complete()).isFalse();
        NativeHistogram withNaNs = threeBuckets(18);
        withNaNs.setSum(Double.NaN);
        assertThat(withNaNs.complete()).isTrue();
        assertThat(within(withNaNs, Op.LTE, 100)).isEqualTo(17);
    }

    @Test
    void RW17_negativeBucketsAreMirrored() throws Exception {
        NativeHistogram histogram = new NativeHistogram();
        histogram.setCount(false, 9);
        span(histogram.negative(), 1, 2); // [-2, -1) and [-4, -2)
        histogram.negative().deltas().add(zigZag(4));
        histogram.negative().deltas().add(zigZag(1));

        assertThat(histogram.complete()).isTrue();
        assertThat(within(histogram, Op.LTE, -2)).isEqualTo(5);
        assertThat(within(histogram, Op.LTE, -1)).isEqualTo(9);
        assertThat(within(histogram, Op.GTE, -2)).isEqualTo(4);
    }

    @Test
    void RW17_customBucketsHaveBoundsOfTheirOwn() throws Exception {
        NativeHistogram histogram = new NativeHistogram();
        histogram.setSchema(zigZag(-53));
        histogram.setCount(false, 6);
        for (double bound : new double[] {0.1, 0.3}) {
            histogram.customBounds().add(Double.doubleToRawLongBits(bound));
        }
        span(histogram.positive(), 0, 3);
        for (long delta : new long[] {1, 1, 1}) { // counts 1, 2, 3
            histogram.positive().deltas().add(zigZag(delta));
        }

        assertThat(histogram.complete()).isTrue();
        assertThat(within(histogram, Op.LTE, 0.1)).isEqualTo(1);
        assertThat(within(histogram, Op.LTE, 0.3)).isEqualTo(3);
        assertThat(within(histogram, Op.GTE, 0.3)).isEqualTo(3);

        span(histogram.positive(), 0, 1);
        histogram.positive().deltas().add(zigZag(0));
        histogram.setCount(false, 9);
        assertThat(histogram.complete()).as("a bucket beyond the last").isFalse();
    }

    @Test
    void RW17_fractionalCountsAreRounded() throws Exception {
        NativeHistogram histogram = new NativeHistogram();
        histogram.setCount(true, Double.doubleToRawLongBits(4.1));
        span(histogram.positive(), 0, 2);
        histogram.positive().counts().add(Double.doubleToRawLongBits(2.6));
        histogram.positive().counts().add(Double.doubleToRawLongBits(1.5));

        assertThat(histogram.complete()).isTrue();
        assertThat(histogram.count()).isEqualTo(4);
        assertThat(within(histogram, Op.LTE, 1)).isEqualTo(3);
    }

    @Test
    void unknownSchemasAndSpansWithoutCounts_areRefused() throws Exception {
        NativeHistogram schema = threeBuckets(17);
        schema.setSchema(zigZag(9));
        assertThat(schema.complete()).isFalse();

        NativeHistogram span = threeBuckets(17);
        span(span.positive(), 0, 1);
        assertThat(span.complete()).isFalse();

        NativeHistogram backwards = new NativeHistogram();
        span(backwards.positive(), 0, 1);
        span(backwards.positive(), -1, 1);
        backwards.positive().deltas().add(0);
        backwards.positive().deltas().add(0);
        assertThat(backwards.complete()).isFalse();
    }

    @Property(tries = 2000)
    void everyValueLiesInTheBucketThatPrometheusPutsItIn(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        int schema = random.nextInt(13) - 4;
        double value = Math.exp(random.nextGaussian() * 3);
        int index = (int) Math.ceil(Math.log(value) / Math.log(2) * Math.pow(2, schema));
        NativeHistogram histogram = new NativeHistogram();
        histogram.setSchema(zigZag(schema));
        histogram.setCount(false, 1);
        span(histogram.positive(), index, 1);
        histogram.positive().deltas().add(zigZag(1));

        assertThat(histogram.complete()).isTrue();
        double width = Math.pow(2, Math.pow(2, -schema));
        assertThat(within(histogram, Op.LTE, value * width * 1.0001)).isEqualTo(1);
        assertThat(within(histogram, Op.LTE, value / 1.0001)).isZero();
        assertThat(within(histogram, Op.GTE, value / width / 1.0001)).isEqualTo(1);
    }
}
