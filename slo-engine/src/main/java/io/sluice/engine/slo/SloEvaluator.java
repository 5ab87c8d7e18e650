package io.sluice.engine.slo;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.slo.SloStatus.BurnRate;
import io.sluice.engine.slo.SloStatus.ObjectiveStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Evaluates SLOs at an instant that is passed in, from exact sums. Pure but for what it reads; as
 * thread-safe as the reader it was given.
 *
 * <p>Budgets and SLIs count every event. Burn rates are about the present: they leave out what
 * backfill sources sent (see {@link io.sluice.engine.fold.Backfilled}), so a burn rate that is
 * shown is the one that alerts.
 */
public final class SloEvaluator {
    private static final Comparator<Burned.Share> MOST_BAD_FIRST =
            Comparator.comparingLong(Burned.Share::bad)
                    .reversed()
                    .thenComparing(Burned.Share::attribute)
                    .thenComparing(Burned.Share::value);

    private final SeriesReader series;
    private final History history;
    private final Counting all;
    private final Counting live;

    public SloEvaluator(SeriesReader series, History history) {
        this.series = series;
        this.history = history;
        this.all = new Counting(series, EventView.all(series), history);
        this.live = new Counting(series, EventView.live(series), history);
    }

    /** Everything about an SLO. */
    public SloStatus evaluate(MeasurePlan plan, Slo slo, Instant at) {
        List<ObjectiveStatus> objectives = new ArrayList<>();
        for (int i = 0; i < slo.objectives().size(); i++) {
            objectives.add(objective(plan, slo, i, at));
        }
        Instant from = Instant.ofEpochSecond(Span.of(slo.window(), at).from());
        return new SloStatus(
                slo,
                at,
                from,
                objectives,
                slo.composite() ? Optional.of(composite(plan, slo, at)) : Optional.empty(),
                new CapacityProof(series).of(plan, slo, at),
                counted(plan, slo));
    }

    private SloStatus.Composite composite(MeasurePlan plan, Slo slo, Instant at) {
        SharedBudget budget = SharedBudget.window(all, plan, slo, at);
        List<SloStatus.CompositeBurn> burnRates = new ArrayList<>();
        for (Duration window : alertWindows(slo)) {
            SharedBudget recent = SharedBudget.rolling(live, plan, slo, window, at);
            burnRates.add(new SloStatus.CompositeBurn(window, recent.rate(), recent.coverage()));
        }
        OptionalDouble spent = budget.rate();
        return new SloStatus.Composite(
                budget.state(),
                spent.isPresent() ? OptionalDouble.of(1 - spent.getAsDouble()) : spent,
                budget.coverage(),
                burnRates);
    }

    /** The objective that is known for the shortest time says it for all. */
    private SloStatus.Counted counted(MeasurePlan plan, Slo slo) {
        long since = 0;
        OptionalDouble progress = OptionalDouble.empty();
        for (int i = 0; i < slo.objectives().size(); i++) {
            String measure = plan.forObjective(slo.name(), i).id();
            long countedSince = history.countedSince(measure);
            if (countedSince >= since) {
                since = countedSince;
                progress = history.progress(measure);
            }
        }
        return new SloStatus.Counted(Instant.ofEpochSecond(since), progress);
    }

    /** One objective over the SLO's own window, backfilled events included. */
    public WindowCounts window(MeasurePlan plan, Slo slo, int objective, Instant at) {
        return all.window(Judged.of(plan, slo, objective), slo.window(), at);
    }

    /** One objective over the SLO's own window, backfilled events left out. */
    public WindowCounts liveWindow(MeasurePlan plan, Slo slo, int objective, Instant at) {
        return live.window(Judged.of(plan, slo, objective), slo.window(), at);
    }

    /** One objective over a window of an alert condition, backfilled events left out. */
    public WindowCounts recent(
            MeasurePlan plan, Slo slo, int objective, Duration window, Instant at) {
        return live.rolling(Judged.of(plan, slo, objective), window, at);
    }

    private ObjectiveStatus objective(MeasurePlan plan, Slo slo, int index, Instant at) {
        Objective objective = slo.objectives().get(index);
        WindowCounts counts = window(plan, slo, index, at);
        SloStatus.State state =
                !counts.isMeasured()
                        ? SloStatus.State.UNMEASURED
                        : counts.meets(objective.target())
                                ? SloStatus.State.MET
                                : SloStatus.State.BREACHED;
        boolean inThousandths = slo.method() == BudgetingMethod.RATIO_TIMESLICES;
        List<BurnRate> burnRates = new ArrayList<>();
        for (Duration window : alertWindows(slo)) {
            WindowCounts recent = recent(plan, slo, index, window, at);
            burnRates.add(
                    new BurnRate(
                            window,
                            recent.burnRate(objective.target()),
                            recent.badCount(),
                            recent.totalCount(),
                            recent.coverage()));
        }
        return new ObjectiveStatus(
                objective,
                state,
                inThousandths ? counts.good() : counts.goodCount(),
                inThousandths ? counts.total() : counts.totalCount(),
                counts.coverage(),
                counts.budget(objective.target()),
                burnRates);
    }

    /** Every window that a condition of the SLO's policies names, shortest first. */
    private static Set<Duration> alertWindows(Slo slo) {
        Set<Duration> windows = new TreeSet<>();
        for (AlertPolicy policy : slo.alertPolicies()) {
            for (AlertPolicy.AlertCondition condition : policy.conditions()) {
                windows.add(condition.shortWindow());
                windows.add(condition.longWindow());
            }
        }
        return windows;
    }

    /** The remaining budget over time, in one pass over the history. */
    public BurnDown burnDown(
            MeasurePlan plan, Slo slo, int objective, Instant from, Instant to, int points) {
        return new BurnDown(
                slo.name(),
                objective,
                all.burnDown(Judged.of(plan, slo, objective), slo.window(), from, to, points));
    }

    /** What burned an SLO's budget in the time before an instant. */
    public Burned burned(
            MeasurePlan plan, Slo slo, Duration window, Instant at, Exemplars exemplars) {
        Span span = Span.rolling(window, at);
        Set<Measure> measures = new LinkedHashSet<>();
        for (int i = 0; i < slo.objectives().size(); i++) {
            measures.add(plan.forObjective(slo.name(), i));
        }
        long bad = 0;
        List<Burned.Share> shares = new ArrayList<>();
        List<Exemplars.Kept> kept = new ArrayList<>();
        for (Measure measure : measures) {
            bad += Math.max(0, series.sum(measure.id(), span.from(), span.to()).bad());
            addGroups(measure, span, shares);
            addBreakdown(measure, span, shares);
            kept.addAll(
                    exemplars.of(
                            measure.id(),
                            span.from() * 1_000_000_000L,
                            span.to() * 1_000_000_000L));
        }
        addSides(plan, slo, span, shares);
        shares.sort(MOST_BAD_FIRST);
        return new Burned(
                slo.name(),
                Instant.ofEpochSecond(span.from()),
                Instant.ofEpochSecond(span.to()),
                bad,
                shares,
                kept.stream().map(Exemplars.Kept::exemplar).toList());
    }

    /** By side of the cutovers that compare what the SLO promises. */
    private void addSides(MeasurePlan plan, Slo slo, Span span, List<Burned.Share> shares) {
        Set<String> slis =
                slo.objectives().stream().map(Objective::sli).collect(Collectors.toSet());
        for (Side side : List.of(Side.BASELINE, Side.CANDIDATE)) {
            Set<Measure> measures = new LinkedHashSet<>();
            for (Cutover cutover : plan.definitions().cutovers().values()) {
                cutover.metrics().stream()
                        .filter(metric -> slis.contains(metric.sli()))
                        .map(metric -> plan.forCutover(cutover.name(), metric.name(), side))
                        .forEach(measures::add);
            }
            measures.forEach(measure -> addSide(measure, side, span, shares));
        }
    }

    private void addSide(Measure measure, Side side, Span span, List<Burned.Share> shares) {
        WindowSum sum = series.sum(measure.id(), span.from(), span.to());
        if (sum.bad() > 0) {
            shares.add(
                    new Burned.Share(
                            "side", side.name().toLowerCase(Locale.ROOT), sum.bad(), sum.total()));
        }
    }

    private void addGroups(Measure measure, Span span, List<Burned.Share> shares) {
        Optional<String> attribute = measure.totalSource().groupBy();
        if (attribute.isEmpty()) {
            return;
        }
        for (String group : series.groups(measure.id())) {
            WindowSum sum = series.sum(new SeriesKey(measure.id(), group), span.from(), span.to());
            if (sum.bad() > 0) {
                shares.add(new Burned.Share(attribute.get(), group, sum.bad(), sum.total()));
            }
        }
    }

    private void addBreakdown(Measure measure, Span span, List<Burned.Share> shares) {
        Set<String> attributes = new LinkedHashSet<>();
        measure.taps().forEach(tap -> attributes.addAll(tap.source().breakdownBy()));
        for (String attribute : attributes) {
            String by = SeriesKey.badBy(measure.id(), attribute, "").measure();
            for (String value : series.groups(by)) {
                long bad =
                        series.sum(
                                        SeriesKey.badBy(measure.id(), attribute, value),
                                        span.from(),
                                        span.to())
                                .total();
                if (bad > 0) {
                    shares.add(new Burned.Share(attribute, value, bad, 0));
                }
            }
        }
    }
}
