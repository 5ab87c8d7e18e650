package io.sluice.definitions;

import io.sluice.definitions.AlertReader.ReadPolicy;
import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.ObjectiveReader.ReadObjective;
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
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads an SLO. */
final class SloReader {
    private static final String TIER = "tier";

    private static final Map<String, Tier> TIERS =
            Words.of(
                    Map.entry("business", Tier.BUSINESS),
                    Map.entry("service", Tier.SERVICE),
                    Map.entry("operational", Tier.OPERATIONAL));

    static final Map<String, BudgetingMethod> METHODS =
            Words.of(
                    Map.entry("Occurrences", BudgetingMethod.OCCURRENCES),
                    Map.entry("Timeslices", BudgetingMethod.TIMESLICES),
                    Map.entry("RatioTimeslices", BudgetingMethod.RATIO_TIMESLICES));

    private final References references;
    private final IndicatorReader indicators;
    private final AlertReader alerts;
    private final Dependencies capacities = new Dependencies("the capacity of");

    SloReader(References references, IndicatorReader indicators, AlertReader alerts) {
        this.references = references;
        this.indicators = indicators;
        this.alerts = alerts;
    }

    /** The {@code metadata} and {@code spec} of an SLO. */
    Optional<Slo> slo(Fields object) {
        Optional<ReadMetadata> metadata = object.require("metadata", MetadataReader.of(Kind.SLO));
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    /** Reports capacities that depend on themselves, once every SLO was read. */
    void reportCycles() {
        capacities.reportCycles();
    }

    private Optional<Slo> spec(Fields spec, Optional<ReadMetadata> metadata) {
        Optional<Tier> tier = metadata.map(SloReader::tier);
        String description = spec.optional("description", MetadataReader::description).orElse("");
        Optional<Service> service = spec.require("service", this::service);
        Optional<Value> objectivesAt = spec.exactlyOne("objectives");
        boolean parts =
                objectivesAt.isPresent() && ObjectiveReader.anyHasAnIndicator(objectivesAt.get());
        Optional<Value> indicatorAt =
                parts
                        ? spec.atMostOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE)
                        : spec.exactlyOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE);
        boolean composite = parts && indicatorAt.isEmpty();
        Optional<Sli> indicator = indicatorAt.flatMap(indicators::inlineOrReferred);
        Optional<Value> methodAt = spec.exactlyOne("budgetingMethod");
        Optional<BudgetingMethod> method = methodAt.flatMap(v -> v.oneOf(METHODS));
        Optional<ReadWindow> window = window(spec);
        ObjectiveReader objectiveReader =
                new ObjectiveReader(
                        indicators,
                        indicatorAt,
                        indicator,
                        composite,
                        method,
                        window.map(ReadWindow::nominalLength));
        List<ReadObjective> read =
                objectivesAt.flatMap(v -> v.someOf(objectiveReader::read)).orElse(List.of());
        List<Objective> objectives =
                read.stream().map(ReadObjective::objective).flatMap(Optional::stream).toList();
        objectivesAt.ifPresent(at -> checkNumber(at, read.size(), indicator, composite));
        boolean counts =
                Stream.concat(
                                indicator.map(Sli::indicator).stream(),
                                objectives.stream().map(Objective::indicator))
                        .anyMatch(SloReader::countsPerMinute);
        if (counts && method.equals(Optional.of(BudgetingMethod.OCCURRENCES))) {
            methodAt.get()
                    .wrong(
                            "counts per minute are judged by slices",
                            "Timeslices or RatioTimeslices");
        }
        boolean shares = objectives.stream().anyMatch(o -> o.indicator() instanceof Indicator.Raw);
        if (shares && method.equals(Optional.of(BudgetingMethod.OCCURRENCES))) {
            methodAt.get()
                    .warn(
                            "how many events are behind a raw share is not known, so each point"
                                    + " counts as much as any other, and the budget is one of"
                                    + " time",
                            "RatioTimeslices or Timeslices, which say so; or `good` and `total`");
        }
        boolean known = indicator.isPresent() || (composite && !objectives.isEmpty());
        boolean capacity = metadata.isPresent() && capacity(metadata.get(), counts || !known);
        AlertLints.Promise promise =
                new AlertLints.Promise(
                        read.stream().map(ReadObjective::target).flatMap(Optional::stream).toList(),
                        composite,
                        composite && !objectives.isEmpty() && objectives.size() == read.size()
                                ? method.flatMap(m -> AlertLints.sharedHighest(m, objectives))
                                : Optional.empty(),
                        window.map(ReadWindow::nominalLength),
                        read.stream()
                                .map(ReadObjective::sliceWindow)
                                .flatMap(Optional::stream)
                                .max(Comparator.naturalOrder()));
        Optional<List<AlertPolicy>> policies =
                spec.optional("alertPolicies", v -> policies(v, promise));
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
                        composite,
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

    /** Any text in OpenSLO, which leaves it open whether a Service must exist; here it must. */
    private Optional<Service> service(Value value) {
        return value.someText().flatMap(name -> references.services.resolve(name, value));
    }

    /** Says what is special about so many objectives. */
    private static void checkNumber(
            Value objectives, int number, Optional<Sli> indicator, boolean composite) {
        if (!composite
                && number > 1
                && indicator.isPresent()
                && indicator.get().indicator() instanceof Indicator.Threshold) {
            objectives.warnKey("OpenSLO's text allows one objective for a thresholdMetric", "one");
        }
    }

    /**
     * The label {@code tier} is ours, and everybody else's too: a word that is none of ours is
     * legal, and one that is nearly ours is a typing mistake.
     */
    private static Tier tier(ReadMetadata metadata) {
        Value label = metadata.labels().get(TIER);
        if (label == null) {
            metadata.value()
                    .noteKey(
                            "no label `tier`, so this is taken as a service's promise",
                            "`labels: {tier: …}`, " + Texts.choice(TIERS.keySet()));
            return Tier.SERVICE;
        }
        List<String> words = metadata.metadata().labels().get(TIER);
        if (words == null) {
            return Tier.SERVICE;
        }
        String word = words.size() == 1 ? words.getFirst() : "";
        Tier tier = TIERS.get(word);
        if (tier != null) {
            return tier;
        }
        if (Texts.nearest(word, TIERS.keySet()).isPresent()) {
            label.wrong(
                    "unknown `tier` `" + word + "`" + Texts.didYouMean(word, TIERS.keySet()),
                    Texts.choice(TIERS.keySet()));
        } else {
            label.warn(
                    "`tier` " + label.node().inMessages() + " is taken as service",
                    Texts.choice(TIERS.keySet()));
        }
        return Tier.SERVICE;
    }

    private static Optional<ReadWindow> window(Fields spec) {
        Optional<Value> at =
                spec.advised(
                        "timeWindow",
                        "OpenSLO's validator refuses an SLO without `timeWindow`; 30 days are taken",
                        "a `timeWindow`");
        return at.isPresent()
                ? at.flatMap(WindowReader::read)
                : Optional.of(WindowReader.assumed());
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
                            List<String> names =
                                    Arrays.stream(text.split(",", -1)).map(String::strip).toList();
                            names.forEach(name -> references.slos.requireDeclared(name, at));
                            capacities.add(metadata.name(), names, at);
                        });
        return true;
    }

    private Optional<List<AlertPolicy>> policies(Value list, AlertLints.Promise promise) {
        Map<String, Position> names = new HashMap<>();
        return list.list(item -> policy(item, promise, names));
    }

    /** An alert is known by its SLO, its policy's name and its condition's. */
    private Optional<AlertPolicy> policy(
            Value item, AlertLints.Promise promise, Map<String, Position> names) {
        Optional<ReadPolicy> read = alerts.inlineOrReferred(item);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        AlertPolicy policy = read.get().policy();
        Value at = item.peek("alertPolicyRef").orElse(item);
        Position first = names.putIfAbsent(policy.metadata().name(), at.at());
        if (first != null) {
            return at.wrong(
                    "a second policy by the name `"
                            + policy.metadata().name()
                            + "` in one SLO, the first in line "
                            + first.line(),
                    "each policy once");
        }
        AlertLints.check(at, read.get(), promise);
        return Optional.of(policy);
    }

    private static BigDecimal highestTarget(List<Objective> objectives) {
        return objectives.stream()
                .map(Objective::target)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
