package io.sluice.engine.slo;

import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesReader;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;

/**
 * What each SLO is judged by, by a plan's definitions.
 *
 * <p>Both ends of an exclusion are rounded outwards to the buckets that are kept at their age:
 * whatever excluded time touches is left out, so that an excluded failure is never charged when its
 * hour becomes coarser. Slices stay as fine as they are, so for them ends are rounded to the finest
 * buckets at any age. An hour changes its grid as a whole, so an answer holds for an hour, and is
 * kept for it; SLOs of which the same is excluded share it. Thread-safe.
 */
final class Scopes {
    private static final long HOUR = 3600;

    /** Nothing older is kept. */
    private static final long OLDEST = Resolution.FIFTEEN_MINUTES.untilAge() + HOUR;

    private final SeriesReader series;
    private final History history;
    private final Verdicts verdicts;
    private final Optional<Instant> now;
    private final Scope everything;
    private volatile @Nullable Known known;

    /**
     * @param now tells how finely history is kept; if empty, the instant asked about does
     */
    Scopes(SeriesReader series, History history, Verdicts verdicts, Optional<Instant> now) {
        this.series = series;
        this.history = history;
        this.verdicts = verdicts;
        this.now = now;
        this.everything = Scope.of(series, Excluded.NOTHING, Excluded.NOTHING, history, verdicts);
    }

    Scope of(MeasurePlan plan, Slo slo, Instant at) {
        return plan.definitions().exclusions().isEmpty() ? everything : known(plan, at).of(slo);
    }

    /** What a journey is counted by. */
    Scope of(MeasurePlan plan, Journey journey, Instant at) {
        return plan.definitions().exclusions().isEmpty() ? everything : known(plan, at).of(journey);
    }

    private Known known(MeasurePlan plan, Instant at) {
        long hour = Span.floor(now.orElse(at).getEpochSecond(), HOUR);
        Known last = known;
        if (last == null || last.plan != plan || last.hour != hour) {
            last = new Known(plan, hour);
            known = last;
        }
        return last;
    }

    /** What is known for an hour. */
    private final class Known {
        private final MeasurePlan plan;
        private final long hour;
        private final Map<String, Scope> bySlo = new ConcurrentHashMap<>();
        private final Map<List<Exclusion>, Scope> byExclusions = new ConcurrentHashMap<>();
        private final Map<Exclusion, List<Exclusion.Interval>> intervals =
                new ConcurrentHashMap<>();

        Known(MeasurePlan plan, long hour) {
            this.plan = plan;
            this.hour = hour;
        }

        Scope of(Slo slo) {
            return bySlo.computeIfAbsent(
                    slo.name(), _ -> without(those(selector -> selector.matches(slo))));
        }

        Scope of(Journey journey) {
            return without(those(selector -> selector.matches(journey)));
        }

        private List<Exclusion> those(Predicate<Exclusion.Selector> that) {
            return plan.definitions().exclusions().values().stream()
                    .filter(exclusion -> that.test(exclusion.appliesTo()))
                    .toList();
        }

        private Scope without(List<Exclusion> exclusions) {
            return exclusions.isEmpty()
                    ? everything
                    : byExclusions.computeIfAbsent(
                            exclusions,
                            all ->
                                    Scope.of(
                                            series,
                                            excluded(all, this::grid),
                                            excluded(all, _ -> Span.BUCKET),
                                            history,
                                            verdicts));
        }

        /** Rounded outwards to the grid in force at the second of each end. */
        private Excluded excluded(List<Exclusion> exclusions, LongUnaryOperator grid) {
            return new Excluded(
                    Excluded.joined(
                            exclusions.stream()
                                    .flatMap(
                                            one ->
                                                    intervals
                                                            .computeIfAbsent(one, this::intervalsOf)
                                                            .stream())
                                    .map(interval -> wholeBuckets(interval, grid))));
        }

        /** Of all time that is kept, up to the end of the hour. */
        private List<Exclusion.Interval> intervalsOf(Exclusion exclusion) {
            return exclusion
                    .when()
                    .within(
                            Instant.ofEpochSecond(hour - OLDEST),
                            Instant.ofEpochSecond(hour + HOUR));
        }

        private static Span wholeBuckets(Exclusion.Interval interval, LongUnaryOperator grid) {
            long begin = interval.start().getEpochSecond();
            long last = interval.end().minusNanos(1).getEpochSecond();
            long lastGrid = grid.applyAsLong(last);
            return new Span(
                    Span.floor(begin, grid.applyAsLong(begin)),
                    Span.floor(last, lastGrid) + lastGrid);
        }

        private long grid(long second) {
            return Resolution.at(Span.floor(second, HOUR), hour).seconds();
        }
    }
}
