package io.sluice.definitions;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a cutover's gates beside its metrics. What no decision heeds says so in a note, since a
 * gate that somebody relies on and nobody keeps is worse than none.
 */
final class GateReader {
    private final References references;
    private final IndicatorReader indicators;

    GateReader(References references, IndicatorReader indicators) {
        this.references = references;
        this.indicators = indicators;
    }

    /** Metrics that compare a quantile. */
    Optional<List<Cutover.QuantileMetric>> quantiles(Value list, Map<String, Position> names) {
        return list.someOf(item -> item.object(fields -> quantile(fields, names)));
    }

    private Optional<Cutover.QuantileMetric> quantile(Fields fields, Map<String, Position> names) {
        Optional<String> name = fields.require("name", v -> Names.unique(v, "metric", names));
        Optional<Value> at = fields.exactlyOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE);
        Optional<Sli> sli = at.flatMap(indicators::inlineOrReferred);
        Optional<Indicator.Threshold> indicator = sli.flatMap(s -> valued(s, at.get()));
        Optional<BigDecimal> quantile =
                fields.require(
                        "quantile",
                        v ->
                                v.number(
                                        n -> n.signum() > 0 && n.compareTo(BigDecimal.ONE) < 0,
                                        "over 0 and under 1, for example 0.99"));
        boolean required = fields.optional("required", Value::bool).orElse(false);
        double weight = fields.optional("weight", CutoverReader::weight).orElse(1.0);
        Optional<Double> goMargin = fields.require("goMargin", CutoverReader::goMargin);
        double noGoMargin = CutoverReader.noGoMargin(fields, goMargin, 1);
        if (fields.owner().reading().failed()
                || name.isEmpty()
                || indicator.isEmpty()
                || quantile.isEmpty()
                || goMargin.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Cutover.QuantileMetric(
                        name.get(),
                        sli.get().metadata().name(),
                        indicator.get(),
                        quantile.get().stripTrailingZeros(),
                        required,
                        weight,
                        goMargin.get(),
                        noGoMargin));
    }

    private static Optional<Indicator.Threshold> valued(Sli sli, Value at) {
        return sli.indicator() instanceof Indicator.Threshold threshold && threshold.countsEvents()
                ? Optional.of(threshold)
                : at.wrong(
                        "`" + sli.metadata().name() + "` has no value per event",
                        "a thresholdMetric that Sluice measures itself, not a count per minute");
    }

    /** A recorded baseline and what it leaves out. */
    Optional<Cutover.Snapshot> snapshot(Fields fields) {
        Optional<String> baseline = fields.optional("baseline", Names::read);
        List<String> exclusions =
                fields.optional("exclude", v -> v.list(references.exclusions::resolve))
                        .map(all -> all.stream().map(e -> e.exclusion().name()).toList())
                        .orElse(List.of());
        Optional<Double> driftMargin = fields.optional("driftMargin", GateReader::driftMargin);
        return Optional.of(new Cutover.Snapshot(baseline, exclusions, driftMargin));
    }

    /** Empty where it is to be measured. */
    private static Optional<Double> driftMargin(Value value) {
        if (value.node() instanceof YamlNode.Scalar scalar
                && scalar.text().equals(CutoverReader.MEASURED)) {
            return Optional.empty();
        }
        return value.number(
                        n -> n.compareTo(BigDecimal.ONE) >= 0,
                        "a factor of at least 1, or " + CutoverReader.MEASURED)
                .map(BigDecimal::doubleValue);
    }

    /** A part of the budget of an SLO that counts single events over a rolling window. */
    Optional<Cutover.BudgetSlice> budgetSlice(Fields fields) {
        Optional<Slo> slo = fields.require("slo", this::withBudget);
        Optional<Double> slice =
                fields.require("slice", v -> v.number(CutoverReader::isShare, "over 0, up to 1"))
                        .map(BigDecimal::doubleValue);
        return slo.isPresent()
                        && slice.isPresent()
                        && slo.get().window() instanceof TimeWindow.Rolling(var length)
                ? Optional.of(
                        new Cutover.BudgetSlice(
                                slo.get().name(), allowed(slo.get()), length, slice.get()))
                : Optional.empty();
    }

    private Optional<Slo> withBudget(Value value) {
        return references
                .slos
                .resolve(value)
                .flatMap(
                        slo ->
                                slo.window() instanceof TimeWindow.Rolling
                                                && slo.objectives().size() == 1
                                                && slo.countsEvents(slo.objectives().getFirst())
                                                && allowed(slo).signum() > 0
                                        ? Optional.of(slo)
                                        : value.wrong(
                                                "SLO `"
                                                        + slo.name()
                                                        + "` has no budget of single events over"
                                                        + " a rolling window",
                                                "an SLO with one objective, of the method"
                                                        + " Occurrences, over a rolling window"));
    }

    private static BigDecimal allowed(Slo slo) {
        return BigDecimal.ONE.subtract(slo.objectives().getFirst().target());
    }

    /** A reference to an SLO that proves capacity. */
    Optional<String> capacity(Value value) {
        Optional<Slo> slo = references.slos.resolve(value);
        if (slo.isPresent()
                && !slo.get().metadata().annotations().containsKey(Annotations.CAPACITY_OF.key())) {
            return value.wrong(
                    "SLO `" + slo.get().name() + "` proves no capacity",
                    "an SLO with the annotation " + Annotations.CAPACITY_OF.key());
        }
        return slo.map(Slo::name);
    }

    static Optional<BigDecimal> limit(Value value) {
        return value.number(
                n -> n.signum() > 0 && n.compareTo(BigDecimal.ONE) < 0, "over 0 and under 1");
    }

    static Optional<BigDecimal> floor(Value value) {
        return value.number(
                        n -> n.signum() >= 0 && n.compareTo(BigDecimal.ONE) < 0,
                        "from 0 to under 1")
                .map(BigDecimal::stripTrailingZeros);
    }

    static Optional<Duration> deadline(Value value, Optional<Duration> minimum) {
        return Durations.ownPositive(value)
                .flatMap(
                        deadline ->
                                minimum.isPresent() && deadline.compareTo(minimum.get()) < 0
                                        ? value.wrong(
                                                "the deadline is before the minimum duration",
                                                "at least " + Durations.inWords(minimum.get()))
                                        : Optional.of(deadline));
    }

    static Optional<List<String>> approvals(Value list) {
        Map<String, Position> names = new HashMap<>();
        return list.someOf(role -> Names.unique(role, "role", names));
    }
}
