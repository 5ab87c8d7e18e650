package io.sluice.engine.slo;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.slo.SloStatus.BurnRate;
import io.sluice.engine.slo.SloStatus.ObjectiveStatus;

import java.math.BigDecimal;
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
 * shown is the one that alerts. Excluded time is in neither.
 */
public final class SloEvaluator {
    private static final Comparator<Burned.Share> MOST_BAD_FIRST =
            Comparator.comparingLong(Burned.Share::bad)
                    .reversed()
                    .thenComparing(Burned.Share::attribute)
                    .thenComparing(Burned.Share::value);

    private final SeriesReader series;
    private final History history;
    private final Verdicts verdicts;
    private final Scopes scopes;
    private final Estimates estimates;

    public SloEvaluator(SeriesReader series, History history) {
        this(series, history, new Verdicts(series, history), Optional.empty());
    }

    private SloEvaluator(
            SeriesReader series, History history, Verdicts verdicts, Optional<Instant> now) {
        this.series = series;
        this.history = history;
        this.verdicts = verdicts;
        this.scopes = new Scopes(series, history, verdicts, now);
        this.estimates = new Estimates(series, history);
    }

    /**
     * The same for questions about earlier instants: what excluded time touches is told by the
     * buckets that are kept now.
     */
    public SloEvaluator asOf(Instant now) {
        return new SloEvaluator(series, history, verdicts, Optional.of(now));
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
                capacity(plan, slo, at),
                counted(plan, slo));
    }

    /** What load was carried in the last day; empty for an SLO that promises none. */
    public Optional<SloStatus.Capacity> capacity(MeasurePlan plan, Slo slo, Instant at) {
        return new CapacityProof(series, scopes).of(plan, slo, at);
    }

    private SloStatus.Composite composite(MeasurePlan plan, Slo slo, Instant at) {
        Scope scope = scopes.of(plan, slo, at);
        SharedBudget budget = SharedBudget.window(scope.all(), plan, slo, at);
        List<SloStatus.CompositeBurn> burnRates = new ArrayList<>();
        for (Duration window : alertWindows(slo)) {
            SharedBudget recent = SharedBudget.rolling(scope.live(), plan, slo, window, at);
            burnRates.add(new SloStatus.CompositeBurn(window, recent.rate(), recent.coverage()));
        }
        return new SloStatus.Composite(
                budget.state(), budget.budget().remainingRatio(), budget.coverage(), burnRates);
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
        return scopes.of(plan, slo, at)
                .all()
                .window(Judged.of(plan, slo, objective), slo.window(), at);
    }

    /** One objective over the SLO's own window, backfilled events left out. */
    public WindowCounts liveWindow(MeasurePlan plan, Slo slo, int objective, Instant at) {
        return scopes.of(plan, slo, at)
                .live()
                .window(Judged.of(plan, slo, objective), slo.window(), at);
    }

    /**
     * A composite's budget over its own window.
     *
     * @param live leaves backfilled events out
     */
    public SharedBudget shared(MeasurePlan plan, Slo slo, boolean live, Instant at) {
        Scope scope = scopes.of(plan, slo, at);
        return SharedBudget.window(live ? scope.live() : scope.all(), plan, slo, at);
    }

    /** A composite's budget over a window of an alert condition, backfilled events left out. */
    public SharedBudget sharedRecent(MeasurePlan plan, Slo slo, Duration window, Instant at) {
        return SharedBudget.rolling(scopes.of(plan, slo, at).live(), plan, slo, window, at);
    }

    /** The budget that an SLO's alerts are about: a composite's shared one, or an objective's. */
    public SloStatus.Budget budget(MeasurePlan plan, Slo slo, int objective, Instant at) {
        return slo.composite()
                ? shared(plan, slo, false, at).budget()
                : window(plan, slo, objective, at).budget(slo.objectives().get(objective).target());
    }

    /** How long an SLO's own window is: of a calendar window, what of it has passed. */
    public static Duration length(Slo slo, Instant at) {
        return switch (slo.window()) {
            case TimeWindow.Rolling(var length) -> length;
            case TimeWindow.Calendar calendar -> Duration.between(Span.startOf(calendar, at), at);
        };
    }

    /** One objective over a window of an alert condition, backfilled events left out. */
    public WindowCounts recent(
            MeasurePlan plan, Slo slo, int objective, Duration window, Instant at) {
        return scopes.of(plan, slo, at).live().rolling(Judged.of(plan, slo, objective), window, at);
    }

    /** As {@link #recent}, without the coverage: enough to know whether something burns. */
    public WindowCounts recentUncovered(
            MeasurePlan plan, Slo slo, int objective, Duration window, Instant at) {
        return scopes.of(plan, slo, at)
                .live()
                .uncovered(Judged.of(plan, slo, objective), window, at);
    }

    /**
     * The events of one objective before an instant, slice by slice, backfilled events left out.
     *
     * @param from seconds since the epoch
     * @param sliceSeconds a multiple of 10; {@code to - from} must be a multiple of it
     */
    public List<WindowSum> recentSlices(
            MeasurePlan plan,
            Slo slo,
            int objective,
            long from,
            long to,
            long sliceSeconds,
            Instant at) {
        return Backfilled.liveSlices(
                scopes.of(plan, slo, at).counts(),
                plan.forObjective(slo.name(), objective).id(),
                from,
                to,
                sliceSeconds);
    }

    /**
     * What an SLO's burn rates, and whether its services are silent, depend on: at two instants
     * with equal inputs they are the same, under one plan.
     *
     * @param bucket windows slide by whole buckets
     * @param version of all counts that are looked at; each only grows
     */
    public record Inputs(long bucket, long version) {}

    /** Empty where equal inputs would not be enough. */
    public Optional<Inputs> inputs(MeasurePlan plan, Slo slo, Instant at) {
        boolean slidesByBuckets =
                slo.window() instanceof TimeWindow.Rolling
                        && scopes.of(plan, slo, at).excluded().spans().isEmpty();
        if (!slidesByBuckets) {
            return Optional.empty();
        }
        long version = 0;
        for (int i = 0; i < slo.objectives().size(); i++) {
            Measure measure = plan.forObjective(slo.name(), i);
            version += series.version(measure.id()) + Backfilled.version(series, measure.id());
            Optional<String> service = measure.totalSource().service();
            if (service.isPresent()) {
                SeriesKey heartbeat = SeriesKey.heartbeat(service.get());
                version += series.version(heartbeat) + Backfilled.version(series, heartbeat);
            }
        }
        return Optional.of(new Inputs(Math.floorDiv(at.getEpochSecond(), Span.BUCKET), version));
    }

    /** Whether any of {@code [from, at)} is excluded from the SLO. */
    public boolean excludes(MeasurePlan plan, Slo slo, Instant from, Instant at) {
        return scopes.of(plan, slo, at)
                .excluded()
                .touches(from.getEpochSecond(), at.getEpochSecond());
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
        boolean inThousandths =
                slo.method() != BudgetingMethod.TIMESLICES && !slo.countsEvents(objective);
        return new ObjectiveStatus(
                objective,
                state,
                inThousandths ? counts.goodThousandths() : counts.goodCount(),
                inThousandths ? counts.totalThousandths() : counts.totalCount(),
                interval(plan, slo, index, counts, at),
                counts.coverage(),
                counts.budget(objective.target()),
                burnRates(plan, slo, index, at),
                older(plan, slo, index, at));
    }

    /** Over every window that an alert condition of the SLO names, shortest first. */
    public List<BurnRate> burnRates(MeasurePlan plan, Slo slo, int index, Instant at) {
        BigDecimal target = slo.objectives().get(index).target();
        List<BurnRate> burnRates = new ArrayList<>();
        for (Duration window : alertWindows(slo)) {
            WindowCounts recent = recent(plan, slo, index, window, at);
            burnRates.add(
                    new BurnRate(
                            window,
                            recent.burnRate(target),
                            recent.badCount(),
                            recent.totalCount(),
                            recent.coverage()));
        }
        return burnRates;
    }

    /**
     * Of the window's time before the objective was counted, with what then remains of the budget.
     */
    private Optional<SloStatus.Older> older(MeasurePlan plan, Slo slo, int index, Instant at) {
        Scope scope = scopes.of(plan, slo, at);
        Span span = Span.of(slo.window(), at);
        return Estimates.together(estimates.hours(plan, slo, index, scope.excluded(), span))
                .map(
                        estimate ->
                                new SloStatus.Older(
                                        estimate,
                                        estimate.remaining(
                                                newer(plan, slo, index, scope, estimate, span.to()),
                                                slo.objectives().get(index).target())));
    }

    /** What was counted after what is estimated. */
    private static WindowCounts newer(
            MeasurePlan plan, Slo slo, int index, Scope scope, Estimate estimate, long to) {
        WindowSum counted =
                scope.counts()
                        .sum(
                                plan.forObjective(slo.name(), index).id(),
                                estimate.to().getEpochSecond(),
                                to);
        return new WindowCounts(counted.goodThousandths(), counted.totalThousandths(), 0, 0);
    }

    private Optional<SliInterval> interval(
            MeasurePlan plan, Slo slo, int index, WindowCounts counts, Instant at) {
        if (!slo.countsEvents(slo.objectives().get(index))) {
            return Optional.empty();
        }
        Span span = Span.of(slo.window(), at);
        WindowSum seen =
                scopes.of(plan, slo, at)
                        .counts()
                        .sum(plan.forObjective(slo.name(), index).id(), span.from(), span.to());
        return SliInterval.of(counts, seen.total());
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

    /**
     * The remaining budget over time, in one pass over the history.
     *
     * @param at tells how finely the history is kept
     */
    public BurnDown burnDown(
            MeasurePlan plan,
            Slo slo,
            int objective,
            Instant from,
            Instant to,
            int points,
            Instant at) {
        Scope scope = scopes.of(plan, slo, at);
        List<BurnDown.Point> drawn =
                scope.all()
                        .burnDown(Judged.of(plan, slo, objective), slo.window(), from, to, points);
        return new BurnDown(
                slo.name(), objective, withEstimates(plan, slo, objective, scope, drawn));
    }

    private List<BurnDown.Point> withEstimates(
            MeasurePlan plan, Slo slo, int objective, Scope scope, List<BurnDown.Point> points) {
        long first = Span.of(slo.window(), points.getFirst().at()).from();
        Span all = new Span(first, points.getLast().at().getEpochSecond());
        List<Estimate> hours = estimates.hours(plan, slo, objective, scope.excluded(), all);
        return hours.isEmpty()
                ? points
                : points.stream()
                        .map(point -> withEstimate(plan, slo, objective, scope, hours, point))
                        .toList();
    }

    private static BurnDown.Point withEstimate(
            MeasurePlan plan,
            Slo slo,
            int objective,
            Scope scope,
            List<Estimate> hours,
            BurnDown.Point point) {
        // The window that ends there, not the one of a bucket later.
        Span span = Span.of(slo.window(), point.at().minusSeconds(1));
        List<Estimate> within =
                hours.stream()
                        .filter(
                                hour ->
                                        hour.from().getEpochSecond() >= span.from()
                                                && !hour.to().isAfter(point.at()))
                        .toList();
        return Estimates.together(within)
                .map(
                        estimate ->
                                point.estimated(
                                        estimate.remaining(
                                                newer(
                                                        plan,
                                                        slo,
                                                        objective,
                                                        scope,
                                                        estimate,
                                                        Math.max(
                                                                point.at().getEpochSecond(),
                                                                estimate.to().getEpochSecond())),
                                                slo.objectives().get(objective).target())))
                .orElse(point);
    }

    /** What burned an SLO's budget in the time before an instant. */
    public Burned burned(
            MeasurePlan plan, Slo slo, Duration window, Instant at, Exemplars exemplars) {
        Span span = Span.rolling(window, at);
        Scope scope = scopes.of(plan, slo, at);
        Set<Measure> measures = new LinkedHashSet<>();
        for (int i = 0; i < slo.objectives().size(); i++) {
            measures.add(plan.forObjective(slo.name(), i));
        }
        long bad = 0;
        List<Burned.Share> shares = new ArrayList<>();
        List<Exemplars.Kept> kept = new ArrayList<>();
        for (Measure measure : measures) {
            bad += Math.max(0, scope.counts().sum(measure.id(), span.from(), span.to()).bad());
            addGroups(scope, measure, span, shares);
            addBreakdown(scope, measure, span, shares);
            kept.addAll(scope.exemplars(exemplars, measure.id(), span));
        }
        addSides(plan, slo, scope, span, shares);
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
    private static void addSides(
            MeasurePlan plan, Slo slo, Scope scope, Span span, List<Burned.Share> shares) {
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
            measures.forEach(measure -> addSide(scope, measure, side, span, shares));
        }
    }

    private static void addSide(
            Scope scope, Measure measure, Side side, Span span, List<Burned.Share> shares) {
        WindowSum sum = scope.counts().sum(measure.id(), span.from(), span.to());
        if (sum.bad() > 0) {
            shares.add(
                    new Burned.Share(
                            "side", side.name().toLowerCase(Locale.ROOT), sum.bad(), sum.total()));
        }
    }

    private void addGroups(Scope scope, Measure measure, Span span, List<Burned.Share> shares) {
        Optional<String> attribute = measure.totalSource().groupBy();
        if (attribute.isEmpty()) {
            return;
        }
        for (String group : series.groups(measure.id())) {
            WindowSum sum =
                    scope.counts().sum(new SeriesKey(measure.id(), group), span.from(), span.to());
            if (sum.bad() > 0) {
                shares.add(new Burned.Share(attribute.get(), group, sum.bad(), sum.total()));
            }
        }
    }

    private void addBreakdown(Scope scope, Measure measure, Span span, List<Burned.Share> shares) {
        Set<String> attributes = new LinkedHashSet<>();
        measure.taps().forEach(tap -> attributes.addAll(tap.source().breakdownBy()));
        for (String attribute : attributes) {
            String by = SeriesKey.badBy(measure.id(), attribute, "").measure();
            for (String value : series.groups(by)) {
                long bad =
                        scope.counts()
                                .sum(
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
