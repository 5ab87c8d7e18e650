package io.sluice.collector.prometheus;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Distribution;
import io.sluice.collector.extract.Numbers;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.series.Sketch;

import java.util.Arrays;

/**
 * A native histogram, of whole or fractional counts. Bucket {@code i} of schema {@code s} covers
 * {@code (base^(i-1), base^i]} with {@code base = 2^(2^-s)}, negative ones mirrored, and one holds
 * what is about zero; schema -53 has bounds of its own instead. Mutable, reused, not thread-safe.
 *
 * <p>See <a href="https://prometheus.io/docs/specs/native_histograms/">Native histograms</a>.
 * Fractional counts are rounded, each bucket by itself.
 */
public final class NativeHistogram implements Distribution {

    /** The bits of the NaN that says that a series has ended; every other NaN is a value. */
    public static final long STALE_BITS = 0x7ff0000000000002L;

    private static final int MIN_SCHEMA = -4;
    private static final int MAX_SCHEMA = 8;
    private static final int CUSTOM_SCHEMA = -53;

    /**
     * No schema has a bucket of a double beyond it: 2^8 buckets for each of 2,100 powers of two.
     */
    private static final int MAX_INDEX = 1 << 20;

    private static final int SPAN_OFFSET = 1 << 3 | ProtoCursor.VARINT;
    private static final int SPAN_LENGTH = 2 << 3 | ProtoCursor.VARINT;

    private final Side positive = new Side();
    private final Side negative = new Side();
    private final Numbers customBounds = new Numbers();
    private boolean fractional;
    private double count;
    private double zeroCount;
    private double zeroThreshold;
    private double sum;
    private int schema;

    /** The buckets on one side of zero, as they came and as they are counted. */
    public static final class Side {

        private final Numbers spanOffsets = new Numbers();
        private final Numbers spanLengths = new Numbers();
        private final Numbers deltas = new Numbers();
        private final Numbers counts = new Numbers();

        private int[] indexes = new int[64];
        private long[] values = new long[64];
        private int size;
        private double sum;

        private Side() {}

        private void clear() {
            spanOffsets.clear();
            spanLengths.clear();
            deltas.clear();
            counts.clear();
        }

        /** Reads a span; the cursor stands after its tag. */
        public void readSpan(ProtoCursor cursor) throws MalformedRequestException {
            int outer = cursor.enter();
            long offset = 0;
            long length = 0;
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                switch (tag) {
                    case SPAN_OFFSET -> offset = (int) zigZag(cursor.varint());
                    case SPAN_LENGTH -> length = cursor.varint() & 0xffffffffL;
                    default -> cursor.skip(tag);
                }
            }
            cursor.leave(outer);
            spanOffsets.add(offset);
            spanLengths.add(length);
        }

        /** Differences between the counts of one bucket and the next, as signed varints. */
        public Numbers deltas() {
            return deltas;
        }

        /** Counts with fractions, as doubles; used if counts are fractional. */
        public Numbers counts() {
            return counts;
        }

        /** Whether the spans have as many buckets as there are counts, which are all counts. */
        private boolean expand(boolean fractional) {
            Numbers given = fractional ? counts : deltas;
            size = 0;
            sum = 0;
            if (given.size() > Numbers.MAX_SIZE || spanOffsets.size() > Numbers.MAX_SIZE) {
                return false;
            }
            long index = 0;
            double value = 0;
            for (int span = 0; span < spanOffsets.size(); span++) {
                long gap = spanOffsets.get(span);
                long length = spanLengths.get(span);
                if ((span > 0 && gap < 0) || length > given.size() - size) {
                    return false;
                }
                index += gap;
                if (Math.abs(index) + length > MAX_INDEX) {
                    return false;
                }
                for (int i = 0; i < length; i++) {
                    value = fractional ? given.getDouble(size) : value + zigZag(given.get(size));
                    if (!(value >= 0 && value <= Accumulator.MAX_COUNT)) {
                        return false;
                    }
                    add((int) index++, value);
                }
            }
            return size == given.size();
        }

        private void add(int index, double value) {
            if (size == indexes.length) {
                indexes = Arrays.copyOf(indexes, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            indexes[size] = index;
            values[size++] = Math.round(value);
            sum += value;
        }
    }

    /** Without buckets. */
    public NativeHistogram() {}

    /** Begins another. */
    public void clear() {
        positive.clear();
        negative.clear();
        customBounds.clear();
        fractional = false;
        count = 0;
        zeroCount = 0;
        zeroThreshold = 0;
        sum = 0;
        schema = 0;
    }

    public Side positive() {
        return positive;
    }

    public Side negative() {
        return negative;
    }

    /** The upper bounds of the buckets of schema -53 but for the last, which has none. */
    public Numbers customBounds() {
        return customBounds;
    }

    /** As it is on the wire: whole, or the bits of a fractional one. */
    public void setCount(boolean fractional, long bits) {
        this.fractional |= fractional;
        count = number(fractional, bits);
    }

    /** As it is on the wire: whole, or the bits of a fractional one. */
    public void setZeroCount(boolean fractional, long bits) {
        this.fractional |= fractional;
        zeroCount = number(fractional, bits);
    }

    private static double number(boolean fractional, long bits) {
        return fractional ? Double.longBitsToDouble(bits) : bits;
    }

    public void setZeroThreshold(double zeroThreshold) {
        this.zeroThreshold = zeroThreshold;
    }

    public void setSum(double sum) {
        this.sum = sum;
    }

    /** As it is on the wire, a signed varint. */
    public void setSchema(long varint) {
        schema = (int) zigZag(varint);
    }

    /** Whether this is the mark of a series that has ended. */
    public boolean isStale() {
        return Double.doubleToRawLongBits(sum) == STALE_BITS;
    }

    /**
     * Whether everything that was set fits together; to be asked once, before the distribution is
     * used. Whole counts must add up, unless the sum is NaN: values that are NaN are counted and
     * are in no bucket. Fractional ones cannot, they were rounded on their way.
     */
    public boolean complete() {
        boolean custom = schema == CUSTOM_SCHEMA;
        boolean known = custom || (schema >= MIN_SCHEMA && schema <= MAX_SCHEMA);
        if (!known
                || !isCount(count)
                || !isCount(zeroCount)
                || !(zeroThreshold >= 0)
                || !positive.expand(fractional)
                || !negative.expand(fractional)
                || (custom && !hasCustomBuckets())) {
            return false;
        }
        double inBuckets = zeroCount + positive.sum + negative.sum;
        return fractional || inBuckets == count || (Double.isNaN(sum) && inBuckets < count);
    }

    private static boolean isCount(double count) {
        return count >= 0 && count <= Accumulator.MAX_COUNT;
    }

    private boolean hasCustomBuckets() {
        if (negative.size > 0 || zeroCount > 0 || customBounds.size() > Numbers.MAX_SIZE) {
            return false;
        }
        for (int i = 1; i < customBounds.size(); i++) {
            if (!(customBounds.getDouble(i) > customBounds.getDouble(i - 1))) {
                return false;
            }
        }
        return positive.size == 0
                || (positive.indexes[0] >= 0
                        && positive.indexes[positive.size - 1] <= customBounds.size());
    }

    private static long zigZag(long varint) {
        return varint >>> 1 ^ -(varint & 1);
    }

    @Override
    public long count() {
        return Math.round(count);
    }

    @Override
    public long certainly(Op op, double bound, SourceUnit unit, Indicator.Unit boundUnit) {
        long certain = 0;
        for (int i = 0; i < positive.size; i++) {
            int index = positive.indexes[i];
            if (compares(op, lower(index), upper(index), bound, unit, boundUnit)) {
                certain += positive.values[i];
            }
        }
        for (int i = 0; i < negative.size; i++) {
            int index = negative.indexes[i];
            if (compares(op, -upper(index), -lower(index), bound, unit, boundUnit)) {
                certain += negative.values[i];
            }
        }
        if (compares(op, -zeroThreshold, zeroThreshold, bound, unit, boundUnit)) {
            certain += Math.round(zeroCount);
        }
        return Math.min(certain, count());
    }

    private static boolean compares(
            Op op,
            double lower,
            double upper,
            double bound,
            SourceUnit unit,
            Indicator.Unit boundUnit) {
        return switch (op) {
            case LT, LTE -> unit.test(upper, Op.LTE, bound, boundUnit);
            case GT, GTE -> unit.test(lower, Op.GTE, bound, boundUnit);
        };
    }

    private double lower(int index) {
        if (schema == CUSTOM_SCHEMA) {
            return index == 0 ? Double.NEGATIVE_INFINITY : customBounds.getDouble(index - 1);
        }
        return Math.pow(2, Math.scalb((double) (index - 1), -schema));
    }

    private double upper(int index) {
        if (schema == CUSTOM_SCHEMA) {
            return index == customBounds.size()
                    ? Double.POSITIVE_INFINITY
                    : customBounds.getDouble(index);
        }
        return Math.pow(2, Math.scalb((double) index, -schema));
    }

    /** Running counts become no sketch: what apply keeps of a stream is two numbers. */
    @Override
    public boolean sketches() {
        return false;
    }

    @Override
    public void addTo(Sketch sketch, SourceUnit unit, Indicator.Unit to) {
        throw new UnsupportedOperationException("running counts become no sketch");
    }
}
