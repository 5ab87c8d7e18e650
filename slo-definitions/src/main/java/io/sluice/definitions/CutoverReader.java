package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a cutover.
 *
 * <pre>{@code
 * apiVersion: sluice.dev/v1
 * kind: Cutover
 * metadata: {name: catalog}
 * spec:
 *   service: catalog                    # a Service
 *   baseline: {where: [ … ]}            # conditions, as in a metricSource's spec
 *   candidate: {where: [ … ]}
 *   stratifyBy: http.route              # optional
 *   sealing: {stratum: 10s, after: 30s} # optional, these are the defaults
 *   metrics:
 *     - name: errors
 *       indicatorRef: catalog-errors    # or indicator: {metadata: …, spec: …}
 *       op: lte                         # op and value for a thresholdMetric
 *       value: 200
 *       required: true                  # default
 *       weight: 1                       # default
 *       target: 0.999                   # optional: the candidate's own objective since the run began
 *       noGo: 0.005                     # optional, in place of weight: a critical metric's own risk of a wrong NO_GO
 *       floor: 0.0001                   # optional: a bad ratio under which nothing is worse
 *     - {name: parity, indicatorRef: shadow-mismatches, limit: 0.001} # optional: no comparison, but a limit of its own
 *   quantiles:                          # optional
 *     - name: p99
 *       indicatorRef: catalog-latency   # a thresholdMetric; or indicator
 *       quantile: 0.99
 *       required: false                 # default
 *       weight: 1                       # default
 *       goMargin: 1.25
 *       noGoMargin: 1.1                 # default 1
 *   steps:
 *     - {share: 0.01, goMargin: 3, noGoMargin: 1.2, minimumDuration: 10m} # the defaults: 3, 2, 1.5, 1.25 by share; 1.2
 *     - {share: 0.1, goMargin: 2, minimumDuration: 1h, deadline: 8h, approvals: [release-manager]}
 *     - {share: 0.5, minimumDuration: 4h, budget: {slo: catalog-errors, slice: 0.05}} # in place of goMargin
 *   errorAllowance: {go: 0.05, noGo: 0.01}                                # default
 *   data: {freshness: 1m, minimumEvents: 100, lateShare: 0.01}            # default
 *   snapshot: {baseline: before, exclude: [flash-friday], driftMargin: 1.1} # optional
 *   capacity: catalog-capacity                                            # optional: an SLO
 *   objectives: [catalog-errors]                                          # SLOs, optional
 * }</pre>
 */
final class CutoverReader {
    /** In place of a factor: whatever is found out before a run. */
    static final String MEASURED = "measured";

    /** Counts are kept in buckets of ten seconds; a stratum is made of whole ones. */
    private static final Duration BUCKET = Duration.ofSeconds(10);

    private static final Cutover.Sealing SEALING =
            new Cutover.Sealing(BUCKET, Duration.ofSeconds(30));
    private static final Cutover.ErrorAllowance ERROR_ALLOWANCE =
            new Cutover.ErrorAllowance(0.05, 0.01);
    private static final Cutover.DataGate DATA =
            new Cutover.DataGate(Duration.ofMinutes(1), 100, 0.01);

    /**
     * Harm is told from 1.2 times the baseline: lower, and noise near equality takes long to rule
     * out.
     */
    private static final double NO_GO_MARGIN = 1.2;

    private final References references;
    private final IndicatorReader indicators;
    private final GateReader gates;

    CutoverReader(References references, IndicatorReader indicators) {
        this.references = references;
        this.indicators = indicators;
        this.gates = new GateReader(references, indicators);
    }

    /** The {@code metadata} and {@code spec} of a Cutover. */
    Optional<Cutover> cutover(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.CUTOVER));
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    private Optional<Cutover> spec(Fields spec, Optional<ReadMetadata> metadata) {
        String description = spec.optional("description", MetadataReader::description).orElse("");
        Optional<Service> service = spec.require("service", references.services::resolve);
        List<Condition> baseline = spec.require("baseline", SourceReader::side).orElse(List.of());
        List<Condition> candidate = spec.require("candidate", SourceReader::side).orElse(List.of());
        if (!baseline.isEmpty() && baseline.equals(candidate)) {
            spec.value("candidate")
                    .ifPresent(
                            v ->
                                    v.wrongKey(
                                            "candidate and baseline are the same events",
                                            "another `where`"));
        }
        Optional<String> stratifyBy = spec.optional("stratifyBy", Value::someText);
        Cutover.Sealing sealing =
                spec.optional("sealing", v -> v.object(CutoverReader::sealing)).orElse(SEALING);
        Map<String, Position> names = new HashMap<>();
        List<Cutover.Metric> metrics =
                spec.require("metrics", v -> metrics(v, names)).orElse(List.of());
        List<Cutover.QuantileMetric> quantiles =
                spec.optional("quantiles", v -> gates.quantiles(v, names)).orElse(List.of());
        List<Cutover.Step> steps = spec.require("steps", v -> steps(v, gates)).orElse(List.of());
        Cutover.ErrorAllowance allowance =
                spec.optional("errorAllowance", v -> v.object(CutoverReader::errorAllowance))
                        .orElse(ERROR_ALLOWANCE);
        Cutover.DataGate data =
                spec.optional("data", v -> v.object(CutoverReader::dataGate)).orElse(DATA);
        Optional<Cutover.Snapshot> snapshot =
                spec.optional("snapshot", v -> v.object(f -> gates.snapshot(f)));
        Optional<String> capacity = spec.optional("capacity", gates::capacity);
        List<String> objectives =
                spec.optional(
                                "objectives",
                                v ->
                                        v.list(
                                                name ->
                                                        references
                                                                .slos
                                                                .resolve(name)
                                                                .map(slo -> slo.name())))
                        .orElse(List.of());
        return metadata.flatMap(
                m ->
                        service.map(
                                s ->
                                        new Cutover(
                                                m.metadata(),
                                                description,
                                                s.metadata().name(),
                                                baseline,
                                                candidate,
                                                stratifyBy,
                                                sealing,
                                                metrics,
                                                quantiles,
                                                steps,
                                                allowance,
                                                data,
                                                snapshot,
                                                capacity,
                                                objectives)));
    }

    private static Optional<Cutover.Sealing> sealing(Fields fields) {
        Duration stratum =
                fields.optional("stratum", CutoverReader::wholeBuckets).orElse(SEALING.stratum());
        Duration after = fields.optional("after", Durations::own).orElse(SEALING.after());
        return Optional.of(new Cutover.Sealing(stratum, after));
    }

    private static Optional<Duration> wholeBuckets(Value value) {
        return Durations.ownPositive(value)
                .flatMap(
                        d ->
                                d.toMillis() % BUCKET.toMillis() == 0
                                        ? Optional.of(d)
                                        : value.wrong(
                                                "a stratum is made of whole buckets",
                                                "a multiple of 10s"));
    }

    private Optional<List<Cutover.Metric>> metrics(Value list, Map<String, Position> names) {
        Optional<List<Cutover.Metric>> metrics =
                list.someOf(item -> item.object(f -> metric(f, names)));
        if (metrics.isPresent()
                && !list.reading().failed()
                && metrics.get().stream().noneMatch(Cutover.Metric::required)) {
            return list.wrongKey(
                    "no metric is required, so nothing could prove a GO",
                    "a metric with `required: true`");
        }
        return metrics;
    }

    private Optional<Cutover.Metric> metric(Fields fields, Map<String, Position> names) {
        Optional<String> name = fields.require("name", v -> Names.unique(v, "metric", names));
        Optional<Value> indicatorAt =
                fields.exactlyOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE);
        Optional<Sli> sli =
                indicatorAt
                        .flatMap(indicators::inlineOrReferred)
                        .filter(s -> requireEvents(s, indicatorAt));
        Optional<Objective.Threshold> threshold =
                IndicatorReader.threshold(fields, sli.map(Sli::indicator));
        boolean required = fields.optional("required", Value::bool).orElse(true);
        double weight = fields.optional("weight", CutoverReader::weight).orElse(1.0);
        Optional<BigDecimal> target = fields.optional("target", ObjectiveReader::target);
        Optional<BigDecimal> floor = fields.optional("floor", GateReader::floor);
        Optional<BigDecimal> limit = fields.optional("limit", GateReader::limit);
        if (limit.isPresent()) {
            fields.value("floor")
                    .ifPresent(
                            v ->
                                    v.wrongKey(
                                            "a metric with a `limit` is compared with nothing",
                                            "either `limit` or `floor`"));
        }
        Optional<Double> ownNoGo = fields.optional("noGo", CutoverReader::probability);
        if (ownNoGo.isPresent()) {
            fields.value("weight")
                    .ifPresent(
                            v ->
                                    v.wrongKey(
                                            "a metric with its own `noGo` shares no allowance",
                                            "either `weight` or `noGo`"));
        }
        if (fields.owner().reading().failed()) {
            return Optional.empty();
        }
        return name.flatMap(
                n ->
                        sli.map(
                                s ->
                                        new Cutover.Metric(
                                                n,
                                                s.metadata().name(),
                                                s.indicator(),
                                                threshold,
                                                required,
                                                weight,
                                                target,
                                                floor,
                                                ownNoGo,
                                                limit)));
    }

    /**
     * Both sides are compared event by event, so there must be events, and Sluice must see them.
     */
    private static boolean requireEvents(Sli sli, Optional<Value> at) {
        Optional<String> wrong =
                switch (sli.indicator()) {
                    case Indicator.Threshold t when t.value() == Indicator.Value.COUNT_PER_MINUTE ->
                            Optional.of("counts per minute cannot be compared side by side");
                    case Indicator.Raw _ ->
                            Optional.of("a raw ratio has no events that could be compared");
                    case Indicator indicator ->
                            indicator.sources().stream()
                                    .filter(EventSource.Opaque.class::isInstance)
                                    .findFirst()
                                    .map(_ -> SourceReader.NO_SIDES);
                };
        wrong.ifPresent(message -> at.ifPresent(v -> v.wrong(message, "good or bad events")));
        return wrong.isEmpty();
    }

    private static Optional<List<Cutover.Step>> steps(Value list, GateReader gates) {
        Optional<List<Cutover.Step>> steps =
                list.someOf(item -> item.object(fields -> step(fields, gates)));
        if (steps.isPresent()) {
            list.items().ifPresent(items -> checkOrder(steps.get(), items));
        }
        return steps;
    }

    /** Leaves it alone where a step could not be read. */
    private static void checkOrder(List<Cutover.Step> steps, List<Value> items) {
        if (steps.size() < items.size()) {
            return;
        }
        for (int i = 1; i < items.size(); i++) {
            Cutover.Step before = steps.get(i - 1);
            Cutover.Step step = steps.get(i);
            if (step.share() <= before.share()) {
                items.get(i)
                        .wrong(
                                "shares must rise from step to step",
                                "a share over " + before.share());
            }
            if (step.goMargin() > before.goMargin() && step.budget().isEmpty()) {
                items.get(i)
                        .warn(
                                "the margin loosens while exposure grows",
                                "at most " + before.goMargin());
            }
        }
    }

    private static Optional<Cutover.Step> step(Fields fields, GateReader gates) {
        Optional<Double> share =
                fields.require("share", v -> v.number(CutoverReader::isShare, "over 0, up to 1"))
                        .map(BigDecimal::doubleValue);
        Optional<Double> goMargin =
                fields.value("goMargin").isPresent()
                        ? fields.optional("goMargin", CutoverReader::goMargin)
                        : share.map(CutoverReader::goMargin);
        double noGoMargin = noGoMargin(fields, goMargin, NO_GO_MARGIN);
        Optional<Duration> minimum = fields.require("minimumDuration", Durations::own);
        Optional<Duration> deadline =
                fields.optional("deadline", v -> GateReader.deadline(v, minimum));
        List<String> approvals =
                fields.optional("approvals", GateReader::approvals).orElse(List.of());
        Optional<Cutover.BudgetSlice> budget =
                fields.optional("budget", v -> v.object(gates::budgetSlice));
        if (fields.value("budget").isPresent()) {
            fields.value("goMargin")
                    .ifPresent(
                            v ->
                                    v.wrongKey(
                                            "this step's margin follows from its `budget`",
                                            "either `goMargin` or `budget`"));
        }
        return share.flatMap(
                s ->
                        goMargin.flatMap(
                                g ->
                                        minimum.map(
                                                m ->
                                                        new Cutover.Step(
                                                                s,
                                                                g,
                                                                noGoMargin,
                                                                m,
                                                                deadline,
                                                                approvals,
                                                                budget))));
    }

    /**
     * A small share needs few requests to rule out a threefold error ratio, and would need days to
     * rule out a quarter more; at full exposure a quarter more is many customers.
     */
    private static double goMargin(double share) {
        if (share <= 0.01) {
            return 3;
        }
        if (share <= 0.1) {
            return 2;
        }
        return share <= 0.5 ? 1.5 : 1.25;
    }

    static Optional<Double> goMargin(Value value) {
        return value.number(n -> n.compareTo(BigDecimal.ONE) > 0, "a factor over 1")
                .map(BigDecimal::doubleValue);
    }

    /**
     * Harm is told before the proof of its absence is out of reach, so this margin is the smaller.
     */
    static double noGoMargin(Fields fields, Optional<Double> goMargin, double byDefault) {
        Optional<Value> noGoAt = fields.value("noGoMargin");
        double noGoMargin =
                noGoAt.flatMap(
                                v ->
                                        v.number(
                                                n -> n.compareTo(BigDecimal.ONE) >= 0,
                                                "a factor of at least 1"))
                        .map(BigDecimal::doubleValue)
                        .orElse(byDefault);
        if (goMargin.isPresent() && noGoMargin >= goMargin.get()) {
            noGoAt.or(() -> fields.value("goMargin"))
                    .ifPresent(
                            v ->
                                    v.wrong(
                                            "the NO_GO margin ("
                                                    + noGoMargin
                                                    + ") must be under the GO margin",
                                            "under " + goMargin.get()));
        }
        return noGoMargin;
    }

    static Optional<Double> weight(Value value) {
        return value.number(n -> n.signum() > 0, "a number over 0").map(BigDecimal::doubleValue);
    }

    private static Optional<Cutover.ErrorAllowance> errorAllowance(Fields fields) {
        double go = probability(fields, "go", ERROR_ALLOWANCE.go());
        double noGo = probability(fields, "noGo", ERROR_ALLOWANCE.noGo());
        return Optional.of(new Cutover.ErrorAllowance(go, noGo));
    }

    /** Over one half would be a guess, and no evidence at all. */
    private static double probability(Fields fields, String key, double byDefault) {
        return fields.optional(key, CutoverReader::probability).orElse(byDefault);
    }

    private static Optional<Double> probability(Value value) {
        BigDecimal half = new BigDecimal("0.5");
        return value.number(n -> n.signum() > 0 && n.compareTo(half) <= 0, "over 0, up to 0.5")
                .map(BigDecimal::doubleValue);
    }

    private static Optional<Cutover.DataGate> dataGate(Fields fields) {
        Duration freshness =
                fields.optional("freshness", Durations::ownPositive).orElse(DATA.freshness());
        long minimumEvents =
                fields.optional("minimumEvents", v -> v.count(0)).orElse(DATA.minimumEvents());
        double lateShare =
                fields.optional(
                                "lateShare",
                                v -> v.number(n -> n.signum() == 0 || isShare(n), "from 0 to 1"))
                        .map(BigDecimal::doubleValue)
                        .orElse(DATA.lateShare());
        return Optional.of(new Cutover.DataGate(freshness, minimumEvents, lateShare));
    }

    /** Over 0, up to 1. */
    static boolean isShare(BigDecimal number) {
        return number.signum() > 0 && number.compareTo(BigDecimal.ONE) <= 0;
    }
}
