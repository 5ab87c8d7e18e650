package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.slo.WindowCounts;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Looks at alert conditions: a function of the counts and an instant, the same for the present and
 * for a backtest. As thread-safe as the reader it was given.
 */
public final class Conditions {
    /** The condition that says that a service which had been measured is not any more. */
    public static final String NO_DATA = "no-data";

    /** How the conditions begin that say that a share of the budget is spent. */
    static final String BUDGET_SPENT = "budget-spent-";

    /** How long a service may be silent. */
    static final Duration SILENCE = Duration.ofMinutes(5);

    /** How far back a service counts as "had been measured". */
    static final Duration HAD_BEEN_MEASURED = Duration.ofDays(7);

    private final SloEvaluator evaluator;
    private final SeriesReader series;

    public Conditions(SloEvaluator evaluator, SeriesReader series) {
        this.evaluator = evaluator;
        this.series = series;
    }

    /**
     * Every burn-rate condition of every objective of an SLO, and every share of its budget that a
     * policy tells of, the open bucket included. A composite's parts have one budget, and its
     * conditions are about that.
     */
    public List<Sighting> burnRates(MeasurePlan plan, Slo slo, Instant at) {
        return slo.composite()
                ? new SharedConditions(evaluator).burnRates(plan, slo, at)
                : ofObjectives(plan, slo, at);
    }

    /**
     * Whether any of {@link #burnRates} could be found true: false for nearly all SLOs nearly all
     * of the time, and known from the short windows' events alone. Where nothing is active, there
     * is no need to know more.
     */
    boolean mayBurn(MeasurePlan plan, Slo slo, Instant at) {
        if (slo.composite()
                || slo.alertPolicies().stream()
                        .anyMatch(policy -> !policy.budgetSpent().isEmpty())) {
            return true;
        }
        for (int i = 0; i < slo.objectives().size(); i++) {
            for (AlertPolicy policy : slo.alertPolicies()) {
                for (AlertCondition condition : policy.conditions()) {
                    if (burns(plan, slo, i, condition, condition.shortWindow(), at)
                            && burns(plan, slo, i, condition, condition.longWindow(), at)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean burns(
            MeasurePlan plan,
            Slo slo,
            int objective,
            AlertCondition condition,
            Duration window,
            Instant at) {
        return burns(
                condition,
                slo.objectives().get(objective),
                evaluator.recentUncovered(plan, slo, objective, window, at));
    }

    private List<Sighting> ofObjectives(MeasurePlan plan, Slo slo, Instant at) {
        List<Sighting> sightings = new ArrayList<>();
        for (int i = 0; i < slo.objectives().size(); i++) {
            Map<Duration, WindowCounts> windows = new HashMap<>();
            for (AlertPolicy policy : slo.alertPolicies()) {
                for (AlertCondition condition : policy.conditions()) {
                    sightings.add(burnRate(plan, slo, i, policy, condition, windows, at));
                }
                for (BigDecimal share : policy.budgetSpent()) {
                    sightings.add(spent(plan, slo, i, policy, share, at));
                }
            }
        }
        return sightings;
    }

    private Sighting burnRate(
            MeasurePlan plan,
            Slo slo,
            int index,
            AlertPolicy policy,
            AlertCondition condition,
            Map<Duration, WindowCounts> windows,
            Instant at) {
        Objective objective = slo.objectives().get(index);
        WindowCounts longCounts =
                windows.computeIfAbsent(
                        condition.longWindow(), w -> evaluator.recent(plan, slo, index, w, at));
        WindowCounts shortCounts =
                windows.computeIfAbsent(
                        condition.shortWindow(), w -> evaluator.recent(plan, slo, index, w, at));
        return new Sighting(
                slo.name() + "/" + index + "/" + policy.metadata().name() + "/" + condition.name(),
                slo,
                index,
                policy,
                condition.name(),
                condition.severity(),
                condition.threshold(),
                condition.longWindow(),
                condition.shortWindow(),
                condition.alertAfter(),
                finding(slo, objective, condition, longCounts, shortCounts),
                longCounts.burnRate(objective.target()),
                shortCounts.burnRate(objective.target()));
    }

    /**
     * Whether a share of the budget is spent. Over the SLO's own window that is a burn rate: 1
     * spends the budget exactly.
     */
    private Sighting spent(
            MeasurePlan plan,
            Slo slo,
            int index,
            AlertPolicy policy,
            BigDecimal share,
            Instant at) {
        BigDecimal target = slo.objectives().get(index).target();
        WindowCounts counts = evaluator.liveWindow(plan, slo, index, at);
        String name = budgetSpent(share);
        AlertCondition first = policy.conditions().getFirst();
        Duration window = SloEvaluator.length(slo, at);
        boolean enough =
                !slo.countsEvents(slo.objectives().get(index))
                        || counts.badCount() >= first.minimumBadEvents();
        Finding finding =
                !counts.isMeasured()
                        ? Finding.UNMEASURED
                        : enough && counts.burns(Op.GTE, share.doubleValue(), target)
                                ? Finding.TRUE
                                : Finding.FALSE;
        return new Sighting(
                slo.name() + "/" + index + "/" + policy.metadata().name() + "/" + name,
                slo,
                index,
                policy,
                name,
                first.severity(),
                share.doubleValue(),
                window,
                window,
                Duration.ZERO,
                finding,
                counts.burnRate(target),
                counts.burnRate(target));
    }

    /** The condition that so much of the budget is spent. */
    static String budgetSpent(BigDecimal share) {
        return BUDGET_SPENT + share.movePointRight(2).stripTrailingZeros().toPlainString();
    }

    private static Finding finding(
            Slo slo,
            Objective objective,
            AlertCondition condition,
            WindowCounts longCounts,
            WindowCounts shortCounts) {
        if (!longCounts.isMeasured() || !shortCounts.isMeasured()) {
            return Finding.UNMEASURED;
        }
        // Few bad events say little, whatever their ratio. Slices are judgements already and need
        // no such guard, and how many events are behind a share nobody knows.
        boolean enough =
                !slo.countsEvents(objective)
                        || longCounts.badCount() >= condition.minimumBadEvents();
        return enough
                        && burns(condition, objective, longCounts)
                        && burns(condition, objective, shortCounts)
                ? Finding.TRUE
                : Finding.FALSE;
    }

    private static boolean burns(
            AlertCondition condition, Objective objective, WindowCounts counts) {
        return counts.burns(condition.op(), condition.threshold(), objective.target());
    }

    /**
     * Whether a service that had been measured is silent.
     *
     * @param listeningSince since when silence can be told from our own absence
     * @param until up to which event time the service may have been heard; after {@code at} where
     *     senders' clocks may be ahead
     * @return empty if nobody wants to know: an operational objective without alertWhenNoData
     */
    public Optional<Sighting> silence(
            MeasurePlan plan, Slo slo, Instant listeningSince, Instant at, Instant until) {
        return slo.alertPolicies().stream()
                .filter(policy -> policy.alertWhenNoData() || slo.tier() != Tier.OPERATIONAL)
                .min(Comparator.comparing(policy -> !policy.alertWhenNoData()))
                .map(
                        policy ->
                                new Sighting(
                                        slo.name() + "/" + policy.metadata().name() + "/" + NO_DATA,
                                        slo,
                                        0,
                                        policy,
                                        NO_DATA,
                                        AlertPolicy.Severity.PAGE,
                                        0,
                                        SILENCE,
                                        SILENCE,
                                        Duration.ZERO,
                                        silent(plan, slo, listeningSince, at, until),
                                        OptionalDouble.empty(),
                                        OptionalDouble.empty()));
    }

    /** When the trouble began that a condition has found; see {@link Beginning}. */
    Instant beganAt(MeasurePlan plan, Sighting seen, Instant at) {
        return seen.condition().equals(NO_DATA)
                ? at.minus(SILENCE)
                : new Beginning(evaluator, plan, seen, at).find();
    }

    private Finding silent(
            MeasurePlan plan, Slo slo, Instant listeningSince, Instant at, Instant until) {
        if (at.isBefore(listeningSince.plus(SILENCE))) {
            return Finding.UNMEASURED;
        }
        if (evaluator.excludes(plan, slo, at.minus(SILENCE), at)) {
            return Finding.UNMEASURED;
        }
        long now = at.getEpochSecond();
        if (heardOf(plan, slo, now - SILENCE.toSeconds(), until.getEpochSecond())) {
            return Finding.FALSE;
        }
        return heardOf(plan, slo, now - HAD_BEEN_MEASURED.toSeconds(), now)
                ? Finding.TRUE
                : Finding.UNMEASURED;
    }

    /** Whether any of an SLO's sources was heard of, live. */
    private boolean heardOf(MeasurePlan plan, Slo slo, long from, long to) {
        for (int i = 0; i < slo.objectives().size(); i++) {
            Measure measure = plan.forObjective(slo.name(), i);
            Optional<String> service = measure.totalSource().service();
            boolean heard =
                    service.isPresent()
                            ? Backfilled.liveHeartbeats(series, service.get(), from, to) > 0
                            : Backfilled.live(series, measure.id(), from, to).total() > 0;
            if (heard) {
                return true;
            }
        }
        return false;
    }
}
