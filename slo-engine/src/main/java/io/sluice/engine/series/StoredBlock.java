package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * One hour of one series, packed.
 *
 * @param hour the hour's start, seconds since the epoch, a multiple of 3600
 * @param counts packed buckets; the format is the series package's
 * @param sketches packed sketches, for series that have them
 */
public record StoredBlock(SeriesKey series, long hour, byte[] counts, byte @Nullable [] sketches) {
    /** The largest {@link #coarseness}. */
    public static final int COARSEST = 4;

    /**
     * How coarsely the hour is kept: 0 with sketches for each 10 s; else 1 to 4, with counts for
     * each 10 s, minute, 5 min or 15 min. An hour grows while this stays as it is, and takes less
     * room when it rises. Of bytes that nobody can read it is 1.
     */
    public int coarseness() {
        if (sketches != null && HourSketches.isFine(sketches)) {
            return 0;
        }
        return switch (PackedCounts.resolutionOf(counts)) {
            case null -> 1;
            case TEN_SECONDS -> 1;
            case ONE_MINUTE -> 2;
            case FIVE_MINUTES -> 3;
            case FIFTEEN_MINUTES -> COARSEST;
        };
    }

    /**
     * Whether another hour of the same series is the same, in whatever form the two are packed; of
     * slices, which may begin in the coarser buckets that there were, also if one is what the other
     * comes to in longer buckets.
     *
     * @throws IllegalArgumentException if one of them cannot be read
     */
    public boolean isSameAs(StoredBlock other) {
        if (Arrays.equals(counts, other.counts) && Arrays.equals(sketches, other.sketches)) {
            return true;
        }
        Hour ours = new Hour(series, this, new Tally());
        Hour theirs = new Hour(other.series, other, new Tally());
        if (series.fixedResolution() != null) {
            Resolution coarser = Resolution.coarser(ours.resolution(), theirs.resolution());
            ours.coarsen(coarser, false);
            theirs.coarsen(coarser, false);
        }
        return ours.equalsPackedAnew(theirs);
    }

    /** Good and total, for people: {@code good 98 of 100, sketches in 12 bytes}. */
    public String describe() {
        Tally tally = new Tally();
        new Hour(series, this, tally);
        WindowSum sum = tally.toSum();
        String told = "good " + sum.good() + " of " + sum.total();
        return sketches == null ? told : told + ", sketches in " + sketches.length + " bytes";
    }
}
