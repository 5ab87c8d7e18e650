package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

/**
 * The form of one sketch by itself: its counts lie on a smooth curve, but for chance. So each is
 * written as how far it lies from where the line through the last few leads, in {@link BitWriter}'s
 * codes for about the square root of that, which is what chance makes of it.
 *
 * <p>All before the bits are variable-length integers. First how all is coded; where that says so,
 * how far the scale is from the finest, the count at zero, and what all counts are multiples of
 * (events of which one in so many is kept count that often), which else are 0, 0 and 1; then the
 * first index, and how many buckets there are up to the last one. Buckets without values are counts
 * of zero. Behind three of these comes how many more there are, and then a count by itself. Where
 * there are no buckets, or values are too far apart for that, it is a zero and a {@link
 * PackedSketch}.
 *
 * <p>In an earlier form, which is still read, {@link Sketch#writeHead} and all the rest come first,
 * and then how it is coded.
 */
final class SmoothSketch {
    /** More buckets than that are sure to be mostly empty. */
    private static final int MAX_BUCKETS = 1 << 12;

    private static final int NOT_SMOOTH = 0;

    /** How much more than by chance counts differ, in half powers of two. */
    private static final int SPREADS = 12;

    private static final int LEAST_SPREAD = -4;

    // Of the earlier form.
    private static final int EARLIER_SPREADS = 16;
    private static final int EARLIER_LINES = 4;
    private static final int GAP_CODES = 8;

    /** What is written by itself is as short as it is small. */
    private static final int BY_ITSELF = -1;

    /**
     * Through how many counts lines go: many where values are few and chance is much. Those in
     * between are of the earlier form.
     */
    private static final int[] LENGTHS = {1, 4, 6, 8, 24};

    // Which of them are tried.
    private static final int LONGEST = 4;
    private static final int[] SHORTER = {3, 0};

    private SmoothSketch() {}

    /**
     * How counts are coded.
     *
     * @param line which of {@link #LENGTHS}
     */
    private record Form(int line, int spread) {
        static final int END = 1 + 2 * LENGTHS.length * SPREADS;

        /** Above {@link #NOT_SMOOTH}, and in one byte. */
        int number(boolean isPlain) {
            int chosen = line + LENGTHS.length * (spread - LEAST_SPREAD);
            return 1 + 2 * chosen + (isPlain ? 0 : 1);
        }

        static boolean isPlain(int number) {
            return number % 2 == 1;
        }

        static Form of(int number) {
            int chosen = (number - 1) / 2;
            return new Form(chosen % LENGTHS.length, chosen / LENGTHS.length + LEAST_SPREAD);
        }
    }

    /** Goes along counts of neighbouring buckets, and knows those that it has passed. */
    private static final class Curve {
        /** Behind so many empty buckets there may be more. */
        private static final int EMPTY = 3;

        private final long[] counts;
        private final int line;
        private final int length;
        private int at;

        /** Of the last few counts; the other of each times how many buckets ago it was. */
        private long sum;

        private long weighted;

        /** How many empty buckets it has just passed; at the beginning there were many. */
        private int empty = EMPTY;

        Curve(long[] counts, int line) {
            this.counts = counts;
            this.line = line;
            this.length = LENGTHS[line];
        }

        boolean hasNext() {
            return at < counts.length;
        }

        boolean isEmpty() {
            return empty >= EMPTY;
        }

        /** How many empty buckets follow; the last bucket is none. */
        int gap() {
            int end = at;
            while (counts[end] == 0) {
                end++;
            }
            return end - at;
        }

        long count() {
            return counts[at];
        }

        /** Where the line through the last few counts leads, by least squares. */
        long expected() {
            long next =
                    switch (line) {
                        case 0 -> sum;
                        case 1 -> (3 * sum - weighted) / 2;
                        case 2 -> (13 * sum - 3 * weighted) / 15;
                        case 3 -> (17 * sum - 3 * weighted) / 28;
                        default -> (49 * sum - 3 * weighted) / 276;
                    };
            return Math.max(0, next);
        }

        /** How many bits counts have that are near the next one. */
        int size(long expected) {
            long before = counts[at - 1];
            long near = at < 2 ? before : (before >> 1) + (counts[at - 2] >> 1);
            return Long.SIZE - Long.numberOfLeadingZeros(Math.max(expected, near));
        }

        void skip(int gap) {
            if (gap >= length) {
                sum = 0;
                weighted = 0;
                at += gap;
                return;
            }
            for (int i = 0; i < gap; i++) {
                pass(0);
            }
        }

        void pass(long count) {
            counts[at] = count;
            long old = at < length ? 0 : counts[at - length];
            weighted += sum + count - (length + 1) * old;
            sum += count - old;
            empty = count == 0 ? empty + 1 : 0;
            at++;
        }
    }

    static void write(Sketch sketch, BlobWriter out) {
        int used = sketch.used();
        int first = used == 0 ? 0 : sketch.index(0);
        long buckets = used == 0 ? 0 : (long) sketch.index(used - 1) - first + 1;
        if (used == 0 || buckets > MAX_BUCKETS) {
            out.writeVarint(NOT_SMOOTH);
            PackedSketch.write(sketch, out);
            return;
        }
        long unit = unit(sketch, 0);
        long[] counts = new long[(int) buckets];
        for (int i = 0; i < used; i++) {
            counts[sketch.index(i) - first] = sketch.count(i) / unit;
        }
        int below = Sketch.MAX_SCALE - sketch.scale();
        boolean isPlain = below == 0 && sketch.zeroCount() == 0 && unit == 1;
        Form form = shortest(counts);
        out.writeVarint(form.number(isPlain));
        if (!isPlain) {
            out.writeVarint(below);
            out.writeVarint(sketch.zeroCount());
            out.writeVarint(unit);
        }
        out.writeZigZag(first);
        out.writeVarint(buckets);
        write(new Curve(counts, form.line()), form.spread(), out);
    }

    /** The greatest number that divides this one and all counts of a sketch. */
    static long unit(Sketch sketch, long already) {
        long unit = already;
        for (int i = 0; i < sketch.used() && unit != 1; i++) {
            long other = sketch.count(i);
            while (other != 0) {
                long rest = unit % other;
                unit = other;
                other = rest;
            }
        }
        return unit;
    }

    /** Nearly: a spread is looked for along one line only. */
    private static Form shortest(long[] counts) {
        Rests rests = new Rests(counts, LONGEST);
        long least = rests.length(0);
        for (int line : SHORTER) {
            Rests other = new Rests(counts, line);
            long length = other.length(0);
            if (length < least) {
                least = length;
                rests = other;
            }
        }
        int best = 0;
        for (int step = 1; step >= -1; step -= 2) {
            for (int spread = step; isSpread(spread); spread += step) {
                long length = rests.length(spread);
                if (length >= least) {
                    break;
                }
                least = length;
                best = spread;
            }
        }
        return new Form(rests.line, best);
    }

    private static boolean isSpread(int spread) {
        return spread >= LEAST_SPREAD && spread < LEAST_SPREAD + SPREADS;
    }

    /** How far all counts lie from where a line leads, but for those behind empty buckets. */
    private static final class Rests {
        private final int line;
        private final long[] folded;
        private final int[] sizes;
        private int used;

        Rests(long[] counts, int line) {
            this.line = line;
            folded = new long[counts.length];
            sizes = new int[counts.length];
            Curve curve = new Curve(counts, line);
            while (curve.hasNext()) {
                if (curve.isEmpty()) {
                    curve.skip(curve.gap());
                } else {
                    long expected = curve.expected();
                    folded[used] = folded(curve.count(), expected);
                    sizes[used++] = curve.size(expected);
                }
                curve.pass(curve.count());
            }
        }

        /** How many bits they take. */
        long length(int spread) {
            long length = 0;
            for (int i = 0; i < used; i++) {
                length += BitWriter.length(folded[i], code(sizes[i], spread));
            }
            return length;
        }
    }

    private static void write(Curve curve, int spread, BlobWriter out) {
        BitWriter bits = new BitWriter(out);
        while (curve.hasNext()) {
            if (curve.isEmpty()) {
                int gap = curve.gap();
                bits.writeGamma(gap + 1L);
                curve.skip(gap);
                bits.writeGamma(curve.count());
            } else {
                long expected = curve.expected();
                bits.write(folded(curve.count(), expected), code(curve.size(expected), spread));
            }
            curve.pass(curve.count());
        }
        bits.end();
    }

    private static int code(int size, int spread) {
        return Math.max(0, (size + spread) >> 1);
    }

    /** How far a count lies from another: both sides in turn, as far as there are two. */
    static long folded(long count, long expected) {
        long above = count - expected;
        if (above > expected) {
            return count;
        }
        return above >= 0 ? 2 * above : -2 * above - 1;
    }

    /** The count that is {@link #folded}; below zero only if none is. */
    static long unfolded(long folded, long expected) {
        if (Long.compareUnsigned(folded, 2 * expected) > 0) {
            return folded;
        }
        return (folded & 1) == 0 ? expected + (folded >>> 1) : expected - (folded >>> 1) - 1;
    }

    /**
     * Reads one sketch.
     *
     * @throws IllegalArgumentException if the bytes are anything else
     */
    static Sketch read(BlobReader in) {
        int number = in.readVarint(Form.END - 1, "form of a sketch");
        if (number == NOT_SMOOTH) {
            return PackedSketch.read(in);
        }
        int scale = Sketch.MAX_SCALE;
        long zeros = 0;
        long unit = 1;
        if (!Form.isPlain(number)) {
            scale -= in.readVarint(Sketch.MAX_SCALE - Sketch.MIN_SCALE, "scale below the finest");
            zeros = in.readVarint();
            unit = in.readVarint();
        }
        long first = in.readZigZag();
        long[] counts = new long[in.readVarint(MAX_BUCKETS, "number of buckets")];
        int used = read(in, counts, Form.of(number), BY_ITSELF);
        Sketch sketch = new Sketch();
        sketch.begin(in, scale, zeros, used);
        append(in, sketch, counts, first, unit);
        return sketch;
    }

    /**
     * Reads one of the earlier form.
     *
     * @throws IllegalArgumentException if the bytes are anything else
     */
    static Sketch readEarlier(BlobReader in) {
        Sketch sketch = new Sketch();
        int used = sketch.readHead(in);
        long unit = in.readVarint();
        long first = in.readZigZag();
        long[] counts = new long[in.readVarint(MAX_BUCKETS, "number of buckets")];
        int number =
                in.readVarint(GAP_CODES * EARLIER_LINES * EARLIER_SPREADS - 1, "form of a sketch");
        int chosen = number / GAP_CODES;
        Form form = new Form(chosen % EARLIER_LINES, chosen / EARLIER_LINES + LEAST_SPREAD);
        int read = read(in, counts, form, number % GAP_CODES);
        if (read != used) {
            throw in.corrupt(read + " buckets are in use, expected " + used);
        }
        append(in, sketch, counts, first, unit);
        return sketch;
    }

    /** Returns how many of the counts are not zero. */
    private static int read(BlobReader in, long[] counts, Form form, int gapCode) {
        Curve curve = new Curve(counts, form.line());
        BitReader bits = new BitReader(in);
        int used = 0;
        while (curve.hasNext()) {
            long count;
            if (curve.isEmpty()) {
                long gap = gapCode == BY_ITSELF ? bits.readGamma() - 1 : bits.read(gapCode);
                if (gap < 0 || gap >= counts.length - curve.at) {
                    throw in.corrupt("counts go on after the last bucket");
                }
                curve.skip((int) gap);
                count = bits.readGamma();
            } else {
                long expected = curve.expected();
                count = unfolded(bits.read(code(curve.size(expected), form.spread())), expected);
            }
            curve.pass(count);
            used += count == 0 ? 0 : 1;
        }
        bits.end();
        return used;
    }

    private static void append(BlobReader in, Sketch sketch, long[] counts, long first, long unit) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                sketch.append(in, first + i, multiplied(counts[i], unit, in));
            }
        }
    }

    static long multiplied(long count, long unit, BlobReader in) {
        if (Math.multiplyHigh(count, unit) != 0 || count * unit < 0) {
            throw in.corrupt("a bucket counts " + count + " times " + unit);
        }
        return count * unit;
    }
}
