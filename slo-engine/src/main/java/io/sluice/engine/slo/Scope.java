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

    static Scope of(SeriesReader series, Excluded excluded, History history) {
        CountReader counts =
                excluded == Excluded.NOTHING ? series : new WithoutExcluded(series, excluded);
        return new Scope(
                excluded,
                counts,
                new Counting(EventView.all(counts), history, excluded),
                new Counting(EventView.live(counts), history, excluded));
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
