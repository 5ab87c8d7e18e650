package io.sluice.engine.cutover;

import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesReader;

import java.util.stream.Stream;

/** Finds what was counted of a cutover's candidate for a time that is yet to come. */
final class EventsAhead {
    private static final long BUCKET = Resolution.TEN_SECONDS.seconds();

    private final SeriesReader series;
    private final CutoverPlan plan;

    EventsAhead(SeriesReader series, CutoverPlan plan) {
        this.series = series;
        this.plan = plan;
    }

    /**
     * Where the last bucket with events ends.
     *
     * @param now seconds since the epoch
     * @param until no bucket that begins later is looked for
     * @return {@code now} if there is none that ends later
     */
    long end(long now, long until) {
        long last = roundedUp(until) + BUCKET;
        long low = roundedUp(now);
        long high = last;
        // Whether there is a later one is true up to the last one's end, and false from there on.
        while (low < high) {
            long middle = low + (high - low) / BUCKET / 2 * BUCKET;
            if (isAnyIn(middle, last)) {
                low = middle + BUCKET;
            } else {
                high = middle;
            }
        }
        return low == roundedUp(now) ? now : low;
    }

    private boolean isAnyIn(long from, long to) {
        return Stream.concat(
                        plan.tests().stream().map(CutoverPlan.Tested::candidate),
                        plan.quantiles().stream().map(CutoverPlan.TestedQuantile::candidate))
                .anyMatch(measure -> series.sum(measure, from, to).total() > 0);
    }

    private static long roundedUp(long second) {
        return Math.ceilDiv(second, BUCKET) * BUCKET;
    }
}
