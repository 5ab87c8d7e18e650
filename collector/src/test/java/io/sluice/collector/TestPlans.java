package io.sluice.collector;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SpanKind;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.measure.MeasurePlan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Plans for tests: one SLO per indicator, named {@code slo-0}, {@code slo-1} and so on; measures
 * come in the same order.
 */
public final class TestPlans {

    private TestPlans() {}

    /** An indicator and, for thresholds, what makes a value good. */
    public record Wanted(Indicator indicator, Optional<Objective.Threshold> threshold) {}

    public static Wanted goodOf(EventSource good, EventSource total) {
        return new Wanted(
                new Indicator.Ratio(Indicator.Polarity.GOOD, good, total, true), Optional.empty());
    }

    public static Wanted badOf(EventSource bad, EventSource total) {
        return new Wanted(
                new Indicator.Ratio(Indicator.Polarity.BAD, bad, total, true), Optional.empty());
    }

    public static Wanted shareOf(Indicator.Polarity meaning, EventSource source) {
        return new Wanted(new Indicator.Raw(meaning, source, false), Optional.empty());
    }

    public static Wanted judged(EventSource source, Indicator.Unit unit, Op op, double bound) {
        Indicator.Value value =
                source instanceof EventSource.Spans
                        ? Indicator.Value.DURATION
                        : Indicator.Value.POINT;
        return new Wanted(
                new Indicator.Threshold(source, value, unit),
                Optional.of(new Objective.Threshold(op, bound)));
    }

    public static EventSource.Spans spans(String service, Condition... where) {
        return new EventSource.Spans(
                Optional.of(service),
                Optional.empty(),
                Optional.empty(),
                List.of(where),
                Optional.empty(),
                List.of());
    }

    public static EventSource.Spans spans(
            String service,
            SpanKind kind,
            String groupBy,
            List<String> breakdownBy,
            Condition... where) {
        return new EventSource.Spans(
                Optional.of(service),
                Optional.empty(),
                Optional.of(kind),
                List.of(where),
                Optional.of(groupBy),
                breakdownBy);
    }

    public static EventSource.Metrics metric(String name, Condition... where) {
        return new EventSource.Metrics(
                Optional.empty(), name, List.of(where), Optional.empty(), List.of());
    }

    public static EventSource.Events events(String name, Condition... where) {
        return new EventSource.Events(
                Optional.empty(), Optional.of(name), List.of(where), Optional.empty(), List.of());
    }

    public static MeasurePlan plan(Wanted... wanted) {
        return plan(List.of(wanted));
    }

    public static MeasurePlan plan(List<Wanted> wanted) {
        return plan(wanted, List.of());
    }

    /** A row of a results table that shows a mean. */
    public static ResultsTable.Row mean(EventSource source, Indicator.Unit unit) {
        return new ResultsTable.Row(
                "mean",
                "",
                ResultsTable.Statistic.MEAN,
                Optional.of(source),
                Optional.empty(),
                unit,
                ResultsTable.Improvement.NONE,
                60);
    }

    /** The same with rows of a results table, whose two sides are of the same events. */
    public static MeasurePlan plan(List<Wanted> wanted, List<ResultsTable.Row> rows) {
        Map<String, Slo> slos = new TreeMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            String name = "slo-%04d".formatted(i);
            Objective objective =
                    new Objective(
                            "",
                            name,
                            wanted.get(i).indicator(),
                            wanted.get(i).threshold(),
                            new BigDecimal("0.99"),
                            Optional.empty(),
                            Optional.empty(),
                            BigDecimal.ONE);
            Metadata metadata = new Metadata(name, name, Map.of(), Map.of());
            slos.put(
                    name,
                    new Slo(
                            metadata,
                            "",
                            "shop",
                            Tier.SERVICE,
                            BudgetingMethod.OCCURRENCES,
                            new TimeWindow.Rolling(Duration.ofDays(28)),
                            false,
                            List.of(objective),
                            List.of()));
        }
        ResultsTable table =
                new ResultsTable(
                        new Metadata("table", "table", Map.of(), Map.of()),
                        List.of(),
                        List.of(),
                        List.of(),
                        rows);
        return MeasurePlan.compile(
                new DefinitionSet(
                        "digest",
                        List.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        slos,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        rows.isEmpty() ? Map.of() : Map.of("table", table),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of()));
    }
}
