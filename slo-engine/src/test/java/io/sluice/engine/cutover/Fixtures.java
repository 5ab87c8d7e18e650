package io.sluice.engine.cutover;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Metadata;
import io.sluice.engine.measure.MeasurePlan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Builds definitions for tests; every default is a plain case. */
final class Fixtures {
    private String name = "orders";
    private final List<Cutover.Metric> metrics = new ArrayList<>();
    private final List<Cutover.QuantileMetric> quantiles = new ArrayList<>();
    private final List<Cutover.Step> steps = new ArrayList<>();
    private Cutover.ErrorAllowance allowance = new Cutover.ErrorAllowance(0.05, 0.01);
    private Cutover.DataGate data = new Cutover.DataGate(Duration.ofSeconds(60), 100, 0.01);
    private Optional<Cutover.Snapshot> snapshot = Optional.empty();
    private Optional<String> capacity = Optional.empty();
    private List<String> objectives = List.of();

    static Fixtures cutover() {
        return new Fixtures();
    }

    Fixtures named(String name) {
        this.name = name;
        return this;
    }

    Fixtures metric(String metric) {
        return metric(metric, true, 1, Optional.empty());
    }

    Fixtures metric(String metric, boolean required, double weight, Optional<BigDecimal> target) {
        return metric(metric, required, weight, target, Optional.empty());
    }

    Fixtures metricWithFloor(String metric, BigDecimal floor) {
        return metric(metric, true, 1, Optional.empty(), Optional.of(floor));
    }

    /** Held to a bad ratio of its own, and not to the baseline's. */
    Fixtures metricWithLimit(String metric, BigDecimal limit) {
        metric(metric);
        Cutover.Metric last = metrics.removeLast();
        metrics.add(
                new Cutover.Metric(
                        last.name(),
                        last.sli(),
                        last.indicator(),
                        last.threshold(),
                        last.required(),
                        last.weight(),
                        last.target(),
                        last.floor(),
                        last.ownNoGo(),
                        Optional.of(limit)));
        return this;
    }

    /** A critical metric, with an allowance of its own. */
    Fixtures metricWithOwnNoGo(String metric, double risk) {
        metric(metric);
        Cutover.Metric last = metrics.removeLast();
        metrics.add(
                new Cutover.Metric(
                        last.name(),
                        last.sli(),
                        last.indicator(),
                        last.threshold(),
                        last.required(),
                        last.weight(),
                        last.target(),
                        last.floor(),
                        Optional.of(risk)));
        return this;
    }

    private Fixtures metric(
            String metric,
            boolean required,
            double weight,
            Optional<BigDecimal> target,
            Optional<BigDecimal> floor) {
        EventSource all = source(metric, List.of());
        EventSource bad = source(metric, List.of(new Condition.Exists("error", true)));
        Indicator ratio = new Indicator.Ratio(Indicator.Polarity.BAD, bad, all, false);
        metrics.add(
                new Cutover.Metric(
                        metric, metric, ratio, Optional.empty(), required, weight, target, floor));
        return this;
    }

    /** Of the durations of all the proxy's requests. */
    Fixtures quantile(String metric, String quantile, boolean required, double go, double noGo) {
        quantiles.add(
                new Cutover.QuantileMetric(
                        metric,
                        metric,
                        new Indicator.Threshold(
                                source(metric, List.of()),
                                Indicator.Value.DURATION,
                                Indicator.Unit.MILLISECONDS),
                        new BigDecimal(quantile),
                        required,
                        1,
                        go,
                        noGo));
        return this;
    }

    private static EventSource source(String metric, List<Condition> where) {
        return new EventSource.Spans(
                Optional.of("proxy"),
                Optional.of(metric),
                Optional.empty(),
                where,
                Optional.empty(),
                List.of());
    }

    Fixtures step(double share, double goMargin, double noGoMargin) {
        return step(share, goMargin, noGoMargin, Duration.ZERO);
    }

    Fixtures step(double share, double goMargin, double noGoMargin, Duration minimum) {
        steps.add(
                new Cutover.Step(
                        share, goMargin, noGoMargin, minimum, Optional.empty(), List.of()));
        return this;
    }

    Fixtures stepWithDeadline(double share, double goMargin, Duration deadline) {
        steps.add(
                new Cutover.Step(
                        share, goMargin, 1.2, Duration.ZERO, Optional.of(deadline), List.of()));
        return this;
    }

    Fixtures stepWithApprovals(double share, double goMargin, String... roles) {
        steps.add(
                new Cutover.Step(
                        share, goMargin, 1.2, Duration.ZERO, Optional.empty(), List.of(roles)));
        return this;
    }

    /** Its GO margin follows from 0.1 % of thirty days, once the baseline's ratio is known. */
    Fixtures stepWithBudget(double share, double slice, double noGoMargin, Duration deadline) {
        steps.add(
                new Cutover.Step(
                        share,
                        share <= 0.01 ? 3 : share <= 0.1 ? 2 : 1.5,
                        noGoMargin,
                        Duration.ZERO,
                        Optional.of(deadline),
                        List.of(),
                        Optional.of(
                                new Cutover.BudgetSlice(
                                        "availability",
                                        new BigDecimal("0.001"),
                                        Duration.ofDays(30),
                                        slice))));
        return this;
    }

    /** No step brings more load than is proven by this SLO. */
    Fixtures capacity(String slo) {
        this.capacity = Optional.of(slo);
        return this;
    }

    Fixtures allowance(double go, double noGo) {
        this.allowance = new Cutover.ErrorAllowance(go, noGo);
        return this;
    }

    Fixtures data(Duration freshness, long minimumEvents, double lateShare) {
        this.data = new Cutover.DataGate(freshness, minimumEvents, lateShare);
        return this;
    }

    /** Widens the margins where a snapshot stands in. */
    Fixtures driftMargin(double factor) {
        this.snapshot =
                Optional.of(new Cutover.Snapshot(Optional.empty(), List.of(), Optional.of(factor)));
        return this;
    }

    /** Margins widen by what is measured, where a snapshot stands in. */
    Fixtures measuredDrift() {
        this.snapshot =
                Optional.of(new Cutover.Snapshot(Optional.empty(), List.of(), Optional.empty()));
        return this;
    }

    /** A recorded baseline stands in. */
    Fixtures recordedBaseline(String baseline) {
        this.snapshot =
                Optional.of(
                        new Cutover.Snapshot(Optional.of(baseline), List.of(), Optional.empty()));
        return this;
    }

    Fixtures objectives(String... slos) {
        this.objectives = List.of(slos);
        return this;
    }

    Cutover build() {
        return new Cutover(
                new Metadata(name, name, Map.of(), Map.of()),
                "",
                "orders",
                List.of(new Condition.In("side", List.of("legacy"))),
                List.of(new Condition.In("side", List.of("platform"))),
                Optional.of("route"),
                new Cutover.Sealing(Duration.ofSeconds(10), Duration.ofSeconds(5)),
                metrics,
                quantiles,
                steps,
                allowance,
                data,
                snapshot,
                capacity,
                objectives);
    }

    /** The gate's view of one cutover. */
    CutoverPlan plan() {
        Cutover cutover = build();
        return CutoverPlan.of(cutover, measures(cutover));
    }

    static MeasurePlan measures(Cutover... cutovers) {
        Map<String, Cutover> byName = new TreeMap<>();
        for (Cutover cutover : cutovers) {
            byName.put(cutover.name(), cutover);
        }
        return MeasurePlan.compile(
                new DefinitionSet(
                        "digest", List.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(),
                        Map.of(), byName, Map.of(), Map.of(), Map.of(), Map.of(), Map.of()));
    }
}
