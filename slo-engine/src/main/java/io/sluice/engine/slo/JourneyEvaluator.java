package io.sluice.engine.slo;

import io.sluice.definitions.model.Journey;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.slo.JourneyStatus.SideStatus;
import io.sluice.engine.slo.JourneyStatus.StepStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Counts journeys over a window, history that was sent later included, and without time that is
 * excluded from them. As thread-safe as the reader it was given.
 */
public final class JourneyEvaluator {
    private final History history;
    private final Scopes scopes;

    public JourneyEvaluator(SeriesReader series, History history) {
        this.history = history;
        this.scopes = new Scopes(series, history, new Verdicts(series, history), Optional.empty());
    }

    /** A journey in the time before an instant, the open bucket included. */
    public JourneyStatus evaluate(MeasurePlan plan, Journey journey, Duration window, Instant at) {
        Span span = Span.rolling(window, at);
        Scope scope = scopes.of(plan, journey, at);
        List<SideStatus> sides = new ArrayList<>();
        for (Journey.Side side : journey.sides()) {
            sides.add(
                    new SideStatus(
                            side,
                            steps(
                                    scope,
                                    journey,
                                    step -> plan.forJourney(journey, step, side),
                                    span)));
        }
        return new JourneyStatus(
                journey,
                Instant.ofEpochSecond(span.from()),
                at,
                steps(scope, journey, step -> plan.forJourney(journey, step), span),
                sides,
                counted(plan, journey));
    }

    private List<StepStatus> steps(
            Scope scope, Journey journey, Function<Journey.Step, Measure> measures, Span span) {
        List<WindowCounts> counts =
                journey.steps().stream()
                        .map(step -> counts(scope, measures.apply(step), span))
                        .toList();
        List<StepStatus> steps = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            WindowCounts here = counts.get(i);
            OptionalLong droppedOff =
                    i + 1 < counts.size()
                            ? droppedOff(here, counts.get(i + 1))
                            : OptionalLong.empty();
            steps.add(
                    new StepStatus(
                            journey.steps().get(i),
                            here.isMeasured(),
                            here.totalCount(),
                            here.goodCount(),
                            here.coverage(),
                            droppedOff));
        }
        return steps;
    }

    private static OptionalLong droppedOff(WindowCounts here, WindowCounts next) {
        return here.isMeasured() && next.isMeasured()
                ? OptionalLong.of(here.goodCount() - next.totalCount())
                : OptionalLong.empty();
    }

    private WindowCounts counts(Scope scope, Measure measure, Span span) {
        WindowSum sum = scope.counts().sum(measure.id(), span.from(), span.to());
        long buckets = scope.seen().intervals(span);
        return new WindowCounts(
                sum.goodThousandths(),
                sum.totalThousandths(),
                Math.min(buckets, measured(scope, measure, span)),
                buckets);
    }

    /**
     * How many buckets were measured: the service was heard of while the step was counted. Without
     * a service, and before that, those with events, as finely as a window of this length moves.
     */
    private long measured(Scope scope, Measure measure, Span span) {
        Optional<String> service = measure.totalSource().service();
        long known =
                service.isEmpty()
                        ? span.to()
                        : Math.clamp(
                                Span.ceil(history.countedSince(measure.id()), Span.BUCKET),
                                span.from(),
                                span.to());
        long before = scope.seen().withEvents(measure.id(), new Span(span.from(), known));
        return service.map(name -> before + scope.counts().measuredBuckets(name, known, span.to()))
                .orElse(before);
    }

    private SloStatus.Counted counted(MeasurePlan plan, Journey journey) {
        Measure newest =
                journey.steps().stream()
                        .flatMap(step -> measures(plan, journey, step))
                        .max(Comparator.comparingLong(m -> history.countedSince(m.id())))
                        .orElseThrow();
        return new SloStatus.Counted(
                Instant.ofEpochSecond(history.countedSince(newest.id())),
                history.progress(newest.id()));
    }

    private static Stream<Measure> measures(MeasurePlan plan, Journey journey, Journey.Step step) {
        return Stream.concat(
                Stream.of(plan.forJourney(journey, step)),
                journey.sides().stream().map(side -> plan.forJourney(journey, step, side)));
    }
}
