package io.sluice.engine.slo;

import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.series.CountReader;
import io.sluice.engine.series.SeriesReader;

import java.util.List;

/**
 * What an SLO is judged by.
 *
 * @param excluded time that does not count
 * @param counts without it
 * @param all counts every event
 * @param live leaves out what backfill sources sent
 */
record Scope(Excluded excluded, CountReader counts, Counting all, Counting live) {
    private static final long NANOS = 1_000_000_000L;

    /**
     * @param excluded rounded to the buckets in force at its age
     * @param fromSlices the same, rounded to the finest buckets
     */
    static Scope of(
            SeriesReader series,
            Excluded excluded,
            Excluded fromSlices,
            History history,
            Verdicts verdicts) {
        CountReader counts = without(series, excluded);
        CountReader inSlices = without(series, fromSlices);
        return new Scope(
                excluded,
                counts,
                new Counting(
                        new Seen(EventView.all(counts), excluded),
                        new Seen(EventView.all(inSlices), fromSlices),
                        new Slices(series, verdicts, fromSlices, false),
                        history),
                new Counting(
                        new Seen(EventView.live(counts, counts), excluded),
                        new Seen(EventView.live(inSlices, counts), fromSlices),
                        new Slices(series, verdicts, fromSlices, true),
                        history));
    }

    private static CountReader without(SeriesReader series, Excluded excluded) {
        return excluded.spans().isEmpty() ? series : new WithoutExcluded(series, excluded);
    }

    /** Every event, and how much of a time they cover. */
    Seen seen() {
        return new Seen(EventView.all(counts), excluded);
    }

    /** Those of a time that counts. */
    List<Exemplars.Kept> exemplars(Exemplars exemplars, String measure, Span span) {
        return exemplars.of(measure, span.from() * NANOS, span.to() * NANOS).stream()
                .filter(kept -> !excludes(Math.floorDiv(kept.exemplar().timeNanos(), NANOS)))
                .toList();
    }

    private boolean excludes(long second) {
        return excluded.touches(second, second + 1);
    }
}
