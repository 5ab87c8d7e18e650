package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import java.util.Arrays;

/**
 * One column of an hour's {@link PackedCounts}, in whichever of two forms is shorter.
 *
 * <p><b>Runs</b>, behind a zero: runs of neighbouring buckets that are not zero. How many they are,
 * how many buckets lie between them and the run before, and each value as the difference from the
 * value before it; a difference of none is followed by how many more there are of it. A run of none
 * ends the column. A constant or idle series takes next to nothing.
 *
 * <p><b>Bits</b>, behind a number that says how they are coded: the values that are not zero, as
 * {@link BitWriter}'s codes. Each as how far it lies from what was expected, or by itself where it
 * is as good as random; each behind the number of zeros before it, unless there are none. What is
 * expected is a mean of the values before, of which newer ones weigh more: chance makes neighbours
 * differ, and a mean of some is a better guess than the last one.
 */
final class PackedColumn {
    private static final int RUNS = 0;

    /** How fast expectations follow: by all of a difference, half of it, or a quarter. */
    private static final int SLOWEST = 2;

    /** In place of that: nothing is expected, and all values are above zero. */
    private static final int BY_THEMSELVES = 3;

    /** Codes below it, then how values are coded, then one more than the code of gaps. */
    private static final int CODES = Long.SIZE;

    private static final int WAYS = 4;

    /** Expectations have so many bits behind the point. */
    private static final int FRACTION = 4;

    /** Beyond it, a number's exact size does not say which code is better. */
    private static final long LARGE = 1L << 48;

    private PackedColumn() {}

    static void write(Column column, int buckets, BlobWriter out) {
        Values values = new Values(column, buckets);
        int way = values.bestWay();
        if (values.repeats() || values.used == 0) {
            writeRuns(column, buckets, out);
        } else {
            writeBits(values, way, out);
        }
    }

    private static void writeBits(Values values, int way, BlobWriter out) {
        int first = way == BY_THEMSELVES ? 0 : 1;
        long[] coded = values.coded(way);
        int code = shortest(coded, first, values.used);
        int gapCode = values.hasGaps() ? shortest(values.gaps, 0, values.used) : -1;
        out.writeVarint(1 + code + CODES * (way + (long) WAYS * (1 + gapCode)));
        if (values.hasGaps()) {
            out.writeVarint(values.used);
        }
        if (first == 1) {
            // Nothing is known yet that it could be compared with.
            out.writeZigZag(values.values[0]);
        }
        BitWriter bits = new BitWriter(out);
        for (int i = 0; i < values.used; i++) {
            if (values.hasGaps()) {
                bits.write(values.gaps[i], gapCode);
            }
            if (i >= first) {
                bits.write(coded[i], code);
            }
        }
        bits.end();
    }

    /** The code by which numbers in {@code [from, to)} take fewest bits, or nearly so. */
    static int shortest(long[] numbers, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += Math.min(numbers[i] < 0 ? LARGE : numbers[i], LARGE);
        }
        long mean = sum / Math.max(1, to - from);
        int middle = Long.SIZE - Long.numberOfLeadingZeros(mean);
        int best = middle;
        long least = Long.MAX_VALUE;
        for (int code = Math.max(0, middle - 2); code <= middle; code++) {
            long length = 0;
            for (int i = from; i < to; i++) {
                length += BitWriter.length(numbers[i], code);
            }
            if (length < least) {
                least = length;
                best = code;
            }
        }
        return best;
    }

    /** What is expected after a value that was there in place of the one that was expected. */
    private static long next(long expected, long value, int way) {
        return expected + (((value << FRACTION) - expected) >> way);
    }

    /** A column's values that are not zero. */
    private static final class Values {
        private final long[] values;

        /** How many zeros are before each. */
        private final long[] gaps;

        private int used;
        private int equal;
        private boolean positive = true;

        Values(Column column, int buckets) {
            values = new long[buckets];
            gaps = new long[buckets];
            int zeros = 0;
            for (int i = 0; i < buckets; i++) {
                long value = column.get(i);
                if (value == 0) {
                    zeros++;
                    continue;
                }
                equal += zeros == 0 && used > 0 && values[used - 1] == value ? 1 : 0;
                positive &= value > 0;
                values[used] = value;
                gaps[used++] = zeros;
                zeros = 0;
            }
        }

        boolean hasGaps() {
            return used < values.length;
        }

        /** Whether so many values are those before them that saying how many is shorter. */
        boolean repeats() {
            return 4 * equal > 3 * used;
        }

        /** By which differences are smallest. */
        int bestWay() {
            int best = 0;
            long least = Long.MAX_VALUE;
            for (int way = 0; way <= (positive ? BY_THEMSELVES : SLOWEST); way++) {
                long[] coded = coded(way);
                long sum = 0;
                for (int i = 0; i < used; i++) {
                    sum += coded[i] < 0 ? LARGE : Math.min(coded[i], LARGE);
                }
                if (sum < least) {
                    least = sum;
                    best = way;
                }
            }
            return best;
        }

        /** What is written of the values; of the first one nothing, where it is compared. */
        long[] coded(int way) {
            long[] coded = new long[used];
            if (way == BY_THEMSELVES) {
                Arrays.setAll(coded, i -> values[i] - 1);
                return coded;
            }
            long expected = used == 0 ? 0 : values[0] << FRACTION;
            for (int i = 1; i < used; i++) {
                coded[i] = BlobWriter.zigZag(values[i] - (expected >> FRACTION));
                expected = next(expected, values[i], way);
            }
            return coded;
        }
    }

    private static void writeRuns(Column column, int buckets, BlobWriter out) {
        out.writeVarint(RUNS);
        int end = 0;
        long last = 0;
        while (end < buckets) {
            int begin = end;
            while (begin < buckets && column.get(begin) == 0) {
                begin++;
            }
            int gap = begin - end;
            end = begin;
            while (end < buckets && column.get(end) != 0) {
                end++;
            }
            if (begin < end) {
                out.writeVarint(end - begin);
                out.writeVarint(gap);
                last = writeRun(column, begin, end, last, out);
            }
        }
        out.writeVarint(0);
    }

    private static long writeRun(Column column, int begin, int end, long before, BlobWriter out) {
        long last = before;
        int at = begin;
        while (at < end) {
            long value = column.get(at++);
            out.writeZigZag(value - last);
            if (value == last) {
                int first = at;
                while (at < end && column.get(at) == value) {
                    at++;
                }
                out.writeVarint(at - first);
            }
            last = value;
        }
        return last;
    }

    /**
     * Goes through a column, value by value: one for each bucket in {@code [from, to)}. Whatever
     * the bytes are, these are buckets of the hour, in their order.
     */
    static final class Reading {
        private final BlobReader in;
        private final int buckets;
        private final boolean repeats;
        private int runEnd;
        private int from;
        private int to;
        private long value;

        // Of bits.
        private final boolean isBits;
        private final BitReader bits;
        private int left;
        private int code;
        private int way;
        private int gapCode = -1;
        private long expected;
        private boolean first;

        /**
         * Of a column in the form that blocks had earlier, which is runs without what they are
         * behind.
         *
         * @param repeats whether a difference of none is followed by how many more there are of it
         */
        Reading(BlobReader in, int buckets, boolean repeats) {
            this.in = in;
            this.buckets = buckets;
            this.repeats = repeats;
            this.isBits = false;
            this.bits = new BitReader(in);
        }

        /** Of what {@link #write} wrote. */
        Reading(BlobReader in, int buckets) {
            this.in = in;
            this.buckets = buckets;
            this.repeats = true;
            int form = in.readVarint(CODES * WAYS * (CODES + 1), "form of a column");
            this.isBits = form != RUNS;
            this.bits = new BitReader(in);
            if (isBits) {
                code = (form - 1) % CODES;
                way = (form - 1) / CODES % WAYS;
                gapCode = (form - 1) / CODES / WAYS - 1;
                left = gapCode < 0 ? buckets : in.readVarint(buckets, "number of values");
                first = way != BY_THEMSELVES;
                value = first ? in.readZigZag() : 0;
                expected = value << FRACTION;
            }
        }

        int from() {
            return from;
        }

        int to() {
            return to;
        }

        long value() {
            return value;
        }

        /** Adds the values of buckets in {@code [begin, end)} up, and reads all of the column. */
        long sum(int begin, int end) {
            if (isBits && gapCode < 0) {
                return sumOfEachBucket(begin, end);
            }
            long sum = 0;
            while (next()) {
                sum += value * Math.max(0, Math.min(to, end) - Math.max(from, begin));
            }
            return sum;
        }

        /**
         * The same of bits where no bucket is empty: an hour is nearly always added up this way.
         */
        private long sumOfEachBucket(int begin, int end) {
            int done = 0;
            long sum = 0;
            if (first) {
                sum = begin == 0 && end > 0 ? value : 0;
                done = 1;
            }
            long guess = expected;
            for (int i = done; i < buckets; i++) {
                long number = bits.read(code);
                long each;
                if (way == BY_THEMSELVES) {
                    each = number + 1;
                } else {
                    each = (guess >> FRACTION) + BlobReader.plain(number);
                    guess = PackedColumn.next(guess, each, way);
                }
                sum += i >= begin && i < end ? each : 0;
            }
            left = 0;
            bits.end();
            return sum;
        }

        /** Whether there is another value; at the end, all of the column has been read. */
        boolean next() {
            return isBits ? nextOfBits() : nextOfRuns();
        }

        private boolean nextOfBits() {
            if (left == 0) {
                bits.end();
                return false;
            }
            left--;
            from = to;
            if (gapCode >= 0) {
                long gap = bits.read(gapCode);
                if (gap < 0 || gap >= buckets - from) {
                    throw in.corrupt("values go on after the hour");
                }
                from += (int) gap;
            }
            to = from + 1;
            if (first) {
                first = false;
            } else if (way == BY_THEMSELVES) {
                value = bits.read(code) + 1;
            } else {
                value = (expected >> FRACTION) + BlobReader.plain(bits.read(code));
                expected = PackedColumn.next(expected, value, way);
            }
            return true;
        }

        private boolean nextOfRuns() {
            if (to == runEnd && !nextRun()) {
                return false;
            }
            long difference = in.readZigZag();
            value += difference;
            from = to;
            to++;
            if (repeats && difference == 0) {
                to += in.readVarint(runEnd - to, "repetition");
            }
            return true;
        }

        private boolean nextRun() {
            int length = in.readVarint(buckets, "run");
            if (length == 0) {
                return false;
            }
            to += in.readVarint(buckets - to, "gap");
            if (length > buckets - to) {
                throw in.corrupt("a run goes on after the hour");
            }
            runEnd = to + length;
            return true;
        }
    }
}
