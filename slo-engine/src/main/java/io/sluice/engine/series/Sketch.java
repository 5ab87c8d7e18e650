package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Counts values in buckets that grow with the value, so that every quantile is known within 1.08 %:
 * OpenTelemetry's base-2 exponential histogram at {@value #MAX_SCALE}, with at most {@value
 * #MAX_BUCKETS} buckets in use.
 *
 * <p>Sketches merge exactly: the same values give equal sketches in whatever order and through
 * whatever merges they came. Where more buckets than allowed are in use, neighbours join and the
 * scale falls by one, which doubles the error; ten powers of two (a latency from 1 ms to 1 s)
 * always fit.
 *
 * <p>Values at or below zero share one bucket, whose value is 0: latencies, sizes, costs and shares
 * do not go below.
 *
 * <p>Mutable and not thread-safe. A sketch that was handed to an {@link
 * io.sluice.engine.measure.Extract} must not be changed any more; one that a {@link SeriesReader}
 * returned is the caller's own.
 */
public final class Sketch {

    /** The finest scale: 32 buckets for each power of two. */
    public static final int MAX_SCALE = 5;

    /** The coarsest scale: 1,024 powers of two in a bucket. */
    public static final int MIN_SCALE = -10;

    /** The finest scale of buckets that others made and {@link #addBucket} takes. */
    public static final int MAX_FOREIGN_SCALE = 20;

    /** How many buckets above zero may be in use. */
    public static final int MAX_BUCKETS = 320;

    // Index i covers (base^i, base^(i+1)] with base = 2^(2^-scale): OpenTelemetry's rule, upper
    // bound inclusive. Halving the
    // scale is therefore an arithmetic shift of the index by one, and loses nothing but resolution.
    //
    // Buckets in use are kept sorted by index. A dense array would find its bucket faster, but one
    // stray value of 1e-300
    // would stretch it over the whole range of doubles or cost everybody else's resolution.
    private int scale = MAX_SCALE;
    private int used;
    private int[] indexes = new int[8];
    private long[] counts = new long[8];
    private long zeroCount;
    private long count;

    /** A new one, without values. */
    public Sketch() {}

    /**
     * Adds one value.
     *
     * @throws IllegalArgumentException if the value is not finite
     */
    public void add(double value) {
        add(value, 1);
    }

    /**
     * Adds a value {@code n} times.
     *
     * @throws IllegalArgumentException if the value is not finite or {@code n} is negative
     */
    public void add(double value, long n) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a sketch takes finite values only, not " + value);
        }
        requireCount(n);
        if (value > 0) {
            addToBucket(ExponentialScale.index(value) >> (MAX_SCALE - scale), n);
        } else {
            count = Math.addExact(count, n);
            zeroCount += n;
        }
    }

    /**
     * Adds a bucket of somebody else's exponential histogram, exactly. OpenTelemetry's index is
     * taken as it is; Prometheus' native histograms name the same bucket by an index that is one
     * higher. An index below the smallest normal double counts as that.
     *
     * @param foreignScale from {@value #MIN_SCALE} to {@value #MAX_FOREIGN_SCALE}; a coarser one
     *     than this sketch's makes this sketch as coarse
     * @throws IllegalArgumentException if the scale is outside, the index lies above all doubles,
     *     or {@code n} is negative
     */
    public void addBucket(int foreignScale, int index, long n) {
        if (foreignScale < MIN_SCALE || foreignScale > MAX_FOREIGN_SCALE) {
            throw new IllegalArgumentException(
                    "scale is "
                            + foreignScale
                            + ", expected "
                            + MIN_SCALE
                            + " to "
                            + MAX_FOREIGN_SCALE);
        }
        int highest = ExponentialScale.highestIndex(foreignScale);
        if (index > highest) {
            throw new IllegalArgumentException(
                    "index is "
                            + index
                            + ", expected at most "
                            + highest
                            + " at scale "
                            + foreignScale);
        }
        requireCount(n);
        if (n > 0) {
            downscaleTo(foreignScale);
            int inRange = Math.max(index, ExponentialScale.lowestIndex(foreignScale));
            addToBucket(inRange >> (foreignScale - scale), n);
        }
    }

    /** Adds all values of another sketch, which stays as it is. */
    public void merge(Sketch other) {
        Math.addExact(count, other.count);
        count += other.zeroCount;
        zeroCount += other.zeroCount;
        downscaleTo(other.scale);
        int at = 0;
        for (int i = 0; i < other.used; i++) {
            // Both are sorted, so the next bucket lies at or behind the last one, unless ours have
            // joined meanwhile.
            int index = other.indexes[i] >> (other.scale - scale);
            at = at < used && indexes[at] <= index ? at : 0;
            while (at < used && indexes[at] < index) {
                at++;
            }
            addAt(at, index, other.counts[i]);
        }
    }

    /**
     * What this sketch of a growing number of values has beyond an earlier one, at the coarser of
     * both scales; empty if any bucket has fallen, so that it is none of the same values.
     */
    public Optional<Sketch> minus(Sketch earlier) {
        int coarser = Math.min(scale, earlier.scale);
        Sketch rest = at(coarser);
        return rest.subtract(earlier.at(coarser)) ? Optional.of(rest) : Optional.empty();
    }

    private Sketch at(int coarser) {
        Sketch copy = new Sketch();
        copy.merge(this);
        copy.downscaleTo(coarser);
        return copy;
    }

    /** Both are of one scale; false, and of no further use, if there is less than is taken. */
    private boolean subtract(Sketch other) {
        int kept = 0;
        int taken = 0;
        for (int i = 0; i < used; i++) {
            long n = counts[i];
            if (taken < other.used && other.indexes[taken] == indexes[i]) {
                n -= other.counts[taken++];
            }
            if (n < 0) {
                return false;
            }
            if (n > 0) {
                indexes[kept] = indexes[i];
                counts[kept++] = n;
            }
        }
        used = kept;
        zeroCount -= other.zeroCount;
        count -= other.count;
        return taken == other.used && zeroCount >= 0;
    }

    /** How many values were added. */
    public long count() {
        return count;
    }

    /**
     * The scale in use: {@value #MAX_SCALE} unless values were too far apart or came in coarser
     * buckets.
     */
    public int scale() {
        return scale;
    }

    /**
     * The value of rank {@code ceil(q * count)}, within the relative error of the scale (1.08 % at
     * the finest).
     *
     * @param q from 0 (the smallest) to 1 (the largest)
     * @return empty if nothing was added
     */
    public OptionalDouble quantile(double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("a quantile lies between 0 and 1, not at " + q);
        }
        if (count == 0) {
            return OptionalDouble.empty();
        }
        long rank = Math.clamp((long) Math.ceil(q * count), 1, count);
        long seen = zeroCount;
        for (int i = 0; seen < rank; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return OptionalDouble.of(ExponentialScale.middle(scale, indexes[i]));
            }
        }
        return OptionalDouble.of(0);
    }

    /**
     * The mean, within the relative error of the scale if no value was below zero; empty if nothing
     * was added.
     */
    public OptionalDouble mean() {
        if (count == 0) {
            return OptionalDouble.empty();
        }
        double mean = 0;
        for (int i = 0; i < used; i++) {
            mean += ExponentialScale.middle(scale, indexes[i]) * ((double) counts[i] / count);
        }
        return OptionalDouble.of(mean);
    }

    /**
     * How many values are at most {@code bound}: exactly, if it is a bucket's bound, else between
     * two numbers.
     */
    public Range countAtMost(double bound) {
        if (Double.isNaN(bound)) {
            throw new IllegalArgumentException("nothing compares to NaN");
        }
        if (bound < 0) {
            return new Range(0, zeroCount);
        }
        long low = zeroCount;
        for (int i = 0; i < used; i++) {
            if (ExponentialScale.upperBound(scale, indexes[i]) > bound) {
                boolean cut = ExponentialScale.lowerBound(scale, indexes[i]) < bound;
                return new Range(low, cut ? low + counts[i] : low);
            }
            low += counts[i];
        }
        return new Range(low, low);
    }

    /** The buckets in use, smallest values first; the one at or below zero is {@code (0, 0]}. */
    public List<Bucket> buckets() {
        List<Bucket> buckets = new ArrayList<>(used + 1);
        if (zeroCount > 0) {
            buckets.add(new Bucket(0, 0, zeroCount));
        }
        for (int i = 0; i < used; i++) {
            buckets.add(
                    new Bucket(
                            ExponentialScale.lowerBound(scale, indexes[i]),
                            ExponentialScale.upperBound(scale, indexes[i]),
                            counts[i]));
        }
        return List.copyOf(buckets);
    }

    /** Packs the sketch; equal sketches give equal bytes. */
    public byte[] encode() {
        BlobWriter out = new BlobWriter(8 + 3 * used);
        write(out);
        return out.toBytes();
    }

    /**
     * Reads what {@link #encode} gave.
     *
     * @throws IllegalArgumentException if the bytes are anything else
     */
    public static Sketch decode(byte[] bytes) {
        BlobReader in = new BlobReader(bytes);
        Sketch sketch = read(in);
        in.requireEnd();
        return sketch;
    }

    /**
     * Scale, count at zero, number of buckets; for each bucket the step from the last index, and
     * the count.
     */
    void write(BlobWriter out) {
        writeHead(out);
        int last = 0;
        for (int i = 0; i < used; i++) {
            if (i == 0) {
                out.writeZigZag(indexes[0]);
            } else {
                out.writeVarint(indexes[i] - last - 1);
            }
            out.writeVarint(counts[i]);
            last = indexes[i];
        }
    }

    static Sketch read(BlobReader in) {
        Sketch sketch = new Sketch();
        int buckets = sketch.readHead(in);
        long index = 0;
        for (int i = 0; i < buckets; i++) {
            index = i == 0 ? in.readZigZag() : index + 1 + in.readVarint(Integer.MAX_VALUE, "step");
            sketch.append(in, index, in.readVarint());
        }
        return sketch;
    }

    /** Scale, count at zero, number of buckets. */
    void writeHead(BlobWriter out) {
        out.writeVarint(MAX_SCALE - scale);
        out.writeVarint(zeroCount);
        out.writeVarint(used);
    }

    /** Reads them into a new sketch; returns how many buckets are to be {@link #append}ed. */
    int readHead(BlobReader in) {
        int read = MAX_SCALE - in.readVarint(MAX_SCALE - MIN_SCALE, "scale below the finest");
        long zeros = in.readVarint();
        int buckets = in.readVarint(MAX_BUCKETS, "number of buckets");
        begin(in, read, zeros, buckets);
        return buckets;
    }

    /** Takes what was read, if this is a new sketch; then so many buckets are to be appended. */
    void begin(BlobReader in, int readScale, long zeros, int buckets) {
        if (zeros < 0) {
            throw in.corrupt("the zero bucket counts " + zeros);
        }
        if (buckets > MAX_BUCKETS) {
            throw in.corrupt(buckets + " buckets are in use, expected at most " + MAX_BUCKETS);
        }
        scale = readScale;
        zeroCount = zeros;
        count = zeros;
        indexes = new int[Math.max(8, buckets)];
        counts = new long[Math.max(8, buckets)];
    }

    /** Takes the next bucket as it was read. */
    void append(BlobReader in, long index, long n) {
        if (!ExponentialScale.hasIndex(scale, index)) {
            throw in.corrupt("index " + index + " lies beyond all doubles");
        }
        count += n;
        if (n <= 0 || count < n) {
            throw in.corrupt("a bucket counts " + n);
        }
        indexes[used] = (int) index;
        counts[used] = n;
        used++;
    }

    /** How many values are at or below zero. */
    long zeroCount() {
        return zeroCount;
    }

    /** How many buckets above zero are in use. */
    int used() {
        return used;
    }

    /** The index of one of them; they are in order. */
    int index(int bucket) {
        return indexes[bucket];
    }

    /** How many values one of them has. */
    long count(int bucket) {
        return counts[bucket];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sketch that
                && scale == that.scale
                && zeroCount == that.zeroCount
                && Arrays.equals(indexes, 0, used, that.indexes, 0, that.used)
                && Arrays.equals(counts, 0, used, that.counts, 0, that.used);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    @Override
    public String toString() {
        return "Sketch[scale=" + scale + ", count=" + count + ", buckets=" + buckets() + "]";
    }

    private void addToBucket(int index, long n) {
        if (n > 0) {
            int found = Arrays.binarySearch(indexes, 0, used, index);
            addAt(found >= 0 ? found : ~found, index, n);
        }
    }

    /** Adds to the bucket of this index, which is at this place or belongs there. */
    private void addAt(int at, int index, long n) {
        count = Math.addExact(count, n);
        if (at < used && indexes[at] == index) {
            counts[at] += n;
            return;
        }
        insert(at, index, n);
        while (used > MAX_BUCKETS) {
            downscaleTo(scale - 1);
        }
    }

    private void insert(int at, int index, long n) {
        if (used == indexes.length) {
            indexes = Arrays.copyOf(indexes, used * 2);
            counts = Arrays.copyOf(counts, used * 2);
        }
        System.arraycopy(indexes, at, indexes, at + 1, used - at);
        System.arraycopy(counts, at, counts, at + 1, used - at);
        indexes[at] = index;
        counts[at] = n;
        used++;
    }

    /** Joins neighbours until the scale is at most this. */
    private void downscaleTo(int coarser) {
        if (coarser >= scale) {
            return;
        }
        int shift = scale - coarser;
        int kept = 0;
        for (int i = 0; i < used; i++) {
            int index = indexes[i] >> shift;
            if (kept > 0 && indexes[kept - 1] == index) {
                counts[kept - 1] += counts[i];
            } else {
                indexes[kept] = index;
                counts[kept] = counts[i];
                kept++;
            }
        }
        used = kept;
        scale = coarser;
    }

    private static void requireCount(long n) {
        if (n < 0) {
            throw new IllegalArgumentException("cannot add a value " + n + " times");
        }
    }

    /** Values in {@code (lower, upper]}. */
    public record Bucket(double lower, double upper, long count) {}

    /** A number that lies between {@code low} and {@code high}, both possible. */
    public record Range(long low, long high) {}
}
