package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

/**
 * One hour of one series: counts by bucket at one {@link Resolution}, sketches if values are kept,
 * and for heartbeats which buckets were measured. Not thread-safe.
 *
 * <p>An hour that is being added to is open, its counts in arrays; otherwise it is closed, its
 * counts packed. Both answer the same.
 */
final class Hour {
    static final int SECONDS = 3600;

    private final SeriesKey key;
    private final long start;
    private final @Nullable MeasuredBuckets measured;
    private Resolution resolution;
    private @Nullable Counts open;
    private byte[] packed;
    private @Nullable HourSketches sketches;
    private boolean dirty;
    private int changes;

    /** A new one, open and without counts. */
    Hour(SeriesKey key, long start, Resolution resolution) {
        this.key = key;
        this.start = start;
        this.resolution = resolution;
        this.measured = key.isHeartbeat() ? new MeasuredBuckets() : null;
        this.open = new Counts(resolution.bucketsPerHour());
        this.packed = new byte[0];
    }

    /**
     * A closed one, from what {@link #toBlock} gave.
     *
     * @param key the block's, one object for all hours
     * @param sum gets all its counts
     * @throws IllegalArgumentException if the bytes are anything else
     */
    Hour(SeriesKey key, StoredBlock block, Tally sum) {
        this.key = key;
        start = block.hour();
        packed = block.counts();
        BlobReader in = new BlobReader(packed);
        resolution = PackedCounts.readResolution(in);
        PackedCounts.sum(in, resolution, 0, resolution.bucketsPerHour(), sum);
        measured = key.isHeartbeat() ? MeasuredBuckets.read(in) : null;
        in.requireEnd();
        sketches = block.sketches() == null ? null : HourSketches.unpack(block.sketches());
    }

    static long startOf(long epochSecond) {
        return Math.floorDiv(epochSecond, SECONDS) * (long) SECONDS;
    }

    SeriesKey key() {
        return key;
    }

    long start() {
        return start;
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

    /** How often its counts have changed since they were made or loaded. */
    int changes() {
        return changes;
    }

    Resolution resolution() {
        return resolution;
    }

    /** Adds counts at a second of this hour. */
    void add(int second, long good, long total, long goodExtra, long totalExtra) {
        openCounts().add(second / resolution.seconds(), good, total, goodExtra, totalExtra);
        changes++;
        if (measured != null && total > 0) {
            measured.add(second / Resolution.FINEST_SECONDS);
        }
    }

    /**
     * Merges a sketch in at a second of this hour.
     *
     * @param fine whether an hour of this age keeps a sketch for each 10 s, if it has none yet
     */
    void add(int second, Sketch sketch, boolean fine) {
        if (sketches == null) {
            sketches = new HourSketches(fine);
        }
        sketches.add(second / Resolution.FINEST_SECONDS, sketch);
    }

    /** Adds all of another's counts, whose buckets are not longer than these. */
    void addAll(Hour finer) {
        Counts ours = openCounts();
        Counts counts = finer.counts();
        int ratio = resolution.seconds() / finer.resolution.seconds();
        for (int i = 0; i < resolution.bucketsPerHour(); i++) {
            ours.addSum(i, counts, i * ratio, (i + 1) * ratio);
        }
        changes++;
    }

    /** Adds up the buckets that end in {@code (from, to]}, seconds of this hour. */
    void sum(int from, int to, Tally into) {
        int first = from / resolution.seconds();
        int end = to / resolution.seconds();
        if (open == null) {
            BlobReader in = new BlobReader(packed);
            PackedCounts.sum(in, PackedCounts.readResolution(in), first, end, into);
        } else {
            open.sum(first, end, into);
        }
    }

    int buckets() {
        return resolution.bucketsPerHour();
    }

    int bucketSeconds() {
        return resolution.seconds();
    }

    /**
     * Merges the sketches of buckets that end in {@code (from, to]}, seconds of this hour, into
     * another.
     */
    void mergeSketches(int from, int to, Sketch into) {
        if (sketches != null) {
            sketches.merge(from / sketches.bucketSeconds(), to / sketches.bucketSeconds(), into);
        }
    }

    /**
     * How many buckets of 10 s that end in {@code (from, to]}, seconds of this hour, were measured.
     */
    int measuredBuckets(int from, int to) {
        return measured == null
                ? 0
                : measured.count(from / Resolution.FINEST_SECONDS, to / Resolution.FINEST_SECONDS);
    }

    /** The numbers of the first and the last bucket that are not empty, or -1. */
    int firstBucket() {
        Counts counts = counts();
        int bucket = 0;
        while (bucket < resolution.bucketsPerHour() && counts.isEmpty(bucket)) {
            bucket++;
        }
        return bucket == resolution.bucketsPerHour() ? -1 : bucket;
    }

    int lastBucket() {
        Counts counts = counts();
        int bucket = resolution.bucketsPerHour() - 1;
        while (bucket >= 0 && counts.isEmpty(bucket)) {
            bucket--;
        }
        return bucket;
    }

    /** Joins buckets and sketches as the hour's age demands; returns whether anything changed. */
    boolean coarsen(Resolution coarser, boolean fineSketches) {
        boolean changed = false;
        if (coarser.compareTo(resolution) > 0) {
            int ratio = coarser.seconds() / resolution.seconds();
            Counts joined = new Counts(coarser.bucketsPerHour());
            Counts fine = counts();
            for (int i = 0; i < coarser.bucketsPerHour(); i++) {
                joined.addSum(i, fine, i * ratio, (i + 1) * ratio);
            }
            resolution = coarser;
            open = joined;
            changes++;
            changed = true;
        }
        if (sketches != null && sketches.isFine() && !fineSketches) {
            sketches.coarsen();
            changed = true;
        }
        return changed;
    }

    /** Packs the counts, and keeps only the packed form. */
    void close() {
        if (open != null) {
            packed = packCounts();
            open = null;
        }
    }

    /** As it goes to the store; from here on the hour is not dirty. */
    StoredBlock toBlock() {
        dirty = false;
        return new StoredBlock(
                key,
                start,
                open == null ? packed : packCounts(),
                sketches == null ? null : sketches.pack());
    }

    private byte[] packCounts() {
        BlobWriter out = new BlobWriter(512);
        PackedCounts.write(counts(), resolution, out);
        if (measured != null) {
            measured.write(out);
        }
        return out.toBytes();
    }

    private Counts openCounts() {
        Counts counts = counts();
        open = counts;
        return counts;
    }

    /** By bucket of {@link #bucketSeconds}; only to be read. */
    Counts counts() {
        if (open != null) {
            return open;
        }
        BlobReader in = new BlobReader(packed);
        return PackedCounts.read(in, PackedCounts.readResolution(in));
    }
}
