package io.sluice.definitions;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.write.FieldsWriter;
import io.sluice.definitions.yaml.Durations;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Writes what {@link SloReader} reads. */
final class SloWriter {
    private final DefinitionSet set;
    private final AlertWriter alerts;

    /**
     * @param set whose SLIs and alert policies are referred to
     */
    SloWriter(DefinitionSet set) {
        this.set = set;
        this.alerts = new AlertWriter(set);
    }

    Tree.Fields slo(Slo slo) {
        FieldsWriter spec =
                new FieldsWriter()
                        .someText("description", slo.description())
                        .text("service", slo.service());
        if (!slo.composite()) {
            Objective any = slo.objectives().getFirst();
            indicator(spec, any.sli(), any.indicator());
        }
        spec.text("budgetingMethod", Words.word(SloReader.METHODS, slo.method()))
                .put("timeWindow", new Tree.Items(List.of(window(slo.window()))))
                .put(
                        "objectives",
                        new Tree.Items(
                                slo.objectives().stream()
                                        .<Tree>map(o -> objective(o, slo.composite()))
                                        .toList()));
        // Saying nothing means the default policies, and an empty list means none. Policies that
        // nobody is named in are the default ones or another tool's, which OpenSLO cannot say.
        List<AlertPolicy> policies =
                slo.alertPolicies().stream()
                        .filter(policy -> !policy.notificationTargets().isEmpty())
                        .toList();
        if (slo.alertPolicies().isEmpty() || !policies.isEmpty()) {
            spec.put(
                    "alertPolicies",
                    new Tree.Items(policies.stream().<Tree>map(alerts::policyItem).toList()));
        }
        return ObjectWriter.object(Kind.SLO, slo.metadata(), spec);
    }

    /** Whether its alerts are those that an SLO gets that names none. */
    static boolean hasDefaultAlerts(Slo slo) {
        return slo.alertPolicies().equals(defaultAlerts(slo));
    }

    private static List<AlertPolicy> defaultAlerts(Slo slo) {
        BigDecimal highestTarget =
                slo.objectives().stream()
                        .map(Objective::target)
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
        return DefaultAlerts.of(slo.tier(), nominalLength(slo.window()), highestTarget);
    }

    private static Duration nominalLength(TimeWindow window) {
        return switch (window) {
            case TimeWindow.Rolling rolling -> rolling.length();
            case TimeWindow.Calendar calendar ->
                    new Durations.Shorthand(calendar.count(), unit(calendar.unit())).length();
        };
    }

    /** By reference where the set has it by that name, else inline. */
    void indicator(FieldsWriter fields, String name, Indicator indicator) {
        Sli shared = set.slis().get(name);
        if (shared != null && shared.indicator().equals(indicator)) {
            fields.text(IndicatorReader.REFERENCE, name);
        } else {
            fields.put(
                    IndicatorReader.INLINE,
                    new FieldsWriter()
                            .put("metadata", new FieldsWriter().text("name", name).toTree())
                            .put("spec", IndicatorWriter.spec(indicator).toTree())
                            .toTree());
        }
    }

    private static Tree window(TimeWindow window) {
        return switch (window) {
            case TimeWindow.Rolling rolling ->
                    new FieldsWriter()
                            .text("duration", Durations.written(rolling.length()))
                            .truth("isRolling", true)
                            .toTree();
            case TimeWindow.Calendar calendar ->
                    new FieldsWriter()
                            .text(
                                    "duration",
                                    Integer.toString(calendar.count()) + unit(calendar.unit()))
                            .truth("isRolling", false)
                            .put(
                                    "calendar",
                                    new FieldsWriter()
                                            .text(
                                                    "startTime",
                                                    WindowReader.START.format(calendar.start()))
                                            .text("timeZone", calendar.zone().getId())
                                            .toTree())
                            .toTree();
        };
    }

    private static char unit(TimeWindow.Period unit) {
        return switch (unit) {
            case MINUTE -> 'm';
            case HOUR -> 'h';
            case DAY -> 'd';
            case WEEK -> 'w';
            case MONTH -> 'M';
            case QUARTER -> 'Q';
            case YEAR -> 'Y';
        };
    }

    private Tree.Fields objective(Objective objective, boolean composite) {
        FieldsWriter fields = new FieldsWriter().someText("displayName", objective.displayName());
        if (composite) {
            indicator(fields, objective.sli(), objective.indicator());
        }
        objective.threshold().ifPresent(threshold -> threshold(fields, threshold));
        fields.number("target", objective.target());
        objective.timeSliceTarget().ifPresent(target -> fields.number("timeSliceTarget", target));
        objective
                .timeSliceWindow()
                .ifPresent(slice -> fields.text("timeSliceWindow", Durations.written(slice)));
        if (objective.weight().compareTo(BigDecimal.ONE) != 0) {
            fields.number("compositeWeight", objective.weight());
        }
        return fields.toTree();
    }

    static void threshold(FieldsWriter fields, Objective.Threshold threshold) {
        fields.text("op", Words.word(Words.OPS, threshold.op())).number("value", threshold.value());
    }
}
