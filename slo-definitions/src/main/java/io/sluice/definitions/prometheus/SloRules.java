package io.sluice.definitions.prometheus;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.NotificationTarget;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.write.FieldsWriter;
import io.sluice.definitions.yaml.Durations;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rule groups of one SLO. Every recorded series has the labels {@code slo} and {@code
 * objective}, so that conditions join on them, and the window in its name.
 *
 * <p>Slices are recorded as they end, by a group that is evaluated once a slice; their share in a
 * window is then the mean of what was recorded. Prometheus chooses where slices begin.
 */
final class SloRules {
    private static final String RATIO = "slo:sli_ratio:rate";
    private static final String BURN_RATE = "slo:burn_rate:rate";
    private static final String BAD = "slo:bad_events:increase";
    private static final String SLICE = "slo:slice_good:ratio";
    private static final String BUDGET = "slo:error_budget_remaining:ratio";

    /** Long windows are dear to sum and slow to change. */
    private static final String BUDGET_INTERVAL = "1m";

    /** What no sample within it is silence. */
    private static final String SILENCE = "5m";

    /** Looked at where no alert names a window. */
    private static final List<Duration> WORKBOOK_WINDOWS =
            Stream.of(5, 30, 60, 120, 360, 1440, 4320).map(Duration::ofMinutes).toList();

    private final Slo slo;
    private final List<String> leftOut;

    /**
     * @param leftOut takes what the rules do not say
     */
    SloRules(Slo slo, List<String> leftOut) {
        this.slo = slo;
        this.leftOut = leftOut;
    }

    void into(List<Tree> groups) {
        List<Tree> rules = new ArrayList<>();
        List<Tree> budgets = new ArrayList<>();
        for (int i = 0; i < slo.objectives().size(); i++) {
            Objective objective = slo.objectives().get(i);
            String labels = "{slo=\"" + slo.name() + "\",objective=\"" + i + "\"}";
            Optional<Sli> sli = Sli.of(objective, labels);
            if (sli.isEmpty()) {
                leaveOut(objectiveName(i) + ", whose source neither counts here nor is PromQL");
                continue;
            }
            if (slo.method() != BudgetingMethod.OCCURRENCES) {
                groups.add(slices(i, objective, sli.get()));
            }
            new ObjectiveRules(i, objective, sli.get(), labels).into(rules, budgets);
        }
        if (slo.composite()) {
            leaveOut(
                    "the budget that its objectives share, and the alerts on it; there are alerts"
                            + " on each objective's own instead");
        }
        if (slo.window() instanceof TimeWindow.Calendar) {
            leaveOut("the budget: PromQL has no window that begins at a date");
        }
        if (!rules.isEmpty()) {
            groups.add(group("sluice-" + slo.name(), Optional.empty(), rules));
        }
        if (!budgets.isEmpty()) {
            groups.add(
                    group(
                            "sluice-" + slo.name() + "-budget",
                            Optional.of(BUDGET_INTERVAL),
                            budgets));
        }
    }

    private void leaveOut(String what) {
        leftOut.add("SLO " + slo.name() + ": " + what);
    }

    private static String objectiveName(int index) {
        return "objective " + index;
    }

    private static Tree group(String name, Optional<String> interval, List<Tree> rules) {
        return new FieldsWriter()
                .text("name", name)
                .text("interval", interval)
                .put("rules", new Tree.Items(rules))
                .toTree();
    }

    private Tree slices(int index, Objective objective, Sli sli) {
        Duration length = objective.timeSliceWindow().orElseThrow();
        String window = Durations.inWords(length);
        return group(
                "sluice-" + slo.name() + "-slices-" + index,
                Optional.of(window),
                List.of(record(SLICE, index, goodness(objective, sli, length, window))));
    }

    /** How good a slice was: its ratio, or 0 or 1. */
    private String goodness(Objective objective, Sli sli, Duration length, String window) {
        if (sli instanceof Sli.Counted counted
                && objective.indicator() instanceof Indicator.Threshold threshold
                && threshold.value() == Indicator.Value.COUNT_PER_MINUTE) {
            Objective.Threshold bound = objective.threshold().orElseThrow();
            BigDecimal inSlice =
                    BigDecimal.valueOf(bound.value())
                            .multiply(BigDecimal.valueOf(length.toMinutes()));
            // A slice in which counting began has fewer events than were there.
            return counted.total(window)
                    + " "
                    + Sli.operator(bound.op())
                    + " bool "
                    + plain(inSlice)
                    + "\nand\n"
                    + counted.totalBefore(window);
        }
        return objective
                .timeSliceTarget()
                .map(target -> "(" + sli.ratio(window) + ")\n>= bool " + plain(target))
                .orElseGet(() -> sli.ratio(window));
    }

    private Tree record(String name, int index, String expression) {
        return new FieldsWriter()
                .text("record", name)
                .text("expr", expression)
                .put("labels", labels(index).toTree())
                .toTree();
    }

    private FieldsWriter labels(int index) {
        return new FieldsWriter()
                .text("slo", slo.name())
                .text("objective", Integer.toString(index))
                .text("service", slo.service())
                .text("tier", slo.tier().name().toLowerCase(Locale.ROOT));
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    /** What a template engine would take for its own. */
    private static String escaped(String text) {
        return text.replace("{{", "{{ \"{{\" }}");
    }

    /** The rules of one objective. */
    private final class ObjectiveRules {
        private final int index;
        private final Objective objective;
        private final Sli sli;
        private final String labels;
        private final String budget;

        ObjectiveRules(int index, Objective objective, Sli sli, String labels) {
            this.index = index;
            this.objective = objective;
            this.sli = sli;
            this.labels = labels;
            this.budget = plain(BigDecimal.ONE.subtract(objective.target()));
        }

        void into(List<Tree> rules, List<Tree> budgets) {
            rules.add(
                    record(
                            "slo:objective:ratio",
                            index,
                            "vector(" + plain(objective.target()) + ")"));
            for (Duration length : windows()) {
                String window = Durations.inWords(length);
                rules.add(record(RATIO + window, index, ratio(window)));
                rules.add(
                        record(
                                BURN_RATE + window,
                                index,
                                "(1 - " + RATIO + window + labels + ") / " + budget));
            }
            guards(rules);
            if (!slo.composite()) {
                slo.alertPolicies().forEach(policy -> alerts(policy, rules));
                if (slo.window() instanceof TimeWindow.Rolling rolling) {
                    String window = Durations.inWords(rolling.length());
                    budgets.add(
                            record(BUDGET, index, "1 - (1 - (" + ratio(window) + ")) / " + budget));
                }
            }
        }

        private String ratio(String window) {
            return slo.method() == BudgetingMethod.OCCURRENCES
                    ? sli.ratio(window)
                    : "avg_over_time(" + SLICE + labels + "[" + window + "])";
        }

        private SortedSet<Duration> windows() {
            SortedSet<Duration> windows = new TreeSet<>();
            slo.alertPolicies().stream()
                    .flatMap(policy -> policy.conditions().stream())
                    .forEach(
                            condition -> {
                                windows.add(condition.longWindow());
                                windows.add(condition.shortWindow());
                            });
            if (windows.isEmpty()) {
                windows.addAll(WORKBOOK_WINDOWS);
            }
            return windows;
        }

        /** How many bad events the guarded conditions' long windows have. */
        private void guards(List<Tree> rules) {
            Map<Duration, String> guarded = new LinkedHashMap<>();
            for (AlertPolicy policy : slo.alertPolicies()) {
                for (AlertCondition condition : policy.conditions()) {
                    if (isGuarded(condition)) {
                        String window = Durations.inWords(condition.longWindow());
                        sli.bad(window).ifPresent(bad -> guarded.put(condition.longWindow(), bad));
                    }
                }
            }
            guarded.forEach(
                    (length, bad) ->
                            rules.add(record(BAD + Durations.inWords(length), index, bad)));
        }

        /** Slices are judgements already. */
        private boolean isGuarded(AlertCondition condition) {
            return condition.minimumBadEvents() > 0
                    && slo.method() == BudgetingMethod.OCCURRENCES
                    && !slo.composite();
        }

        private void alerts(AlertPolicy policy, List<Tree> rules) {
            if (policy.alertWhenBreaching()) {
                policy.conditions().forEach(c -> rules.add(alert(policy, c)));
            }
            if (policy.alertWhenNoData()) {
                rules.add(silence(policy));
            }
        }

        private Tree alert(AlertPolicy policy, AlertCondition condition) {
            String longWindow = Durations.inWords(condition.longWindow());
            String shortWindow = Durations.inWords(condition.shortWindow());
            String burns =
                    " "
                            + Sli.operator(condition.op())
                            + " "
                            + plain(BigDecimal.valueOf(condition.threshold()));
            String expression =
                    BURN_RATE
                            + longWindow
                            + labels
                            + burns
                            + "\nand\n"
                            + BURN_RATE
                            + shortWindow
                            + labels
                            + burns;
            if (isGuarded(condition)) {
                if (sli.bad(longWindow).isPresent()) {
                    expression +=
                            "\nand\n"
                                    + BAD
                                    + longWindow
                                    + labels
                                    + " >= "
                                    + condition.minimumBadEvents();
                } else {
                    leaveOut(
                            objectiveName(index)
                                    + ", condition "
                                    + condition.name()
                                    + ": its least number of bad events, which a rate does not"
                                    + " tell");
                }
            }
            FieldsWriter rule =
                    new FieldsWriter().text("alert", "SloErrorBudgetBurn").text("expr", expression);
            if (!condition.alertAfter().isZero()) {
                rule.text("for", Durations.inWords(condition.alertAfter()));
            }
            return rule.put(
                            "labels",
                            alertLabels(policy, condition.severity())
                                    .text("condition", condition.name())
                                    .toTree())
                    .put(
                            "annotations",
                            annotations(
                                    "burns its error budget at {{ $value | humanize }} times the"
                                            + " rate that would spend it within its window",
                                    "Over "
                                            + longWindow
                                            + " and over "
                                            + shortWindow
                                            + ", target "
                                            + plain(objective.target())))
                    .toTree();
        }

        private Tree silence(AlertPolicy policy) {
            AlertPolicy.Severity severity =
                    policy.conditions().stream()
                            .map(AlertCondition::severity)
                            .min(Enum::compareTo)
                            .orElse(AlertPolicy.Severity.TICKET);
            return new FieldsWriter()
                    .text("alert", "SloNoData")
                    .text("expr", sli.absent(SILENCE))
                    .put("labels", alertLabels(policy, severity).toTree())
                    .put(
                            "annotations",
                            annotations("is not measured", "No sample within " + SILENCE))
                    .toTree();
        }

        private FieldsWriter alertLabels(AlertPolicy policy, AlertPolicy.Severity severity) {
            FieldsWriter all =
                    labels(index)
                            .text("severity", severity.name().toLowerCase(Locale.ROOT))
                            .text("policy", policy.metadata().name());
            if (!policy.notificationTargets().isEmpty()) {
                all.text(
                        "notification_targets",
                        policy.notificationTargets().stream()
                                .map(NotificationTarget::name)
                                .collect(Collectors.joining(",")));
            }
            return all;
        }

        private Tree annotations(String happens, String details) {
            return new FieldsWriter()
                    .text("summary", escaped(slo.metadata().displayName()) + " " + happens)
                    .text(
                            "description",
                            slo.description().isEmpty()
                                    ? details + "."
                                    : details + ". " + escaped(slo.description()))
                    .toTree();
        }
    }
}
