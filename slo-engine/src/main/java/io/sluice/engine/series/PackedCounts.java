package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

/**
 * The packed form of an hour's counts, which is also the stored form.
 *
 * <p>All numbers are variable-length integers. First the number of buckets in the hour, plus one,
 * then four columns: total, bad, and what the adjusted good and total have beyond a thousand times
 * the raw ones. A column is runs of neighbouring buckets that are not zero: how many they are, how
 * many buckets lie between them and the run before, and each value as the difference from the value
 * before it; a difference of none is followed by how many more there are of it. A run of none ends
 * the column. So a steady series without errors takes a byte or two for each bucket, and a
 * constant, idle or unsampled one next to nothing.
 *
 * <p>In an earlier form, which is still read, the number of buckets comes as it is, and a
 * difference of none like any other.
 */
final class PackedCounts {
    private PackedCounts() {}

    /**
     * What the first number says.
     *
     * @param repeats whether a difference of none is followed by how many more there are of it
     */
    record Form(Resolution resolution, boolean repeats) {
        static Form read(BlobReader in) {
            int first = in.readVarint(Hour.SECONDS, "number of buckets");
            for (Resolution resolution : Resolution.values()) {
                int buckets = resolution.bucketsPerHour();
                if (first == buckets || first == buckets + 1) {
                    return new Form(resolution, first > buckets);
                }
            }
            throw in.corrupt("no hour has " + first + " buckets");
        }

        int buckets() {
            return resolution.bucketsPerHour();
        }
    }

    static void write(Counts counts, Resolution resolution, BlobWriter out) {
        int buckets = resolution.bucketsPerHour();
        out.writeVarint(buckets + 1L);
        writeColumn(counts.total(), buckets, out);
        writeColumn(counts.bad(), buckets, out);
        writeColumn(counts.goodExtra(), buckets, out);
        writeColumn(counts.totalExtra(), buckets, out);
    }

    private static void writeColumn(@Nullable Column column, int buckets, BlobWriter out) {
        int end = 0;
        long last = 0;
        while (column != null && end < buckets) {
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

    /** Reads what follows the form. */
    static Counts read(BlobReader in, Form form) {
        return new Counts(
                orZeros(readColumn(in, form), form),
                readColumn(in, form),
                readColumn(in, form),
                readColumn(in, form));
    }

    /** Tells of the runs of buckets that had events, from what follows the form. */
    static void forEachActive(BlobReader in, Form form, Hour.Runs active) {
        sumActive(in, form, active);
    }

    /** The totals' sum; a run goes on as long as neighbouring buckets had events. */
    private static long sumActive(BlobReader in, Form form, Hour.Runs active) {
        Reading totals = new Reading(in, form);
        long sum = 0;
        int begin = 0;
        int end = 0;
        while (totals.next()) {
            sum += totals.value * (totals.to - totals.from);
            boolean counted = totals.value > 0;
            if (!counted || totals.from > end) {
                if (begin < end) {
                    active.run(begin, end);
                }
                begin = counted ? totals.from : totals.to;
            }
            end = totals.to;
        }
        if (begin < end) {
            active.run(begin, end);
        }
        return sum;
    }

    private static Column orZeros(@Nullable Column column, Form form) {
        return column == null ? new Column(form.buckets()) : column;
    }

    private static @Nullable Column readColumn(BlobReader in, Form form) {
        Reading reading = new Reading(in, form);
        Column column = null;
        while (reading.next()) {
            if (column == null) {
                column = new Column(form.buckets());
            }
            for (int i = reading.from; i < reading.to; i++) {
                column.set(i, reading.value);
            }
        }
        return column;
    }

    /** Adds all counts up, and tells of the runs of buckets that had events, in one pass. */
    static void sum(BlobReader in, Form form, Tally into, Hour.Runs active) {
        int buckets = form.buckets();
        long total = sumActive(in, form, active);
        long bad = sumColumn(in, form, 0, buckets);
        long goodExtra = sumColumn(in, form, 0, buckets);
        into.add(total - bad, total, goodExtra, sumColumn(in, form, 0, buckets));
    }

    /** Adds the counts of buckets in {@code [from, to)} up, from what follows the form. */
    static void sum(BlobReader in, Form form, int from, int to, Tally into) {
        long total = sumColumn(in, form, from, to);
        long bad = sumColumn(in, form, from, to);
        long goodExtra = sumColumn(in, form, from, to);
        into.add(total - bad, total, goodExtra, sumColumn(in, form, from, to));
    }

    private static long sumColumn(BlobReader in, Form form, int from, int to) {
        Reading reading = new Reading(in, form);
        long sum = 0;
        while (reading.next()) {
            int buckets = Math.min(reading.to, to) - Math.max(reading.from, from);
            sum += reading.value * Math.max(0, buckets);
        }
        return sum;
    }

    /** Goes through a column, value by value: one for each bucket in {@code [from, to)}. */
    private static final class Reading {
        private final BlobReader in;
        private final int buckets;
        private final boolean repeats;
        private int runEnd;
        private int from;
        private int to;
        private long value;

        Reading(BlobReader in, Form form) {
            this.in = in;
            this.buckets = form.buckets();
            this.repeats = form.repeats();
        }

        /** Whether there is another value; at the end, all of the column has been read. */
        boolean next() {
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
