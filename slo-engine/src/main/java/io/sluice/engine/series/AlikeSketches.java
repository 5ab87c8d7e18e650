package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The form of many sketches of one kind of values, one after the other: each is written as how far
 * its counts lie from the mean of those before it, in {@link BitWriter}'s codes for about the
 * square root of that, which is what chance makes of it. Only where few values are expected, it is
 * gaps between buckets that have any.
 *
 * <p>First come, as variable-length integers, how far the scale of all is from the finest, what all
 * counts are multiples of, the lowest index, how many buckets there are from it up to the highest,
 * and how all is coded; then the bits. Of each place it is said whether it has a sketch, and of a
 * sketch how many values are at zero.
 */
final class AlikeSketches {
    /** More buckets than that are sure to be mostly empty. */
    private static final int MAX_BUCKETS = 1 << 10;

    /** Expectations have so many bits behind the point. */
    private static final int FRACTION = 12;

    /** Below so many values it is gaps that are written. */
    private static final long FEW = (1L << FRACTION) / 4;

    /** A mean is of so many sketches, as a power of two, and of those before with less weight. */
    private static final int MEMORY = 6;

    /** Larger counts are left to other forms. */
    private static final long MAX_COUNT = 1L << 40;

    private static final int CODES = Long.SIZE;

    /** Of gaps. */
    private static final int GAP_CODE = 3;

    private AlikeSketches() {}

    /** What is expected of each bucket, and of which sketches. */
    private static final class Means {
        private final long[] means;
        private int sketches;

        Means(int buckets) {
            means = new long[buckets];
        }

        boolean isFew(int bucket) {
            return means[bucket] < FEW;
        }

        /** Up to where few values are expected in each bucket. */
        int endOfFew(int from) {
            int end = from;
            while (end < means.length && isFew(end)) {
                end++;
            }
            return end;
        }

        long expected(int bucket) {
            return (means[bucket] + (1L << (FRACTION - 1))) >> FRACTION;
        }

        int code(int bucket) {
            // Half as many bits as the mean has, and one more from 1.5 times a power of four on.
            long mean = means[bucket] * 5 / 8;
            int bits = Long.SIZE - FRACTION - Long.numberOfLeadingZeros(mean);
            return Math.max(0, (bits + 1) >> 1);
        }

        void learn(long[] counts) {
            sketches++;
            boolean many = sketches > 1 << MEMORY;
            for (int i = 0; i < means.length; i++) {
                long difference = (counts[i] << FRACTION) - means[i];
                means[i] += many ? difference >> MEMORY : difference / sketches;
            }
        }
    }

    /**
     * Writes sketches, if this form is one for them.
     *
     * @param sketches by place; null where there is none
     * @return whether it is; otherwise nothing is written
     */
    static boolean write(@Nullable Sketch[] sketches, BlobWriter out) {
        int scale = Integer.MIN_VALUE;
        int first = Integer.MAX_VALUE;
        int last = Integer.MIN_VALUE;
        long unit = 0;
        long[] zeros = new long[sketches.length];
        for (int i = 0; i < sketches.length; i++) {
            Sketch sketch = sketches[i];
            if (sketch == null) {
                continue;
            }
            if ((scale != Integer.MIN_VALUE && scale != sketch.scale())
                    || sketch.count() > MAX_COUNT) {
                return false;
            }
            scale = sketch.scale();
            zeros[i] = sketch.zeroCount();
            unit = SmoothSketch.unit(sketch, unit);
            if (sketch.used() > 0) {
                first = Math.min(first, sketch.index(0));
                last = Math.max(last, sketch.index(sketch.used() - 1));
            }
        }
        if (unit == 0 || (long) last - first >= MAX_BUCKETS) {
            return false;
        }
        int zeroCode = PackedColumn.shortest(zeros, 0, zeros.length);
        out.writeVarint(Sketch.MAX_SCALE - scale);
        out.writeVarint(unit);
        out.writeZigZag(first);
        out.writeVarint(last - first + 1);
        out.writeVarint(zeroCode);
        BitWriter bits = new BitWriter(out);
        Means means = new Means(last - first + 1);
        long[] counts = new long[last - first + 1];
        for (int i = 0; i < sketches.length; i++) {
            Sketch sketch = sketches[i];
            bits.write(sketch == null ? 1 : 0, 0);
            if (sketch != null) {
                Arrays.fill(counts, 0);
                for (int bucket = 0; bucket < sketch.used(); bucket++) {
                    counts[sketch.index(bucket) - first] = sketch.count(bucket) / unit;
                }
                bits.write(zeros[i], zeroCode);
                write(counts, means, bits);
                means.learn(counts);
            }
        }
        bits.end();
        return true;
    }

    private static void write(long[] counts, Means means, BitWriter bits) {
        int at = 0;
        while (at < counts.length) {
            if (means.isFew(at)) {
                int end = means.endOfFew(at);
                int next = at;
                while (next < end && counts[next] == 0) {
                    next++;
                }
                bits.write(next - at, GAP_CODE);
                if (next < end) {
                    bits.writeGamma(counts[next++]);
                }
                at = next;
            } else {
                long folded = SmoothSketch.folded(counts[at], means.expected(at));
                bits.write(folded, means.code(at));
                at++;
            }
        }
    }

    /**
     * Reads sketches.
     *
     * @param sketches gets them
     * @throws IllegalArgumentException if the bytes are anything else
     */
    static void read(BlobReader in, @Nullable Sketch[] sketches) {
        int scale =
                Sketch.MAX_SCALE
                        - in.readVarint(
                                Sketch.MAX_SCALE - Sketch.MIN_SCALE, "scale below the finest");
        long unit = in.readVarint();
        long first = in.readZigZag();
        int buckets = in.readVarint(MAX_BUCKETS, "number of buckets");
        int zeroCode = in.readVarint(CODES - 1, "code");
        BitReader bits = new BitReader(in);
        Means means = new Means(buckets);
        long[] counts = new long[buckets];
        for (int i = 0; i < sketches.length; i++) {
            if (bits.read(0) == 0) {
                long zeros = bits.read(zeroCode);
                int used = read(counts, means, bits, in);
                means.learn(counts);
                sketches[i] = sketch(scale, zeros, counts, used, unit, first, in);
            }
        }
        bits.end();
    }

    /** Returns how many of the counts are not zero. */
    private static int read(long[] counts, Means means, BitReader bits, BlobReader in) {
        Arrays.fill(counts, 0);
        int used = 0;
        int at = 0;
        while (at < counts.length) {
            if (means.isFew(at)) {
                int end = means.endOfFew(at);
                long gap = bits.read(GAP_CODE);
                if (gap < 0 || gap > end - at) {
                    throw in.corrupt("a gap of " + Long.toUnsignedString(gap) + " buckets");
                }
                at += (int) gap;
                if (at == end) {
                    continue;
                }
                counts[at] = bits.readGamma();
            } else {
                counts[at] = SmoothSketch.unfolded(bits.read(means.code(at)), means.expected(at));
            }
            if (counts[at] < 0 || counts[at] > MAX_COUNT) {
                throw in.corrupt("a bucket counts " + counts[at]);
            }
            used += counts[at] == 0 ? 0 : 1;
            at++;
        }
        return used;
    }

    private static Sketch sketch(
            int scale, long zeros, long[] counts, int used, long unit, long first, BlobReader in) {
        Sketch sketch = new Sketch();
        sketch.begin(in, scale, zeros, used);
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                sketch.append(in, first + i, SmoothSketch.multiplied(counts[i], unit, in));
            }
        }
        return sketch;
    }
}
