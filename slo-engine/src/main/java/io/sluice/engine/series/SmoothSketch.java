package io.sluice.engine.series;

import java.util.List;

/**
 * The form of a sketch of very many values: their counts lie on a smooth curve, but for chance. So
 * each is written as how far it lies from where the line through the last few leads, in {@link
 * BitWriter}'s codes for about the square root of that, which is what chance makes of it.
 *
 * <p>After {@link Sketch#writeHead} come, as variable-length integers, what all counts are
 * multiples of (events of which one in so many is kept count that often), the first index, how many
 * buckets there are up to the last one, and how all is coded; then the bits. Buckets without values
 * are counts of zero. Behind three of these comes how many more there are, and then a count by
 * itself.
 */
final class SmoothSketch {
    /** More buckets than that are sure to be mostly empty. */
    static final int MAX_BUCKETS = 1 << 12;

    /** How much more than by chance counts differ, in half powers of two. */
    private static final int SPREADS = 16;

    private static final int LEAST_SPREAD = -4;

    /** How many empty buckets there are in a row. */
    private static final int GAP_CODES = 8;

    private static final List<Line> LINES =
            List.of(
                    new Line(1, 1),
                    new Line(2, 2, 1, 0, -1),
                    new Line(15, 10, 7, 4, 1, -2, -5),
                    new Line(28, 14, 11, 8, 5, 2, -1, -4, -7));

    private SmoothSketch() {}

    /** Through how many of the last counts a line goes, by least squares, to where it leads. */
    private record Line(long divisor, long... weights) {
        long next(long[] counts, int at) {
            long sum = 0;
            for (int i = 0; i < weights.length && i < at; i++) {
                sum += weights[i] * counts[at - 1 - i];
            }
            return Math.max(0, sum / divisor);
        }
    }

    /** Counts of neighbouring buckets, as far as they are known, and how the next is coded. */
    private record Curve(long[] counts, Line line, int spread) {

        /** Whether there have been so many empty buckets that there may be more. */
        boolean isEmpty(int at) {
            return at == 0
                    || (counts[at - 1] == 0
                            && (at < 2 || counts[at - 2] == 0)
                            && (at < 3 || counts[at - 3] == 0));
        }

        int code(long expected, int at) {
            long near = at < 2 ? counts[at - 1] : (counts[at - 1] >> 1) + (counts[at - 2] >> 1);
            int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(expected, near));
            return Math.max(0, (bits + spread) >> 1);
        }
    }

    /**
     * Writes a sketch, if this form is one for it.
     *
     * @return whether it is; otherwise nothing is written
     */
    static boolean write(Sketch sketch, BlobWriter out) {
        int used = sketch.used();
        if (used == 0) {
            return false;
        }
        int first = sketch.index(0);
        long buckets = (long) sketch.index(used - 1) - first + 1;
        if (buckets > MAX_BUCKETS) {
            return false;
        }
        long unit = unit(sketch, 0);
        long[] counts = new long[(int) buckets];
        for (int i = 0; i < used; i++) {
            counts[sketch.index(i) - first] = sketch.count(i) / unit;
        }
        sketch.writeHead(out);
        out.writeVarint(unit);
        out.writeZigZag(first);
        out.writeVarint(buckets);
        write(counts, out);
        return true;
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

    private static void write(long[] counts, BlobWriter out) {
        Curve best = new Curve(counts, LINES.getFirst(), 0);
        long least = Long.MAX_VALUE;
        for (Line line : LINES) {
            for (int spread = LEAST_SPREAD; spread < LEAST_SPREAD + SPREADS; spread++) {
                Curve curve = new Curve(counts, line, spread);
                long length = length(curve);
                if (length < least) {
                    least = length;
                    best = curve;
                }
            }
        }
        int gapCode = gapCode(best);
        out.writeVarint(
                gapCode
                        + GAP_CODES
                                * (LINES.indexOf(best.line())
                                        + LINES.size() * (long) (best.spread() - LEAST_SPREAD)));
        BitWriter bits = new BitWriter(out);
        for (int at = 0; at < counts.length; at++) {
            if (best.isEmpty(at)) {
                int gap = gap(counts, at);
                bits.write(gap, gapCode);
                at += gap;
                bits.writeGamma(counts[at]);
            } else {
                long expected = best.line().next(counts, at);
                bits.write(folded(counts[at], expected), best.code(expected, at));
            }
        }
        bits.end();
    }

    /** How many bits all counts take that are not behind empty buckets. */
    private static long length(Curve curve) {
        long length = 0;
        for (int at = 0; at < curve.counts().length; at++) {
            if (curve.isEmpty(at)) {
                at += gap(curve.counts(), at);
            } else {
                long expected = curve.line().next(curve.counts(), at);
                length +=
                        BitWriter.length(
                                folded(curve.counts()[at], expected), curve.code(expected, at));
            }
        }
        return length;
    }

    private static int gapCode(Curve curve) {
        long[] gaps = new long[curve.counts().length];
        int used = 0;
        for (int at = 0; at < gaps.length; at++) {
            if (curve.isEmpty(at)) {
                int gap = gap(curve.counts(), at);
                gaps[used++] = gap;
                at += gap;
            }
        }
        return Math.min(PackedColumn.shortest(gaps, 0, used), GAP_CODES - 1);
    }

    /** The last one is not zero. */
    private static int gap(long[] counts, int from) {
        int end = from;
        while (counts[end] == 0) {
            end++;
        }
        return end - from;
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
        Sketch sketch = new Sketch();
        int left = sketch.readHead(in);
        long unit = in.readVarint();
        long first = in.readZigZag();
        int buckets = in.readVarint(MAX_BUCKETS, "number of buckets");
        int form = in.readVarint(GAP_CODES * LINES.size() * SPREADS - 1, "form of a sketch");
        Line line = LINES.get(form / GAP_CODES % LINES.size());
        Curve curve =
                new Curve(new long[buckets], line, form / GAP_CODES / LINES.size() + LEAST_SPREAD);
        BitReader bits = new BitReader(in);
        for (int at = 0; at < buckets; at++) {
            long count;
            if (curve.isEmpty(at)) {
                long gap = bits.read(form % GAP_CODES);
                if (gap < 0 || gap >= buckets - at) {
                    throw in.corrupt("counts go on after the last bucket");
                }
                at += (int) gap;
                count = bits.readGamma();
            } else {
                long expected = line.next(curve.counts(), at);
                count = unfolded(bits.read(curve.code(expected, at)), expected);
            }
            curve.counts()[at] = count;
            if (count != 0) {
                if (left-- == 0) {
                    throw in.corrupt("more buckets are in use than there are");
                }
                sketch.append(in, first + at, multiplied(count, unit, in));
            }
        }
        bits.end();
        if (left != 0) {
            throw in.corrupt("fewer buckets are in use than there are");
        }
        return sketch;
    }

    static long multiplied(long count, long unit, BlobReader in) {
        if (Math.multiplyHigh(count, unit) != 0 || count * unit < 0) {
            throw in.corrupt("a bucket counts " + count + " times " + unit);
        }
        return count * unit;
    }
}
