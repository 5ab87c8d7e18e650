package io.sluice.dashboard.fake;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.engine.results.Results;
import io.sluice.engine.results.RowHistory;
import io.sluice.engine.time.Interval;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The shop before its migration and after it. */
final class FakeResults {
    private static final Instant NOW = FakeEngine.NOW;
    private static final int INTERVALS = 56;

    private FakeResults() {}

    static Results table() {
        return new Results(
                "shopflow",
                new Results.Period(
                        Optional.of(NOW.minus(Duration.ofDays(28))),
                        Optional.of(NOW.minus(Duration.ofMinutes(95)))),
                new Results.Period(
                        Optional.of(NOW.minus(Duration.ofMinutes(36))), Optional.empty()),
                List.of(
                        row("Page load time (P99)", "ms", 3_204, 581.2, "down 82 %", null),
                        row("Checkout completion time", "min", 4.5, 1.2, "down 73 %", null),
                        row("Concurrent users supported", "", 3_000, 35_000, "up 1,067 %", null),
                        row("Availability", "%", 99.2, 99.97, "up 0.77 percentage points", null),
                        row(
                                "Deployment frequency",
                                "per month",
                                0.333333,
                                45,
                                null,
                                "reported deployments"),
                        row("Lead time for changes", "h", 336, 3, "down 99 %", null),
                        row(
                                "Infrastructure cost per month",
                                "USD",
                                70_500,
                                36_200,
                                "down 49 %",
                                null),
                        row("Cart abandonment at peak", "%", 70, 44, null, null),
                        new Results.Row(
                                "Site-wide conversion",
                                "%",
                                OptionalDouble.of(2.1),
                                OptionalDouble.empty(),
                                Optional.empty(),
                                Optional.of(
                                        "needs 24 h after the cutover; 36 min measured so far"))));
    }

    private static Results.Row row(
            String metric,
            String unit,
            double before,
            double after,
            String improvement,
            String note) {
        return new Results.Row(
                metric,
                unit,
                OptionalDouble.of(before),
                OptionalDouble.of(after),
                Optional.ofNullable(improvement),
                Optional.ofNullable(note));
    }

    /** What defines a table. */
    static ResultsTable definition(Results table) {
        return new ResultsTable(
                new Metadata(table.name(), table.name(), Map.of(), Map.of()),
                side("legacy"),
                side("platform"),
                List.of("cart"),
                table.rows().stream().map(FakeResults::definition).toList());
    }

    private static List<Condition> side(String name) {
        return List.of(new Condition.In("shop.side", List.of(name)));
    }

    private static ResultsTable.Row definition(Results.Row row) {
        boolean deployments = row.metric().startsWith("Deployment");
        EventSource source =
                new EventSource.Metrics(
                        Optional.of("shop"), row.metric(), List.of(), Optional.empty(), List.of());
        return new ResultsTable.Row(
                row.metric(),
                row.unit(),
                deployments
                        ? ResultsTable.Statistic.DEPLOYMENTS_PER_MONTH
                        : ResultsTable.Statistic.P99,
                deployments ? Optional.empty() : Optional.of(source),
                Optional.empty(),
                Indicator.Unit.NONE,
                ResultsTable.Improvement.PERCENT,
                0);
    }

    /**
     * Four weeks that vary a little, with nothing of the new side before it came, and nothing of
     * either before.
     */
    static RowHistory history(Results table, int index, Optional<Interval> time) {
        Results.Row row = table.rows().get(index);
        ResultsTable.Row definition = definition(row);
        boolean deployments = definition.source().isEmpty();
        Instant first = NOW.minus(Duration.ofDays(28));
        Instant from = time.map(Interval::from).orElse(first);
        Instant to = time.map(Interval::to).orElse(NOW);
        Duration step = Duration.between(from, to).dividedBy(INTERVALS);
        List<RowHistory.Point> points = new ArrayList<>();
        for (int i = 1; i <= INTERVALS && !deployments; i++) {
            Instant at = to.minus(step.multipliedBy(INTERVALS - i));
            double wave = 1 + 0.1 * Math.sin(i);
            points.add(
                    new RowHistory.Point(
                            at,
                            wave(row.before(), wave, at.isAfter(first) && i < 54),
                            wave(row.after(), wave, at.isAfter(first) && i > 50)));
        }
        return new RowHistory(
                definition,
                row,
                new RowHistory.Used(table.before(), deployments ? 1 : 41_234),
                new RowHistory.Used(table.after(), deployments ? 45 : 678),
                points);
    }

    private static OptionalDouble wave(OptionalDouble value, double wave, boolean measured) {
        return value.isPresent() && measured
                ? OptionalDouble.of(value.getAsDouble() * wave)
                : OptionalDouble.empty();
    }
}
