package io.sluice.engine.backtest;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.alert.Conditions;
import io.sluice.engine.alert.Sighting;
import io.sluice.engine.backtest.BacktestReport.Firing;
import io.sluice.engine.backtest.BacktestReport.Incident;
import io.sluice.engine.backtest.BacktestReport.SloReport;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.time.Interval;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tries alert policies on stored history: looks at every condition as alerting does ({@link
 * Conditions}, {@link Sighting#next}), at the end of every bucket that is kept, on final data: what
 * came late is there, what a backfill source sent is left out.
 *
 * <p>Begins without any alert, so a condition that is true already at the beginning fires then.
 * Silence is told also for times when no server listened, since these are not kept. Policies that
 * tell nobody of a breach fire nothing. Pure but for what it reads; as thread-safe as that.
 */
public final class Backtest {
    /** The longest time that one backtest looks at; its cost is proportional. */
    public static final Duration LONGEST = Duration.ofDays(92);

    private static final long HOUR = Duration.ofHours(1).toSeconds();

    private final SeriesReader series;
    private final SloEvaluator evaluator;

    public Backtest(SeriesReader series, SloEvaluator evaluator) {
        this.series = series;
        this.evaluator = evaluator;
    }

    /**
     * Looks at every bucket of a range.
     *
     * @param only the name of one SLO; otherwise all of them
     * @param incidents what should have been told
     * @param now tells how finely the history is kept
     * @throws IllegalArgumentException if the range is longer than {@link #LONGEST}
     */
    public BacktestReport run(
            MeasurePlan plan,
            Optional<String> only,
            Interval range,
            List<Interval> incidents,
            Instant now) {
        if (range.length().compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a backtest looks at up to " + LONGEST.toDays() + " days");
        }
        SloEvaluator known = evaluator.asOf(now);
        List<SloReport> reports =
                new TreeMap<>(plan.definitions().slos())
                        .values().stream()
                                .filter(slo -> only.isEmpty() || only.get().equals(slo.name()))
                                .map(slo -> report(new Rounds(known, plan, slo), range, now))
                                .toList();
        return new BacktestReport(
                range, reports, incidents.stream().map(time -> incident(time, reports)).toList());
    }

    private static Incident incident(Interval time, List<SloReport> reports) {
        return new Incident(
                time,
                reports.stream()
                        .flatMap(report -> report.firings().stream())
                        .filter(firing -> firing.pages() && firing.activeIn(time))
                        .min(Comparator.comparing(Firing::firedAt)));
    }

    private SloReport report(Rounds rounds, Interval range, Instant now) {
        Instant from = judgedFrom(rounds.plan, rounds.slo, range.from(), now);
        long end = ceil(from.getEpochSecond() + 1, step(from.getEpochSecond(), now));
        while (end <= range.to().getEpochSecond()) {
            rounds.lookAt(Instant.ofEpochSecond(end));
            end = ceil(end + 1, step(end, now));
        }
        return new SloReport(
                rounds.slo.name(), from, countedFrom(rounds.plan, rounds.slo), rounds.firings());
    }

    /** The length of the buckets that are kept at this time. */
    private static long step(long second, Instant now) {
        return Resolution.at(second - Math.floorMod(second, HOUR), now.getEpochSecond()).seconds();
    }

    private static long ceil(long second, long grid) {
        return Math.ceilDiv(second, grid) * grid;
    }

    /** Slices cannot be judged where the buckets that are kept do not fit into them. */
    private Instant judgedFrom(MeasurePlan plan, Slo slo, Instant from, Instant now) {
        Duration before = longestWindow(slo);
        if (slo.method() == BudgetingMethod.OCCURRENCES
                || keepsSlices(plan, slo, from.minus(before), now)) {
            return from;
        }
        long fits = 0;
        for (Resolution resolution : Resolution.values()) {
            if (slo.objectives().stream().allMatch(o -> slice(o) % resolution.seconds() == 0)) {
                fits = resolution.untilAge();
            }
        }
        Instant kept = now.minusSeconds(fits).plus(before);
        return kept.isAfter(from) ? kept : from;
    }

    /** Whether slices are counted as such, and were from then on. */
    private boolean keepsSlices(MeasurePlan plan, Slo slo, Instant from, Instant now) {
        for (int i = 0; i < slo.objectives().size(); i++) {
            Duration slice = slo.objectives().get(i).timeSliceWindow().orElseThrow();
            String kept = MeasurePlan.slices(plan.forObjective(slo.name(), i), slice).measure();
            Resolution coarsest =
                    series.coarsest(kept, from.getEpochSecond(), now.getEpochSecond());
            if (series.groups(kept).isEmpty() || slice.toSeconds() % coarsest.seconds() != 0) {
                return false;
            }
        }
        return true;
    }

    private static long slice(Objective objective) {
        return objective.timeSliceWindow().orElseThrow().toSeconds();
    }

    private static Duration longestWindow(Slo slo) {
        return slo.alertPolicies().stream()
                .flatMap(policy -> policy.conditions().stream())
                .map(condition -> condition.longWindow())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private Optional<Instant> countedFrom(MeasurePlan plan, Slo slo) {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < slo.objectives().size(); i++) {
            String measure = plan.forObjective(slo.name(), i).id();
            oldest = Math.min(oldest, series.earliestBucket(measure));
        }
        return oldest == Long.MAX_VALUE
                ? Optional.empty()
                : Optional.of(Instant.ofEpochSecond(oldest));
    }

    /** One SLO's alerts from look to look. */
    private final class Rounds {
        private final SloEvaluator evaluator;
        private final Conditions conditions;
        private final MeasurePlan plan;
        private final Slo slo;
        private final Map<String, Alert> alerts = new HashMap<>();
        private final Map<String, Firing> open = new HashMap<>();
        private final List<Firing> over = new ArrayList<>();

        Rounds(SloEvaluator evaluator, MeasurePlan plan, Slo slo) {
            this.evaluator = evaluator;
            this.conditions = new Conditions(evaluator, series);
            this.plan = plan;
            this.slo = slo;
        }

        /** Looks at the end of a bucket, which is the last that counts. */
        void lookAt(Instant end) {
            conditions.burnRates(plan, slo, within(end)).forEach(seen -> take(seen, end));
            // Final data knows what came next; nobody did then.
            conditions.silence(plan, slo, Instant.MIN, end, end).ifPresent(seen -> take(seen, end));
        }

        private static Instant within(Instant end) {
            return end.minusSeconds(1);
        }

        private void take(Sighting seen, Instant end) {
            Alert before = alerts.get(seen.key());
            Optional<Alert> next = seen.next(before, end, end);
            if (next.isEmpty() || !seen.isToldOf()) {
                return;
            }
            Alert after = next.get();
            alerts.put(seen.key(), after);
            if (after.active()) {
                open.computeIfAbsent(seen.key(), _ -> firing(after, within(end)));
                return;
            }
            Firing firing = open.remove(seen.key());
            if (firing != null) {
                over.add(new Firing(firing.alert(), Optional.of(end), firing.budgetRemaining()));
            }
        }

        private Firing firing(Alert alert, Instant at) {
            return new Firing(
                    alert,
                    Optional.empty(),
                    evaluator.budget(plan, slo, alert.objective(), at).remainingRatio());
        }

        List<Firing> firings() {
            List<Firing> all = new ArrayList<>(over);
            all.addAll(open.values());
            all.sort(
                    Comparator.comparing(Firing::firedAt)
                            .thenComparing(firing -> firing.alert().key()));
            return all;
        }
    }
}
