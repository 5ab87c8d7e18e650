package io.sluice.definitions.schema;

import java.util.List;
import java.util.Map;

/** Our own kinds. */
final class SluiceShapes {
    private static final String API_VERSION = "sluice.dev/v1";
    private static final String CUTOVER_METRIC = "CutoverMetric";
    private static final String CUTOVER_STEP = "CutoverStep";
    private static final String CUTOVER_QUANTILE = "CutoverQuantile";
    private static final String CRITERION = "Criterion";
    private static final String RESULTS_ROW = "ResultsRow";

    private SluiceShapes() {}

    static void defineIn(Kinds kinds, Map<String, Schema> definitions) {
        kinds.add(
                API_VERSION,
                "Cutover",
                "a move of traffic from a baseline to a candidate, step by step",
                cutover());
        kinds.add(API_VERSION, "Results", "a table of before and after", results());
        kinds.add(
                API_VERSION,
                "Migration",
                "the phases of a migration, and what each must have reached",
                migration());
        kinds.add(API_VERSION, "Journey", "the steps that a customer takes", journey());
        kinds.add(API_VERSION, "SyntheticCheck", "a request that is made again and again", check());
        kinds.add(API_VERSION, "Exclusion", "time that does not count", exclusion());
        definitions.put(CUTOVER_METRIC, metric());
        definitions.put(CUTOVER_STEP, step());
        definitions.put(CUTOVER_QUANTILE, quantile());
        definitions.put(CRITERION, criterion());
        definitions.put(RESULTS_ROW, row());
    }

    private static Schema cutover() {
        return Schema.object("What moves, how both sides are told apart, and what must hold.")
                .may("description", CommonShapes.description())
                .must("service", CommonShapes.name("The name of the Service that moves."))
                .must("baseline", Schema.ref(CommonShapes.SIDE, "Which events are the old side's."))
                .must(
                        "candidate",
                        Schema.ref(CommonShapes.SIDE, "Which events are the new side's."))
                .may(
                        "stratifyBy",
                        Schema.someText(
                                        "The attribute by which sides are compared like with like,"
                                                + " beside time; usually the route.")
                                .example("http.route"))
                .may(
                        "sealing",
                        Schema.object("When a stretch of time is counted for good.")
                                .may(
                                        "stratum",
                                        CommonShapes.positiveLength(
                                                "How long a stratum is, a multiple of 10s."
                                                        + " Default: 10s."))
                                .may(
                                        "after",
                                        CommonShapes.length(
                                                "How long after its end it is sealed. Default:"
                                                        + " 30s.")))
                .must(
                        "metrics",
                        Schema.some(
                                "What both sides are compared by; at least one is required.",
                                Schema.ref(CUTOVER_METRIC)))
                .must(
                        "steps",
                        Schema.some(
                                "The traffic steps; shares rise from one to the next.",
                                Schema.ref(CUTOVER_STEP)))
                .may(
                        "errorAllowance",
                        Schema.object("How often the answer may be wrong, for the whole cutover.")
                                .may("go", probability("Of a GO that is wrong, per metric.", 0.05))
                                .may("noGo", probability("Of a NO_GO that is wrong.", 0.01)))
                .may(
                        "data",
                        Schema.object("What the data must be like for a GO.")
                                .may(
                                        "freshness",
                                        CommonShapes.positiveLength(
                                                "How old the newest data may be. Default: 1m."))
                                .may(
                                        "minimumEvents",
                                        CommonShapes.count("Per side and step.", 0).byDefault(100))
                                .may(
                                        "lateShare",
                                        Schema.number(
                                                        "The share of a side's events that may come"
                                                                + " after sealing.")
                                                .with("minimum", 0)
                                                .with("maximum", 1)
                                                .byDefault(0.01)))
                .may(
                        "quantiles",
                        Schema.some(
                                "Quantiles that both sides are compared by.",
                                Schema.ref(CUTOVER_QUANTILE)))
                .may("snapshot", snapshot())
                .may(
                        "capacity",
                        CommonShapes.name("The name of an SLO that proves the needed capacity."))
                .may(
                        "objectives",
                        Schema.list(
                                "SLOs whose pages hold the cutover.",
                                CommonShapes.name("The name of an SLO.")));
    }

    private static Schema probability(String description, double byDefault) {
        return Schema.number(description + " Over 0, up to 0.5.")
                .with("exclusiveMinimum", 0)
                .with("maximum", 0.5)
                .byDefault(byDefault);
    }

    private static Schema metric() {
        return Schema.object("Something that both sides are compared by.")
                .must("name", CommonShapes.partName("Its name, unique in this cutover."))
                .may("indicatorRef", CommonShapes.name("The name of an SLI."))
                .may("indicator", Schema.ref(SourceShapes.INLINE_SLI, "An SLI of its own."))
                .may(
                        "op",
                        Schema.ref(
                                CommonShapes.OP,
                                "With a thresholdMetric: how a good value compares with `value`."))
                .may(
                        "value",
                        Schema.number("With a thresholdMetric: the bound, in the metric's `unit`."))
                .may(
                        "required",
                        Schema.bool(
                                        "Whether GO needs this metric's proof; otherwise it can"
                                                + " only say NO_GO.")
                                .byDefault(true))
                .may(
                        "weight",
                        Schema.number("Its share of the NO_GO error allowance. Over 0.")
                                .with("exclusiveMinimum", 0)
                                .byDefault(1))
                .may(
                        "target",
                        Schema.number(
                                        "The candidate's own objective, counted since the run"
                                                + " began; from 0 to under 1.")
                                .with("minimum", 0)
                                .with("exclusiveMaximum", 1))
                .may(
                        "noGo",
                        Schema.number(
                                        "A critical metric's own risk of a wrong NO_GO, in place of"
                                                + " a weight.")
                                .with("exclusiveMinimum", 0)
                                .with("maximum", 0.5))
                .may(
                        "limit",
                        Schema.number(
                                        "In place of a comparison: GO needs proof that the"
                                                + " candidate's bad ratio is under this, NO_GO that"
                                                + " it is over. Over 0, under 1.")
                                .with("exclusiveMinimum", 0)
                                .with("exclusiveMaximum", 1))
                .may(
                        "floor",
                        Schema.number(
                                        "A bad ratio under which nothing is worse; from 0 to under"
                                                + " 1.")
                                .with("minimum", 0)
                                .with("exclusiveMaximum", 1))
                .oneOf("indicator", "indicatorRef")
                .rule(Schema.not(Schema.having("floor", "limit")))
                .rule(Schema.when(SourceShapes.hasInlineThreshold(), Schema.having("op", "value")));
    }

    private static Schema step() {
        return Schema.object(
                        "A traffic step, for example `{share: 0.01, goMargin: 3, minimumDuration:"
                                + " 10m}`.")
                .must("share", CommonShapes.share("The candidate's share of traffic."))
                .may(
                        "goMargin",
                        Schema.number(
                                        "GO needs proof that the candidate's bad ratio is under the"
                                                + " baseline's times this. Over 1. By default 3 up"
                                                + " to a share of 1 %, 2 up to 10 %, 1.5 up to 50 %,"
                                                + " then 1.25.")
                                .with("exclusiveMinimum", 1))
                .may(
                        "noGoMargin",
                        Schema.number(
                                        "NO_GO needs proof that it is over the baseline's times"
                                                + " this. At least 1, under goMargin.")
                                .with("minimum", 1)
                                .byDefault(1.2))
                .must(
                        "minimumDuration",
                        CommonShapes.length("No GO before the step has lasted so long."))
                .may(
                        "deadline",
                        CommonShapes.positiveLength("Without a proof by then, a person decides."))
                .may(
                        "approvals",
                        Schema.some("Roles that must approve.", CommonShapes.partName("A role.")))
                .may(
                        "budget",
                        Schema.object(
                                        "In place of goMargin: the part of an SLO's error budget"
                                                + " that the candidate's errors may be in this"
                                                + " step.")
                                .must(
                                        "slo",
                                        CommonShapes.name(
                                                "An SLO that counts events over a rolling window."))
                                .must("slice", CommonShapes.share("The part of its budget.")))
                .rule(Schema.not(Schema.having("goMargin", "budget")));
    }

    private static Schema quantile() {
        return Schema.object("A quantile that both sides are compared by.")
                .must("name", CommonShapes.partName("Its name, unique among the metrics."))
                .may("indicatorRef", CommonShapes.name("The name of an SLI with a value."))
                .may("indicator", Schema.ref(SourceShapes.INLINE_SLI, "An SLI of its own."))
                .must(
                        "quantile",
                        Schema.number("Over 0 and under 1, for example 0.99.")
                                .with("exclusiveMinimum", 0)
                                .with("exclusiveMaximum", 1))
                .may("required", Schema.bool("Whether GO needs its proof.").byDefault(false))
                .may(
                        "weight",
                        Schema.number("Its share of the NO_GO error allowance. Over 0.")
                                .with("exclusiveMinimum", 0)
                                .byDefault(1))
                .must(
                        "goMargin",
                        Schema.number("GO needs proof of less than the baseline's times this.")
                                .with("exclusiveMinimum", 1))
                .may(
                        "noGoMargin",
                        Schema.number("NO_GO needs proof of more than the baseline's times this.")
                                .with("minimum", 1)
                                .byDefault(1))
                .oneOf("indicator", "indicatorRef");
    }

    private static Schema snapshot() {
        return Schema.object("What stands in for the baseline when live traffic ends.")
                .may("baseline", CommonShapes.partName("A recorded baseline's name."))
                .may(
                        "exclude",
                        Schema.list(
                                "Exclusions whose time it leaves out.",
                                CommonShapes.name("The name of an Exclusion.")))
                .may(
                        "driftMargin",
                        Schema.anyOf(
                                "The factor by which margins widen.",
                                Schema.number("A factor of at least 1.").with("minimum", 1),
                                Schema.any().with("const", "measured")));
    }

    private static Schema results() {
        return Schema.object("Which sides are compared, and in which rows.")
                .may("description", CommonShapes.description())
                .must("before", Schema.ref(CommonShapes.SIDE, "Which events were before."))
                .must("after", Schema.ref(CommonShapes.SIDE, "Which events are after."))
                .must(
                        "cutovers",
                        Schema.some(
                                "The cutovers that lie between.",
                                CommonShapes.name("The name of a Cutover.")))
                .must("rows", Schema.some("The table's rows.", Schema.ref(RESULTS_ROW)));
    }

    private static Schema row() {
        Schema ofDeployments =
                Schema.having("statistic")
                        .may(
                                "statistic",
                                Schema.any()
                                        .with("enum", List.of("deploymentsPerMonth", "leadTime")));
        return Schema.object("A row of the table.")
                .must("metric", Schema.someText("What the row is about, for people."))
                .must("unit", Schema.text("The unit, for people."))
                .must(
                        "statistic",
                        Schema.words(
                                "What is computed.",
                                "p50",
                                "the median",
                                "p95",
                                "the 95th percentile",
                                "p99",
                                "the 99th percentile",
                                "mean",
                                "the mean",
                                "maximum",
                                "the largest",
                                "ratio",
                                "the share of `part` in `source`",
                                "deploymentsPerMonth",
                                "from reported deployments",
                                "leadTime",
                                "from reported deployments"))
                .may("source", Schema.ref(SourceShapes.COUNTED, "The events."))
                .may("part", Schema.ref(SourceShapes.COUNTED, "The part that `ratio` counts."))
                .may(
                        "valueUnit",
                        Schema.words(
                                        "The unit of the values.",
                                        "ms",
                                        "milliseconds",
                                        "s",
                                        "seconds",
                                        "none",
                                        "as the source says")
                                .byDefault("none"))
                .may(
                        "improvement",
                        Schema.words(
                                        "How the change is told.",
                                        "percent",
                                        "as a percentage of before",
                                        "percentagePoints",
                                        "as a difference of percentages",
                                        "none",
                                        "not at all")
                                .byDefault("percent"))
                .may(
                        "minimumWindow",
                        CommonShapes.positiveLength(
                                "With less data than this the row says unmeasured. Default: 1m."))
                .rule(
                        Schema.any()
                                .with("if", ofDeployments)
                                .with("then", Schema.not(Schema.having("source")))
                                .with("else", Schema.having("source")))
                .rule(
                        Schema.any()
                                .with("if", Schema.saying("statistic", "ratio"))
                                .with("then", Schema.having("part"))
                                .with("else", Schema.not(Schema.having("part"))));
    }

    private static Schema migration() {
        Schema month =
                Schema.any()
                        .with("type", "integer")
                        .describedAs("A month of the migration, from 1.")
                        .with("minimum", 1)
                        .with("maximum", 1200);
        Schema phase =
                Schema.object("A phase.")
                        .must("name", CommonShapes.partName("Its name, unique in the migration."))
                        .may("displayName", CommonShapes.displayName())
                        .may("description", CommonShapes.description())
                        .may(
                                "months",
                                Schema.object("When it is planned.")
                                        .must("first", month)
                                        .must("last", month))
                        .may(
                                "dependsOn",
                                Schema.list(
                                        "Earlier phases; the one before by default.",
                                        CommonShapes.partName("The name of an earlier phase.")))
                        .may(
                                "decommission",
                                Schema.bool(
                                        "On the last phase: its criteria are the decommission"
                                                + " gate."))
                        .must("criteria", criteria("What must have been reached."));
        return Schema.object("The phases, in order.")
                .may("description", CommonShapes.description())
                .must("phases", Schema.some("The phases.", phase))
                .may("goals", criteria("What the whole migration is for."));
    }

    private static Schema criteria(String description) {
        return Schema.some(description, Schema.ref(CRITERION));
    }

    private static Schema criterion() {
        Schema during = CommonShapes.positiveLength("For how long.");
        return Schema.object("A name, and exactly one kind of proof.")
                .must("name", CommonShapes.partName("Its name, unique among its neighbours."))
                .may("description", CommonShapes.description())
                .may(
                        "objectives",
                        Schema.object("SLOs that must have been met.")
                                .must(
                                        "slos",
                                        Schema.some(
                                                "Which SLOs.",
                                                CommonShapes.name("The name of an SLO.")))
                                .must("over", CommonShapes.positiveLength("Over which time.")))
                .may(
                        "trafficShare",
                        Schema.object("Traffic that must have moved.")
                                .must(
                                        "cutovers",
                                        Schema.some(
                                                "Which cutovers.",
                                                CommonShapes.name("The name of a Cutover.")))
                                .must("atLeast", CommonShapes.share("The candidate's share."))
                                .must("for", during))
                .may(
                        "noTraffic",
                        Schema.object("Events that must not have come.")
                                .must("source", Schema.ref(SourceShapes.COUNTED))
                                .must("for", during))
                .may(
                        "result",
                        Schema.object("A row of a results table, and what it must say.")
                                .must("results", CommonShapes.name("The name of a Results table."))
                                .must("row", Schema.someText("The row's `metric`."))
                                .may("downBy", over0("The improvement, downwards."))
                                .may("upBy", over0("The improvement, upwards."))
                                .may("atLeast", Schema.number("The least that it may be."))
                                .may("atMost", Schema.number("The most that it may be."))
                                .oneOf("downBy", "upBy", "atLeast", "atMost"))
                .may(
                        "attestation",
                        Schema.object("What somebody must have confirmed.")
                                .must("role", CommonShapes.partName("Who confirms."))
                                .must(
                                        "statement",
                                        Schema.someText("What is confirmed.")
                                                .with("maxLength", 1050))
                                .may(
                                        "validFor",
                                        CommonShapes.positiveLength("For how long it holds.")))
                .oneOf("objectives", "trafficShare", "noTraffic", "result", "attestation");
    }

    private static Schema over0(String description) {
        return Schema.number(description + " Over 0.").with("exclusiveMinimum", 0);
    }

    private static Schema journey() {
        Schema side =
                Schema.object("A side of the journey.")
                        .must("name", CommonShapes.partName("Its name, unique in the journey."))
                        .must(
                                "where",
                                Schema.ref(
                                        CommonShapes.CONDITIONS, "Which events are this side's."));
        Schema step =
                Schema.object("A step: whoever does it is counted.")
                        .must("name", CommonShapes.partName("Its name, unique in the journey."))
                        .may("displayName", CommonShapes.displayName())
                        .may("indicatorRef", CommonShapes.name("The name of an SLI."))
                        .may("indicator", Schema.ref(SourceShapes.INLINE_SLI, "An SLI of its own."))
                        .may("op", Schema.ref(CommonShapes.OP, "With a thresholdMetric."))
                        .may("value", Schema.number("With a thresholdMetric: the bound."))
                        .oneOf("indicator", "indicatorRef")
                        .rule(
                                Schema.when(
                                        SourceShapes.hasInlineThreshold(),
                                        Schema.having("op", "value")));
        return Schema.object("The steps, in order.")
                .may("description", CommonShapes.description())
                .must("service", CommonShapes.name("The name of a Service."))
                .may("sides", Schema.some("The sides that are compared.", side))
                .must("steps", Schema.some("The steps.", step));
    }

    private static Schema check() {
        return Schema.object("The request, and what is expected of the answer.")
                .may("description", CommonShapes.description())
                .must("service", CommonShapes.name("The name of a Service."))
                .must(
                        "url",
                        Schema.text("An http or https URL without user and fragment.")
                                .with("pattern", "^https?://[^/?#@\\s]+[^#\\s]*$"))
                .may(
                        "method",
                        Schema.any()
                                .with(
                                        "enum",
                                        List.of(
                                                "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH",
                                                "DELETE"))
                                .describedAs("The method of HTTP.")
                                .byDefault("GET"))
                .may(
                        "headers",
                        Schema.map(
                                "Headers of the request. No secrets: these files are kept and"
                                        + " shown.",
                                Schema.any().with("pattern", "^[-!#$%&'*+.^_`|~0-9A-Za-z]{1,100}$"),
                                Schema.text("One line of ASCII.")
                                        .with(
                                                "pattern",
                                                "^[\\x21-\\x7e]([\\t\\x20-\\x7e]*[\\x21-\\x7e])?$")))
                .may(
                        "body",
                        Schema.text("What is sent, with POST, PUT and PATCH.")
                                .with("maxLength", 10000))
                .may("expect", expectation())
                .must(
                        "interval",
                        CommonShapes.positiveLength("How often the request is made; at least 10s."))
                .may(
                        "timeout",
                        CommonShapes.positiveLength(
                                "How long an answer is waited for. Default: 10s."))
                .may(
                        "locations",
                        Schema.some("Where it is made from.", CommonShapes.partName("A location.")))
                .rule(
                        Schema.when(
                                Schema.having("body"),
                                Schema.having("method")
                                        .may(
                                                "method",
                                                Schema.any()
                                                        .with(
                                                                "enum",
                                                                List.of("POST", "PUT", "PATCH")))));
    }

    private static Schema expectation() {
        return Schema.object("What is expected of the answer.")
                .may(
                        "status",
                        Schema.some(
                                "Any of these; 2xx by default.",
                                Schema.anyOf(
                                        "100 to 599, or a class.",
                                        Schema.any()
                                                .with("type", "integer")
                                                .with("minimum", 100)
                                                .with("maximum", 599),
                                        Schema.text("A class, for example 2xx.")
                                                .with("pattern", "^[1-5](xx|[0-9]{2})$"))))
                .may("bodyContains", Schema.someText("A part of the body."))
                .may("latency", CommonShapes.positiveLength("How long it may take at most."))
                .may(
                        "certificateLeft",
                        CommonShapes.positiveLength(
                                "With https: how long the certificate must still be valid."));
    }

    private static Schema exclusion() {
        return Schema.object("What does not count, and when.")
                .must("reason", Schema.someText("Why, for people.").with("maxLength", 1050))
                .must(
                        "appliesTo",
                        Schema.object("Which SLOs; all that is given must hold.")
                                .may(
                                        "slos",
                                        Schema.some(
                                                "By name.",
                                                CommonShapes.name("The name of an SLO.")))
                                .may(
                                        "services",
                                        Schema.some(
                                                "Those of these services.",
                                                CommonShapes.name("The name of a Service.")))
                                .may(
                                        "labels",
                                        Schema.map(
                                                        "Those with these labels.",
                                                        Schema.any(),
                                                        Schema.anyOf(
                                                                "A value, or several of which one"
                                                                        + " must be there.",
                                                                Schema.text("A value."),
                                                                Schema.some(
                                                                        "Several values.",
                                                                        Schema.text("A value."))))
                                                .with("minProperties", 1))
                                .with("minProperties", 1))
                .may(
                        "once",
                        Schema.object("From a time to another.")
                                .must("start", CommonShapes.time("When it begins."))
                                .must("end", CommonShapes.time("When it ends."))
                                .may("timeZone", CommonShapes.zone("Whose clocks are meant.")))
                .may(
                        "recurring",
                        Schema.object("Again and again.")
                                .must("start", CommonShapes.localTime("The first one."))
                                .must("timeZone", CommonShapes.zone("Whose clocks are meant."))
                                .must("duration", CommonShapes.positiveLength("How long each is."))
                                .must(
                                        "rule",
                                        Schema.someText("A rule of RFC 5545.")
                                                .example("FREQ=WEEKLY;BYDAY=SU")))
                .oneOf("once", "recurring");
    }
}
