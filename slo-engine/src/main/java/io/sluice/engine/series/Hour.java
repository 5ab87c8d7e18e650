package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * One hour of one series: counts by bucket at one {@link Resolution}, sketches if values are kept,
 * and for heartbeats which buckets were measured. Not thread-safe; while nobody changes it any
 * thread may read.
 *
 * <p>An hour that is being added to much is open, its counts in columns; otherwise it is closed,
 * and all of it packed, but for the few counts that were added since. Both answer the same.
 */
final class Hour {
    static final int SECONDS = 3600;

    private static final byte[] NOTHING = new byte[0];
    private static final List<Resolution> RESOLUTIONS = List.of(Resolution.values());

    /** What an hour takes beside what is packed, about. */
    private static final long OWN_BYTES = 64;

    // There are very many hours: each of them fits in 32 bytes, with compact headers.

    private final SeriesKey key;

    /** Since the epoch: the number of the hour, not its second. */
    private final int number;

    /** The place of its resolution. */
    private byte grid;

    private boolean dirty;

    /** Whether it was packed more shortly after it was stored. */
    private boolean storedLonger;

    /**
     * {@link Counts} of an open one. Of a closed one the packed form, of no length where nothing
     * was counted yet; or {@link Additions} to it, but for heartbeats.
     */
    private Object counts;

    /** Of a heartbeat, while it is open. */
    private @Nullable MeasuredBuckets measured;

    /** {@link HourSketches} if it is open, and the packed form otherwise. */
    private @Nullable Object values;

    /** A new one, without counts. */
    Hour(SeriesKey key, long start, Resolution resolution) {
        this.key = key;
        this.number = numberOf(start);
        this.grid = gridOf(resolution);
        if (key.isHeartbeat()) {
            this.measured = new MeasuredBuckets();
            this.counts = new Counts(resolution.bucketsPerHour());
        } else {
            this.counts = NOTHING;
        }
    }

    /**
     * A closed one, from what {@link #toBlock} gave. That it is what was given, its checksum says;
     * here no more of it is read than has to be.
     *
     * @param key the block's, one object for all hours
     * @param sum gets all its counts, in which minutes they were, and of a heartbeat instead how
     *     many of its buckets were measured
     * @throws IllegalArgumentException if what is read of it is anything else
     */
    Hour(SeriesKey key, StoredBlock block, Tally sum) {
        this.key = key;
        number = numberOf(block.hour());
        counts = block.counts();
        byte @Nullable [] packedSketches = block.sketches();
        values = packedSketches;
        BlobReader in = new BlobReader(block.counts());
        PackedCounts.Form form = PackedCounts.Form.read(in);
        Resolution resolution = form.resolution();
        grid = gridOf(resolution);
        if (key.isHeartbeat() && form.hasSums()) {
            sum.addMeasured(MeasuredBuckets.read(in).count());
        }
        int seconds = resolution.seconds();
        PackedCounts.sum(
                in,
                form,
                sum,
                key.isHeartbeat()
                        ? null
                        : (from, to) -> sum.addMinutes(ActiveMinutes.within(from, to, seconds)));
        if (!form.hasSums()) {
            if (key.isHeartbeat()) {
                sum.addMeasured(MeasuredBuckets.read(in).count());
            }
            in.requireEnd();
        }
        if (packedSketches != null) {
            HourSketches.requireKind(packedSketches);
        }
    }

    static long startOf(long epochSecond) {
        return Math.floorDiv(epochSecond, SECONDS) * (long) SECONDS;
    }

    private static int numberOf(long start) {
        return Math.toIntExact(start / SECONDS);
    }

    private static byte gridOf(Resolution resolution) {
        return (byte) RESOLUTIONS.indexOf(resolution);
    }

    SeriesKey key() {
        return key;
    }

    long start() {
        return number * (long) SECONDS;
    }

    /** Marks the hour as changed since it was stored; returns whether it was not marked before. */
    boolean markDirty() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    boolean isDirty() {
        return dirty;
    }

    /** How much memory it takes when it is closed, about. */
    long bytes() {
        long bytes = OWN_BYTES + packed().length;
        if (counts instanceof Additions added) {
            bytes += added.bytes();
        }
        return values instanceof byte[] packedSketches ? bytes + packedSketches.length : bytes;
    }

    /** The packed counts, without what was added since; of no length if there are none. */
    private byte[] packed() {
        return switch (counts) {
            case byte[] packed -> packed;
            case Additions added -> added.packed();
            default -> NOTHING;
        };
    }

    Resolution resolution() {
        return RESOLUTIONS.get(grid);
    }

    /** How finely its counts and sketches are kept, in a byte. */
    byte grain() {
        boolean fineSketches =
                values instanceof HourSketches sketches
                        ? sketches.isFine()
                        : values != null && HourSketches.isFine((byte[]) values);
        return (byte) (2 * grid + (fineSketches ? 1 : 0));
    }

    /** The resolution of an hour of this {@link #grain}. */
    static Resolution resolution(byte grain) {
        return RESOLUTIONS.get(grain / 2);
    }

    /** Whether {@link #coarsen} would change an hour of this {@link #grain}. */
    static boolean isFiner(byte grain, Resolution coarser, boolean fineSketches) {
        return coarser.compareTo(resolution(grain)) > 0 || (grain % 2 == 1 && !fineSketches);
    }

    /**
     * Adds counts at a second of this hour.
     *
     * @return how many of the buckets of 10 s were not measured before, and are now
     */
    int add(int second, long good, long total, long goodExtra, long totalExtra) {
        int bucket = second / bucketSeconds();
        Additions added = additions();
        if (added != null && !added.areMany()) {
            counts = added.plus(bucket, good, total, goodExtra, totalExtra);
            return 0;
        }
        openCounts().add(bucket, good, total, goodExtra, totalExtra);
        return measured != null && total > 0 && measured.add(second / Resolution.FINEST_SECONDS)
                ? 1
                : 0;
    }

    /** What can be added to; null if it is open, or will be. */
    private @Nullable Additions additions() {
        return switch (counts) {
            case Additions added -> added;
            case byte[] packed when !key.isHeartbeat() -> new Additions(packed);
            default -> null;
        };
    }

    /**
     * Merges a sketch in at a second of this hour.
     *
     * @param fine whether an hour of this age keeps a sketch for each 10 s, if it has none yet
     */
    void add(int second, Sketch sketch, boolean fine) {
        HourSketches kept = sketches();
        if (kept == null) {
            kept = new HourSketches(fine);
        }
        kept.add(second / Resolution.FINEST_SECONDS, sketch);
        keep(kept);
    }

    /** Adds all of another's counts, whose buckets are not longer than these. */
    void addAll(Hour finer) {
        Counts ours = openCounts();
        Counts theirs = finer.counts();
        int ratio = bucketSeconds() / finer.bucketSeconds();
        for (int i = 0; i < buckets(); i++) {
            ours.addSum(i, theirs, i * ratio, (i + 1) * ratio);
        }
    }

    /** Adds up the buckets that end in {@code (from, to]}, seconds of this hour. */
    void sum(int from, int to, Tally into) {
        int first = from / bucketSeconds();
        int end = to / bucketSeconds();
        if (counts instanceof Counts open) {
            open.sum(first, end, into);
            return;
        }
        byte[] packed = packed();
        if (packed.length > 0) {
            BlobReader in = new BlobReader(packed);
            PackedCounts.sum(in, formOfColumns(in), first, end, into);
        }
        if (counts instanceof Additions added) {
            added.sum(first, end, into);
        }
    }

    /** Hears of neighbouring buckets {@code [from, to)}. */
    interface Runs {
        void run(int from, int to);
    }

    /** Tells of the buckets that had events, in their order. */
    void forEachActive(Runs active) {
        if (counts instanceof byte[] packed && packed.length > 0) {
            BlobReader in = new BlobReader(packed);
            PackedCounts.forEachActive(in, formOfColumns(in), active);
            return;
        }
        Counts read = counts();
        for (int bucket = 0; bucket < buckets(); bucket++) {
            if (read.hasEvents(bucket)) {
                active.run(bucket, bucket + 1);
            }
        }
    }

    int buckets() {
        return resolution().bucketsPerHour();
    }

    int bucketSeconds() {
        return resolution().seconds();
    }

    /**
     * Merges the sketches of buckets that end in {@code (from, to]}, seconds of this hour, into
     * another.
     */
    void mergeSketches(int from, int to, Sketch into) {
        HourSketches kept = sketches();
        if (kept != null) {
            kept.merge(from / kept.bucketSeconds(), to / kept.bucketSeconds(), into);
        }
    }

    /**
     * How many buckets of 10 s that end in {@code (from, to]}, seconds of this hour, were measured.
     */
    int measuredBuckets(int from, int to) {
        MeasuredBuckets buckets = counts instanceof Counts ? measured : readMeasured();
        return buckets == null
                ? 0
                : buckets.count(from / Resolution.FINEST_SECONDS, to / Resolution.FINEST_SECONDS);
    }

    private @Nullable MeasuredBuckets readMeasured() {
        if (!key.isHeartbeat()) {
            return null;
        }
        BlobReader in = new BlobReader(packed());
        PackedCounts.Form form = PackedCounts.Form.read(in);
        if (!form.hasSums()) {
            PackedCounts.sum(in, form, 0, 0, new Tally());
        }
        return MeasuredBuckets.read(in);
    }

    /** Reads what the packed counts begin with, up to where the counts are. */
    private PackedCounts.Form formOfColumns(BlobReader in) {
        PackedCounts.Form form = PackedCounts.Form.read(in);
        if (key.isHeartbeat() && form.hasSums()) {
            MeasuredBuckets.read(in);
        }
        return form;
    }

    /** The numbers of the first and the last bucket that are not empty, or -1. */
    int firstBucket() {
        Counts read = counts();
        int bucket = 0;
        while (bucket < buckets() && read.isEmpty(bucket)) {
            bucket++;
        }
        return bucket == buckets() ? -1 : bucket;
    }

    int lastBucket() {
        Counts read = counts();
        int bucket = buckets() - 1;
        while (bucket >= 0 && read.isEmpty(bucket)) {
            bucket--;
        }
        return bucket;
    }

    /** Joins buckets and sketches as the hour's age demands; returns whether anything changed. */
    boolean coarsen(Resolution coarser, boolean fineSketches) {
        boolean changed = false;
        if (coarser.compareTo(resolution()) > 0) {
            int ratio = coarser.seconds() / bucketSeconds();
            Counts joined = new Counts(coarser.bucketsPerHour());
            Counts fine = openCounts();
            for (int i = 0; i < coarser.bucketsPerHour(); i++) {
                joined.addSum(i, fine, i * ratio, (i + 1) * ratio);
            }
            grid = gridOf(coarser);
            counts = joined;
            changed = true;
        }
        HourSketches kept = sketches();
        if (kept != null && kept.isFine() && !fineSketches) {
            kept.coarsen();
            keep(kept);
            changed = true;
        }
        return changed;
    }

    /** Whether it has sketches, which cost more to pack than counts do. */
    boolean keepsValues() {
        return values != null;
    }

    /** Packs it, and keeps only the packed form. */
    void close() {
        if (!(counts instanceof byte[])) {
            counts = packCounts();
            measured = null;
        }
        if (values instanceof HourSketches sketches) {
            byte[] packed = sketches.packForGood();
            values = packed;
            storedLonger = !dirty && !HourSketches.mayBeShorter(packed);
        }
    }

    /** Whether it should be stored once more, since that takes less room. */
    boolean isStoredLonger() {
        return storedLonger;
    }

    /** As it goes to the store; from here on the hour is not dirty. */
    StoredBlock toBlock() {
        dirty = false;
        storedLonger = false;
        if (counts instanceof Additions || packed().length == 0) {
            // Whoever keeps it so wants it open.
            openCounts();
        }
        return new StoredBlock(
                key,
                start(),
                counts instanceof byte[] packed ? packed : packCounts(),
                values instanceof HourSketches sketches ? sketches.pack() : (byte[]) values);
    }

    /** Whether another's counts and sketches are the same, in whatever form they were packed. */
    boolean equalsPackedAnew(Hour other) {
        return Arrays.equals(counted(), other.counted())
                && Arrays.equals(sketched(), other.sketched());
    }

    private byte[] counted() {
        openCounts();
        return packCounts();
    }

    private byte @Nullable [] sketched() {
        HourSketches kept = sketches();
        return kept == null ? null : kept.pack();
    }

    private byte[] packCounts() {
        BlobWriter out = new BlobWriter(512);
        PackedCounts.write(counts(), resolution(), measured, out);
        return out.toBytes();
    }

    private Counts openCounts() {
        if (counts instanceof Counts open) {
            return open;
        }
        if (key.isHeartbeat()) {
            measured = readMeasured();
        }
        Counts open = counts();
        counts = open;
        return open;
    }

    /** By bucket of {@link #bucketSeconds}; only to be read. */
    Counts counts() {
        if (counts instanceof Counts open) {
            return open;
        }
        byte[] packed = packed();
        Counts read;
        if (packed.length == 0) {
            read = new Counts(buckets());
        } else {
            BlobReader in = new BlobReader(packed);
            read = PackedCounts.read(in, formOfColumns(in));
        }
        if (counts instanceof Additions added) {
            added.addTo(read);
        }
        return read;
    }

    private @Nullable HourSketches sketches() {
        return values instanceof byte[] packed
                ? HourSketches.unpack(packed)
                : (HourSketches) values;
    }

    private void keep(HourSketches changed) {
        storedLonger = false;
        values = changed;
    }
}
