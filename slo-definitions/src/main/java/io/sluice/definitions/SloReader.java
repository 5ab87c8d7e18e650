package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.WindowReader.ReadWindow;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads an SLO. */
final class SloReader {
    private static final String TIER = "tier";

    private static final Map<String, Tier> TIERS =
            Words.of(
                    Map.entry("business", Tier.BUSINESS),
                    Map.entry("service", Tier.SERVICE),
                    Map.entry("operational", Tier.OPERATIONAL));

    private static final Map<String, BudgetingMethod> METHODS =
            Words.of(
                    Map.entry("Occurrences", BudgetingMethod.OCCURRENCES),
                    Map.entry("Timeslices", BudgetingMethod.TIMESLICES),
                    Map.entry("RatioTimeslices", BudgetingMethod.RATIO_TIMESLICES));

    private final References references;
    private final IndicatorReader indicators;
    private final AlertReader alerts;

    SloReader(References references, IndicatorReader indicators, AlertReader alerts) {
        this.references = references;
        this.indicators = indicators;
        this.alerts = alerts;
    }

    /** The {@code metadata} and {@code spec} of an SLO. */
    Optional<Slo> slo(Fields object) {
        Optional<ReadMetadata> metadata = object.require("metadata", MetadataReader::read);
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    private Optional<Slo> spec(Fields spec, Optional<ReadMetadata> metadata) {
        Optional<Tier> tier = metadata.flatMap(SloReader::tier);
        String description = spec.optional("description", MetadataReader::description).orElse("");
        Optional<Service> service = spec.require("service", references.services::resolve);
        Optional<Value> indicatorAt =
                spec.atMostOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE);
        Optional<Sli> indicator = indicatorAt.flatMap(indicators::inlineOrReferred);
        Optional<Value> methodAt = spec.exactlyOne("budgetingMethod");
        Optional<BudgetingMethod> method = methodAt.flatMap(v -> v.oneOf(METHODS));
        Optional<ReadWindow> window = window(spec);
        ObjectiveReader objectiveReader =
                new ObjectiveReader(
                        indicators,
                        indicatorAt,
                        indicator,
                        method,
                        window.map(ReadWindow::nominalLength));
        List<Objective> objectives =
                spec.require("objectives", v -> v.someOf(objectiveReader::read)).orElse(List.of());
        if (indicatorAt.isEmpty() && !objectiveReader.composite()) {
            spec.exactlyOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE);
        }
        if (objectives.size() > 1
                && objectives.getFirst().indicator() instanceof Indicator.Threshold) {
            spec.value("objectives")
                    .ifPresent(
                            v ->
                                    v.warnKey(
                                            "OpenSLO's text allows one objective for a"
                                                    + " thresholdMetric",
                                            "one"));
        }
        boolean counts = indicator.isPresent() && countsPerMinute(indicator.get().indicator());
        if (counts && method.equals(Optional.of(BudgetingMethod.OCCURRENCES))) {
            methodAt.get()
                    .wrong(
                            "counts per minute are judged by slices",
                            "Timeslices or RatioTimeslices");
        }
        boolean capacity =
                metadata.isPresent() && capacity(metadata.get(), counts || indicator.isEmpty());
        Optional<List<AlertPolicy>> policies =
                spec.optional("alertPolicies", v -> v.list(item -> policy(item, objectives)));
        if (metadata.isEmpty()
                || tier.isEmpty()
                || service.isEmpty()
                || method.isEmpty()
                || window.isEmpty()
                || objectives.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Slo(
                        metadata.get().metadata(),
                        description,
                        service.get().metadata().name(),
                        tier.get(),
                        method.get(),
                        window.get().window(),
                        false,
                        objectives,
                        policies.orElseGet(
                                () ->
                                        capacity
                                                ? List.of()
                                                : DefaultAlerts.of(
                                                        tier.get(),
                                                        window.get().nominalLength(),
                                                        highestTarget(objectives)))));
    }

    private static Optional<Tier> tier(ReadMetadata metadata) {
        Value label = metadata.labels().get(TIER);
        if (label != null) {
            return label.oneOf(TIERS);
        }
        return metadata.value()
                .wrongKey(
                        "the label `tier` is missing",
                        "`labels: {tier: …}`, " + Texts.choice(TIERS.keySet()));
    }

    private static Optional<ReadWindow> window(Fields spec) {
        Optional<Value> at = spec.value("timeWindow");
        if (at.isEmpty()) {
            spec.owner()
                    .warnKey(
                            "OpenSLO's validator refuses an SLO without `timeWindow`; 30 days are"
                                    + " taken",
                            "a `timeWindow`");
            return Optional.of(WindowReader.assumed());
        }
        return at.flatMap(WindowReader::read);
    }

    private static boolean countsPerMinute(Indicator indicator) {
        return indicator instanceof Indicator.Threshold threshold
                && threshold.value() == Indicator.Value.COUNT_PER_MINUTE;
    }

    /**
     * Whether this is a promise about load that may not have come. Such an SLO is proven or not yet
     * exercised, and has no default alerts: few requests are nobody's emergency.
     *
     * @param counts whether its indicator counts per minute, or is wrong anyway
     */
    private boolean capacity(ReadMetadata metadata, boolean counts) {
        Optional<Value> annotation = metadata.annotation(Annotations.CAPACITY_OF);
        if (annotation.isEmpty()) {
            return false;
        }
        Value at = annotation.get();
        if (!counts) {
            at.wrongKey(
                    "capacity is judged by the count per minute",
                    "a thresholdMetric with `value: countPerMinute`");
        }
        at.someText()
                .ifPresent(
                        text -> {
                            for (String name : text.split(",", -1)) {
                                if (name.strip().equals(metadata.name())) {
                                    at.wrong(
                                            "an SLO is not its own capacity's measure",
                                            "other SLOs of the service");
                                } else {
                                    references.slos.requireDeclared(name.strip(), at);
                                }
                            }
                        });
        return true;
    }

    private Optional<AlertPolicy> policy(Value item, List<Objective> objectives) {
        return alerts.inlineOrReferred(item)
                .map(
                        read -> {
                            Value at = item.peek("alertPolicyRef").orElse(item);
                            AlertLints.reachable(at, read, objectives);
                            return read.policy();
                        });
    }

    private static BigDecimal highestTarget(List<Objective> objectives) {
        return objectives.stream()
                .map(Objective::target)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
