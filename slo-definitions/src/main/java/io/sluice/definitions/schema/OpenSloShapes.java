package io.sluice.definitions.schema;

import java.util.List;
import java.util.Map;

/** The seven kinds of OpenSLO v1. */
final class OpenSloShapes {
    private static final String API_VERSION = "openslo/v1";
    private static final String OBJECTIVE = "Objective";
    private static final String ALERT_POLICY_SPEC = "AlertPolicySpec";
    private static final String ALERT_CONDITION_SPEC = "AlertConditionSpec";
    private static final String TARGET_SPEC = "AlertNotificationTargetSpec";

    private OpenSloShapes() {}

    static void defineIn(Kinds kinds, Map<String, Schema> definitions) {
        kinds.addWithoutNeed(
                API_VERSION,
                "Service",
                "a service that objectives are promised for",
                Schema.object("What the service is.")
                        .may("description", CommonShapes.description()));
        kinds.add(API_VERSION, "SLO", "a promise: an indicator, a target and a window", slo());
        kinds.add(
                API_VERSION,
                "SLI",
                "an indicator that several objects refer to",
                Schema.ref(SourceShapes.SLI_SPEC));
        kinds.add(
                API_VERSION,
                "AlertPolicy",
                "when somebody is told that a budget burns, and who",
                Schema.ref(ALERT_POLICY_SPEC));
        kinds.add(
                API_VERSION,
                "AlertCondition",
                "how fast a budget must burn for an alert",
                Schema.ref(ALERT_CONDITION_SPEC));
        kinds.add(API_VERSION, "AlertNotificationTarget", "who is told", Schema.ref(TARGET_SPEC));
        kinds.add(
                API_VERSION,
                "DataSource",
                "where another tool's metrics are",
                Schema.object("Where the data is.")
                        .may("description", CommonShapes.description())
                        .must("type", Schema.someText("What it is, for example prometheus."))
                        .may(
                                "connectionDetails",
                                Schema.any()
                                        .describedAs(
                                                "How it is reached, in the source's own words.")));
        definitions.put(OBJECTIVE, objective());
        definitions.put(ALERT_POLICY_SPEC, alertPolicy());
        definitions.put(ALERT_CONDITION_SPEC, alertCondition());
        definitions.put(
                TARGET_SPEC,
                Schema.object("Who is told.")
                        .may("description", CommonShapes.description())
                        .must("target", Schema.someText("How they are told, in free text.")));
    }

    private static Schema slo() {
        return Schema.object("The promise.")
                .may("description", CommonShapes.description())
                .must("service", Schema.someText("The name of a Service."))
                .may("indicatorRef", CommonShapes.name("The name of an SLI."))
                .may("indicator", Schema.ref(SourceShapes.INLINE_SLI, "An SLI of its own."))
                .must(
                        "budgetingMethod",
                        Schema.words(
                                "How the budget is counted.",
                                "Occurrences",
                                "good events among all events",
                                "Timeslices",
                                "good slices of time among all slices",
                                "RatioTimeslices",
                                "the mean of the slices' ratios"))
                .may(
                        "timeWindow",
                        Schema.any()
                                .with("type", "array")
                                .describedAs(
                                        "Exactly one window, for example `[{duration: 28d,"
                                                + " isRolling: true}]`; 30 days by default.")
                                .with("minItems", 1)
                                .with("maxItems", 1)
                                .with("items", timeWindow()))
                .must("objectives", Schema.some("The targets.", Schema.ref(OBJECTIVE)))
                .may("alertPolicies", alertPolicies())
                .rule(
                        Schema.any()
                                .with(
                                        "oneOf",
                                        List.of(
                                                oneIndicator()
                                                        .may("objectives", each(noIndicator())),
                                                noIndicator()
                                                        .may("objectives", each(oneIndicator())))))
                .rule(
                        Schema.when(
                                Schema.saying("budgetingMethod", "Timeslices"),
                                everyObjective(
                                        Schema.having("timeSliceTarget", "timeSliceWindow"))))
                .rule(
                        Schema.when(
                                Schema.saying("budgetingMethod", "RatioTimeslices"),
                                everyObjective(Schema.having("timeSliceWindow"))))
                .rule(
                        Schema.when(
                                SourceShapes.hasInlineThreshold(),
                                everyObjective(Schema.having("op", "value"))));
    }

    /** On the SLO, or on each of its objectives, which makes it a composite. */
    private static Schema oneIndicator() {
        return Schema.any()
                .with("oneOf", List.of(Schema.having("indicator"), Schema.having("indicatorRef")));
    }

    private static Schema noIndicator() {
        return Schema.not(
                Schema.any()
                        .with(
                                "anyOf",
                                List.of(
                                        Schema.having("indicator"),
                                        Schema.having("indicatorRef"))));
    }

    private static Schema each(Schema shape) {
        return Schema.any().with("items", shape);
    }

    private static Schema everyObjective(Schema shape) {
        return Schema.any().may("objectives", each(shape));
    }

    private static Schema timeWindow() {
        return Schema.object("A window of time.")
                .must("duration", CommonShapes.shorthand("How long it is, for example 28d or 1M."))
                .may(
                        "isRolling",
                        Schema.bool(
                                "Whether it ends now; otherwise it follows the calendar, and a"
                                        + " `calendar` says how."))
                .may(
                        "calendar",
                        Schema.object("When the first period begins, and in which zone.")
                                .must(
                                        "startTime",
                                        Schema.text(
                                                        "YYYY-MM-DD hh:mm:ss, without a zone, for"
                                                                + " example 2026-01-01 00:00:00.")
                                                .with(
                                                        "pattern",
                                                        "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
                                                                + " [0-9]{2}:[0-9]{2}:[0-9]{2}$"))
                                .must("timeZone", CommonShapes.zone("Whose clocks it follows.")))
                .rule(
                        Schema.any()
                                .with("if", Schema.saying("isRolling", true))
                                .with("then", Schema.not(Schema.having("calendar")))
                                .with("else", Schema.having("calendar")));
    }

    private static Schema objective() {
        return Schema.object("A target, for example `{target: 0.999}`.")
                .may("displayName", CommonShapes.displayName())
                .may(
                        "op",
                        Schema.ref(
                                CommonShapes.OP,
                                "With a thresholdMetric: how a good value compares with `value`;"
                                        + " `lte` for latency."))
                .may(
                        "value",
                        Schema.number(
                                "With a thresholdMetric: the bound, in the metric's `unit`, for"
                                        + " example 200."))
                .may(
                        "target",
                        Schema.number(
                                        "The share of events or slices that must be good, for"
                                                + " example 0.999; from 0 to under 1.")
                                .with("minimum", 0)
                                .with("exclusiveMaximum", 1)
                                .example(0.99, 0.995, 0.999))
                .may(
                        "targetPercent",
                        Schema.number("The target in percent, for example 99.9.")
                                .with("minimum", 0)
                                .with("exclusiveMaximum", 100)
                                .example(99.9))
                .may(
                        "timeSliceTarget",
                        CommonShapes.share(
                                "With Timeslices: the share of good events that makes a slice"
                                        + " good."))
                .may(
                        "timeSliceWindow",
                        Schema.anyOf(
                                "With Timeslices and RatioTimeslices: how long a slice is, for"
                                        + " example 1m.",
                                CommonShapes.shorthand("How long a slice is."),
                                CommonShapes.count(
                                        "Minutes; OpenSLO's validator refuses a number.", 1)))
                .may(
                        "indicatorRef",
                        CommonShapes.name(
                                "In a composite SLO: the name of this objective's SLI; the SLO has"
                                        + " none."))
                .may(
                        "indicator",
                        Schema.ref(
                                SourceShapes.INLINE_SLI,
                                "In a composite SLO: an SLI of this objective's own."))
                .may(
                        "compositeWeight",
                        Schema.number("In a composite SLO: this objective's weight. Over 0.")
                                .with("exclusiveMinimum", 0)
                                .byDefault(1))
                .atMostOneOf("indicator", "indicatorRef")
                .oneOf("target", "targetPercent")
                .rule(Schema.when(SourceShapes.hasInlineThreshold(), Schema.having("op", "value")));
    }

    /** Null, because OpenSLO's own examples write {@code alertPolicies:} and nothing behind it. */
    private static Schema alertPolicies() {
        Schema item =
                Schema.anyOf(
                        "A policy of its own, or the name of one.",
                        Schema.object("An AlertPolicy that is defined elsewhere.")
                                .must(
                                        "alertPolicyRef",
                                        CommonShapes.name("The name of an AlertPolicy.")),
                        inline("AlertPolicy", ALERT_POLICY_SPEC));
        return Schema.list(
                        "When somebody is told. Left out, the SRE workbook's pairs of windows; `[]`"
                                + " for none.",
                        item)
                .with("type", List.of("array", "null"));
    }

    private static Schema alertPolicy() {
        return Schema.object("When somebody is told, and who.")
                .may("description", CommonShapes.description())
                .may(
                        "alertWhenNoData",
                        Schema.bool("Tell when nothing is measured. Default: false."))
                .may("alertWhenResolved", Schema.bool("Tell when it is over. Default: false."))
                .may(
                        "alertWhenBreaching",
                        Schema.bool("Tell when the condition holds. Default: true."))
                .must(
                        "conditions",
                        Schema.some(
                                        "Exactly one condition.",
                                        Schema.anyOf(
                                                "A condition of its own, or the name of one.",
                                                Schema.object(
                                                                "An AlertCondition that is defined"
                                                                        + " elsewhere.")
                                                        .must(
                                                                "conditionRef",
                                                                CommonShapes.name(
                                                                        "The name of an"
                                                                                + " AlertCondition.")),
                                                inline("AlertCondition", ALERT_CONDITION_SPEC)))
                                .with("maxItems", 1))
                .must(
                        "notificationTargets",
                        Schema.some(
                                "Who is told.",
                                Schema.anyOf(
                                        "A target of its own, or the name of one.",
                                        Schema.object(
                                                        "An AlertNotificationTarget that is"
                                                                + " defined elsewhere.")
                                                .must(
                                                        "targetRef",
                                                        CommonShapes.name(
                                                                "The name of an"
                                                                        + " AlertNotificationTarget.")),
                                        inline("AlertNotificationTarget", TARGET_SPEC))));
    }

    /** Inline parts have a kind, though no version. */
    private static Schema inline(String kind, String spec) {
        return Schema.object("A part of its own; it has a kind and no apiVersion.")
                .must("kind", Schema.any().with("const", kind))
                .must("metadata", Schema.ref(CommonShapes.METADATA))
                .must("spec", Schema.ref(spec));
    }

    private static Schema alertCondition() {
        return Schema.object("How fast the budget must burn.")
                .may("description", CommonShapes.description())
                .must(
                        "severity",
                        Schema.someText(
                                        "`page` wakes somebody, `ticket` waits until morning; other"
                                                + " words are tickets, with a warning.")
                                .example("page", "ticket"))
                .must(
                        "condition",
                        Schema.object(
                                        "A burn rate over a window: 1 spends exactly the budget in"
                                                + " the SLO's window, 14.4 spends 2 % of 30 days'"
                                                + " in one hour.")
                                .may(
                                        "kind",
                                        Schema.any()
                                                .with("enum", List.of("burnrate"))
                                                .describedAs("The one kind that there is."))
                                .must(
                                        "op",
                                        Schema.ref(
                                                CommonShapes.OP,
                                                "`gt` or `gte`: the alert is for burning faster."))
                                .must(
                                        "threshold",
                                        Schema.number("The burn rate, at least 1 to make sense.")
                                                .example(14.4, 6, 3, 1))
                                .must(
                                        "lookbackWindow",
                                        CommonShapes.shorthand(
                                                "The long window, for example 1h. The short one is"
                                                        + " the annotation"
                                                        + " `sluice.dev/short-window`."))
                                .may(
                                        "alertAfter",
                                        CommonShapes.shorthandFromZero(
                                                "How long the condition must hold. Default: 0m.")));
    }
}
