package io.sluice.engine;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Definition sets made in code, and read again from the files that stand for them. */
public final class TestDefinitions {
    private final Map<String, DefinitionSet> sets = new HashMap<>();

    /** A set of these SLOs, known by its digest. */
    public DefinitionSet set(String digest, Slo... slos) {
        Map<String, Slo> byName = new HashMap<>();
        for (Slo slo : slos) {
            byName.put(slo.name(), slo);
        }
        DefinitionSet set =
                new DefinitionSet(
                        digest,
                        List.of(new SourceFile("set.yaml", digest)),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        byName,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of());
        sets.put(digest, set);
        return set;
    }

    /** The set of a file with this text. */
    public DefinitionSet read(String text) {
        DefinitionSet set =
                new DefinitionLoader()
                        .loadSources(List.of(new SourceFile("set.yaml", text)))
                        .definitions()
                        .orElseThrow();
        sets.put(text, set);
        return set;
    }

    /** The same set with these exclusions instead of its own. */
    public static DefinitionSet excluding(DefinitionSet set, Exclusion... exclusions) {
        Map<String, Exclusion> byName = new HashMap<>();
        for (Exclusion exclusion : exclusions) {
            byName.put(exclusion.name(), exclusion);
        }
        return new DefinitionSet(
                set.digest(),
                set.files(),
                set.services(),
                set.dataSources(),
                set.slis(),
                set.slos(),
                set.notificationTargets(),
                set.alertPolicies(),
                set.cutovers(),
                set.resultsTables(),
                byName,
                set.journeys(),
                set.syntheticChecks(),
                set.migrations());
    }

    /** One time that counts for nothing of an SLO. */
    public static Exclusion maintenance(String slo, long from, long to) {
        return excluding(
                "maintenance-" + from + "-" + to,
                new Exclusion.Once(
                        new Exclusion.Interval(
                                Instant.ofEpochSecond(from), Instant.ofEpochSecond(to))),
                slo);
    }

    /** Times that count for nothing of these SLOs. */
    public static Exclusion excluding(String name, Exclusion.When when, String... slos) {
        return new Exclusion(
                named(name),
                "maintenance",
                new Exclusion.Selector(List.of(slos), List.of(), Map.of()),
                when);
    }

    /** What stands in for the loader. */
    public DefinitionSet parse(List<SourceFile> files) {
        return sets.get(files.getFirst().text());
    }

    public static Metadata named(String name) {
        return new Metadata(name, name, Map.of(), Map.of());
    }

    /**
     * Spans of the service, grouped by route, broken down by version; bad where the code is 500 or
     * above.
     */
    public static Indicator errorsOf(String service) {
        EventSource.Spans total =
                new EventSource.Spans(
                        Optional.of(service),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.of("http.route"),
                        List.of("service.version"));
        return new Indicator.Ratio(
                Indicator.Polarity.BAD,
                total.and(List.of(new Condition.Compare("http.response.status_code", Op.GTE, 500))),
                total,
                false);
    }

    public static TimeWindow rolling(int days) {
        return new TimeWindow.Rolling(Duration.ofDays(days));
    }

    public static Slo slo(String name, String target, TimeWindow window, AlertPolicy... policies) {
        return slo(name, BudgetingMethod.OCCURRENCES, errors(name, target), window, policies);
    }

    public static Slo slo(
            String name,
            BudgetingMethod method,
            Objective objective,
            TimeWindow window,
            AlertPolicy... policies) {
        return new Slo(
                named(name),
                "",
                "shop",
                Tier.SERVICE,
                method,
                window,
                false,
                List.of(objective),
                List.of(policies));
    }

    /** Measured by the service that has the same name. */
    public static Objective errors(String service, String target) {
        return new Objective(
                "",
                service + "-errors",
                errorsOf(service),
                Optional.empty(),
                new BigDecimal(target),
                Optional.empty(),
                Optional.empty(),
                BigDecimal.ONE);
    }

    public static Objective slices(
            String service, String target, String sliceTarget, Duration slice) {
        return new Objective(
                "",
                service + "-errors",
                errorsOf(service),
                Optional.empty(),
                new BigDecimal(target),
                Optional.of(new BigDecimal(sliceTarget)),
                Optional.of(slice),
                BigDecimal.ONE);
    }

    /** So many spans of the service a minute, judged minute by minute. */
    public static Objective perMinute(String service, String target, Op op, double value) {
        EventSource source =
                new EventSource.Spans(
                        Optional.of(service),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        List.of());
        return new Objective(
                "",
                service + "-rate",
                new Indicator.Threshold(
                        source, Indicator.Value.COUNT_PER_MINUTE, Indicator.Unit.NONE),
                Optional.of(new Objective.Threshold(op, value)),
                new BigDecimal(target),
                Optional.of(BigDecimal.ONE),
                Optional.of(Duration.ofMinutes(1)),
                BigDecimal.ONE);
    }

    /**
     * A counter that is scraped or sent as a running sum; events are bad where {@code code} is 500.
     */
    public static Objective counter(String service, String metric) {
        EventSource.Metrics total =
                new EventSource.Metrics(
                        Optional.of(service), metric, List.of(), Optional.empty(), List.of());
        return new Objective(
                "",
                metric,
                new Indicator.Ratio(
                        Indicator.Polarity.BAD,
                        total.and(List.of(new Condition.In("code", List.of("500")))),
                        total,
                        true),
                Optional.empty(),
                new BigDecimal("0.999"),
                Optional.empty(),
                Optional.empty(),
                BigDecimal.ONE);
    }

    /** Fires above the threshold in both windows. */
    public static AlertPolicy burnRate(
            String name,
            double threshold,
            Duration longWindow,
            Duration shortWindow,
            long minimumBad) {
        return new AlertPolicy(
                named(name),
                "",
                false,
                true,
                true,
                List.of(
                        new AlertCondition(
                                name,
                                AlertPolicy.Severity.PAGE,
                                Op.GT,
                                threshold,
                                longWindow,
                                shortWindow,
                                Duration.ZERO,
                                minimumBad)),
                List.of());
    }
}
