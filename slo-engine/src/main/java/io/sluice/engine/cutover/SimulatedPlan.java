package io.sluice.engine.cutover;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Metadata;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes plans of cutovers that nobody defined, to try the gate on; every default is the definition
 * language's. Not thread-safe.
 */
final class SimulatedPlan {

    private static final EventSource ANY =
            new EventSource.Spans(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    List.of());

    private final int metrics;
    private Optional<String> stratifyBy = Optional.empty();
    private final List<Cutover.Step> steps = new ArrayList<>();
    private final List<Cutover.QuantileMetric> quantiles = new ArrayList<>();

    private SimulatedPlan(int metrics) {
        this.metrics = metrics;
    }

    /** A cutover with so many metrics of equal weight, and no steps yet. */
    static SimulatedPlan of(int metrics) {
        return new SimulatedPlan(metrics);
    }

    /** Judges each group by itself, too. */
    SimulatedPlan groups() {
        stratifyBy = Optional.of("route");
        return this;
    }

    SimulatedPlan step(double share, double goMargin, double noGoMargin) {
        steps.add(
                new Cutover.Step(
                        share, goMargin, noGoMargin, Duration.ZERO, Optional.empty(), List.of()));
        return this;
    }

    /** Compares a quantile of durations, too. */
    SimulatedPlan quantile(String quantile, double goMargin, double noGoMargin) {
        quantiles.add(
                new Cutover.QuantileMetric(
                        "quantile-" + quantiles.size(),
                        "durations",
                        new Indicator.Threshold(
                                ANY, Indicator.Value.DURATION, Indicator.Unit.MILLISECONDS),
                        new BigDecimal(quantile),
                        true,
                        1,
                        goMargin,
                        noGoMargin));
        return this;
    }

    CutoverPlan plan() {
        double weight = 1.0 / (metrics + quantiles.size());
        List<CutoverPlan.Tested> tests = new ArrayList<>();
        for (int i = 0; i < metrics; i++) {
            tests.add(new CutoverPlan.Tested(i, metric("metric-" + i), "", "", "", "", weight));
        }
        List<CutoverPlan.TestedQuantile> values = new ArrayList<>();
        for (Cutover.QuantileMetric quantile : quantiles) {
            values.add(new CutoverPlan.TestedQuantile(values.size(), quantile, "", "", weight));
        }
        return new CutoverPlan(cutover(tests), tests, values, "", "");
    }

    private static Cutover.Metric metric(String name) {
        return new Cutover.Metric(
                name,
                name,
                new Indicator.Ratio(Indicator.Polarity.BAD, ANY, ANY, false),
                Optional.empty(),
                true,
                1,
                Optional.empty(),
                Optional.empty());
    }

    private Cutover cutover(List<CutoverPlan.Tested> tests) {
        return new Cutover(
                new Metadata("simulated", "simulated", Map.of(), Map.of()),
                "",
                "",
                List.of(),
                List.of(),
                stratifyBy,
                new Cutover.Sealing(Duration.ofSeconds(10), Duration.ofSeconds(30)),
                tests.stream().map(CutoverPlan.Tested::metric).toList(),
                quantiles,
                steps,
                new Cutover.ErrorAllowance(0.05, 0.01),
                new Cutover.DataGate(Duration.ofSeconds(60), 0, 0.01),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }
}
