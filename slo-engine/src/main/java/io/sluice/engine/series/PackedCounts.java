package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The packed form of an hour's counts, which is also the stored form.
 *
 * <p>All numbers are variable-length integers. First the number of buckets in the hour, plus two;
 * of heartbeats, the {@link MeasuredBuckets}; then which of four columns there are, and whether
 * every bucket had events; then the sum of each column, so that nobody has to go through a column
 * for it; then the columns, as {@link PackedColumn}s: total, bad, and what the adjusted good and
 * total have beyond a thousand times the raw ones. All but the first are left out where they are
 * all zero.
 *
 * <p>In earlier forms, which are still read, the number of buckets comes plus one or as it is, the
 * columns follow without sums, each as runs, and measured buckets come last; in the earliest, a
 * difference of none is like any other.
 */
final class PackedCounts {
    private static final int BAD = 1;
    private static final int GOOD_EXTRA = 2;
    private static final int TOTAL_EXTRA = 4;
    private static final int ALL_ACTIVE = 8;

    private PackedCounts() {}

    /** What follows the number of buckets, and how much is added to that to say so. */
    enum Layout {
        RUNS(0),
        REPEATED_RUNS(1),
        SUMS_AND_COLUMNS(2);

        private final int added;

        Layout(int added) {
            this.added = added;
        }
    }

    /** What the first number says. */
    record Form(Resolution resolution, Layout layout) {
        private static final List<Resolution> RESOLUTIONS = List.of(Resolution.values());
        private static final List<Layout> LAYOUTS = List.of(Layout.values());

        static Form read(BlobReader in) {
            int first = in.readVarint(Hour.SECONDS, "number of buckets");
            for (Resolution resolution : RESOLUTIONS) {
                for (Layout layout : LAYOUTS) {
                    if (first == resolution.bucketsPerHour() + layout.added) {
                        return new Form(resolution, layout);
                    }
                }
            }
            throw in.corrupt("no hour has " + first + " buckets");
        }

        int buckets() {
            return resolution.bucketsPerHour();
        }

        /** Whether sums come before columns, and measured buckets before both. */
        boolean hasSums() {
            return layout == Layout.SUMS_AND_COLUMNS;
        }

        private PackedColumn.Reading column(BlobReader in) {
            return hasSums()
                    ? new PackedColumn.Reading(in, buckets())
                    : new PackedColumn.Reading(in, buckets(), layout == Layout.REPEATED_RUNS);
        }
    }

    /** What counts say of their buckets; null if these bytes are none. */
    static @Nullable Resolution resolutionOf(byte[] counts) {
        try {
            return Form.read(new BlobReader(counts)).resolution();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Writes an hour.
     *
     * @param measured of a heartbeat
     */
    static void write(
            Counts counts,
            Resolution resolution,
            @Nullable MeasuredBuckets measured,
            BlobWriter out) {
        int buckets = resolution.bucketsPerHour();
        out.writeVarint((long) buckets + Layout.SUMS_AND_COLUMNS.added);
        if (measured != null) {
            measured.write(out);
        }
        Column[] columns = {
            counts.total(),
            orNull(counts.bad(), buckets),
            orNull(counts.goodExtra(), buckets),
            orNull(counts.totalExtra(), buckets)
        };
        int flags = isAllActive(counts, buckets) ? ALL_ACTIVE : 0;
        for (int i = 1; i < columns.length; i++) {
            flags |= columns[i] == null ? 0 : BAD << (i - 1);
        }
        out.writeVarint(flags);
        for (Column column : columns) {
            if (column != null) {
                out.writeZigZag(column.sum(0, buckets));
            }
        }
        for (Column column : columns) {
            if (column != null) {
                PackedColumn.write(column, buckets, out);
            }
        }
    }

    /** Null if all are zero. */
    private static @Nullable Column orNull(@Nullable Column column, int buckets) {
        for (int i = 0; column != null && i < buckets; i++) {
            if (column.get(i) != 0) {
                return column;
            }
        }
        return null;
    }

    private static boolean isAllActive(Counts counts, int buckets) {
        for (int i = 0; i < buckets; i++) {
            if (!counts.hasEvents(i)) {
                return false;
            }
        }
        return true;
    }

    /** Which columns follow, and their sums. */
    private record Head(int flags, long total, long bad, long goodExtra, long totalExtra) {
        static Head read(BlobReader in) {
            int flags = in.readVarint(2 * ALL_ACTIVE - 1, "columns");
            return new Head(
                    flags,
                    in.readZigZag(),
                    (flags & BAD) == 0 ? 0 : in.readZigZag(),
                    (flags & GOOD_EXTRA) == 0 ? 0 : in.readZigZag(),
                    (flags & TOTAL_EXTRA) == 0 ? 0 : in.readZigZag());
        }

        /** Of a form without sums: all columns may follow. */
        static final Head NONE = new Head(BAD | GOOD_EXTRA | TOTAL_EXTRA, 0, 0, 0, 0);

        static Head of(BlobReader in, Form form) {
            return form.hasSums() ? read(in) : NONE;
        }

        boolean has(int column) {
            return (flags & column) != 0;
        }

        void addTo(Tally sum) {
            sum.add(total - bad, total, goodExtra, totalExtra);
        }
    }

    /** Reads what follows the form, or a heartbeat's measured buckets if these come first. */
    static Counts read(BlobReader in, Form form) {
        Head head = Head.of(in, form);
        Counts counts =
                new Counts(
                        orZeros(readColumn(in, form), form),
                        head.has(BAD) ? readColumn(in, form) : null,
                        head.has(GOOD_EXTRA) ? readColumn(in, form) : null,
                        head.has(TOTAL_EXTRA) ? readColumn(in, form) : null);
        if (form.hasSums()) {
            requireSums(in, head, counts, form.buckets());
        }
        return counts;
    }

    private static void requireSums(BlobReader in, Head head, Counts counts, int buckets) {
        Tally said = new Tally();
        head.addTo(said);
        Tally counted = new Tally();
        counts.sum(0, buckets, counted);
        if (!said.toSum().equals(counted.toSum())) {
            throw in.corrupt(
                    "columns that add up to " + counted.toSum() + ", expected " + said.toSum());
        }
    }

    /** Tells of the runs of buckets that had events, from what {@link #read} reads. */
    static void forEachActive(BlobReader in, Form form, Hour.Runs active) {
        forEachActive(in, form, Head.of(in, form), active);
    }

    private static void forEachActive(BlobReader in, Form form, Head head, Hour.Runs active) {
        if (head.has(ALL_ACTIVE)) {
            active.run(0, form.buckets());
        } else {
            sumActive(in, form, active);
        }
    }

    /** The totals' sum; a run goes on as long as neighbouring buckets had events. */
    private static long sumActive(BlobReader in, Form form, Hour.Runs active) {
        PackedColumn.Reading totals = form.column(in);
        long sum = 0;
        int begin = 0;
        int end = 0;
        while (totals.next()) {
            sum += totals.value() * (totals.to() - totals.from());
            boolean counted = totals.value() > 0;
            if (!counted || totals.from() > end) {
                if (begin < end) {
                    active.run(begin, end);
                }
                begin = counted ? totals.from() : totals.to();
            }
            end = totals.to();
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
        PackedColumn.Reading reading = form.column(in);
        Column column = null;
        while (reading.next()) {
            if (column == null) {
                column = new Column(form.buckets());
            }
            for (int i = reading.from(); i < reading.to(); i++) {
                column.set(i, reading.value());
            }
        }
        return column;
    }

    /**
     * Adds all counts up, and tells of the runs of buckets that had events, in one pass; of what
     * has sums without going through most hours.
     *
     * @param active null for somebody who does not ask
     */
    static void sum(BlobReader in, Form form, Tally into, Hour.@Nullable Runs active) {
        if (form.hasSums()) {
            Head head = Head.read(in);
            head.addTo(into);
            if (active != null) {
                forEachActive(in, form, head, active);
            }
            return;
        }
        int buckets = form.buckets();
        long total = sumActive(in, form, active == null ? (_, _) -> {} : active);
        long bad = sumColumn(in, form, 0, buckets);
        long goodExtra = sumColumn(in, form, 0, buckets);
        into.add(total - bad, total, goodExtra, sumColumn(in, form, 0, buckets));
    }

    /** Adds the counts of buckets in {@code [from, to)} up, from what {@link #read} reads. */
    static void sum(BlobReader in, Form form, int from, int to, Tally into) {
        Head head = Head.of(in, form);
        if (form.hasSums() && from == 0 && to == form.buckets()) {
            head.addTo(into);
            return;
        }
        long total = sumColumn(in, form, from, to);
        long bad = head.has(BAD) ? sumColumn(in, form, from, to) : 0;
        long goodExtra = head.has(GOOD_EXTRA) ? sumColumn(in, form, from, to) : 0;
        long totalExtra = head.has(TOTAL_EXTRA) ? sumColumn(in, form, from, to) : 0;
        into.add(total - bad, total, goodExtra, totalExtra);
    }

    private static long sumColumn(BlobReader in, Form form, int from, int to) {
        return form.column(in).sum(from, to);
    }
}
