package io.sluice.definitions.schema;

import io.sluice.definitions.model.AlertPolicy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What objects of every kind are made of: names, metadata, lengths of time, conditions. */
final class CommonShapes {
    /** Names of objects, which references are too. */
    static final String NAME = "Name";

    /** Names of the parts of one object. */
    static final String PART_NAME = "PartName";

    static final String METADATA = "Metadata";
    static final String CONDITIONS = "Conditions";
    static final String SIDE = "Side";
    static final String OP = "Op";

    /** OpenSLO's shorthand, from {@code 0m} up. */
    private static final String SHORTHAND = "[0-9]{1,6}[mhdwMQY]";

    private static final String ISO =
            "P(?=[0-9T])([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+([.][0-9]{1,9})?S)?)?";

    private static final String OWN = "([0-9]{1,9}s|" + SHORTHAND + "|" + ISO + ")";
    private static final String LOCAL_TIME =
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T? ?[0-9]{2}:[0-9]{2}(:[0-9]{2})?";

    private static final String POSITIVE = "(?=.*[1-9])";
    private static final String LABEL_KEY = "[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?";
    private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    private CommonShapes() {}

    static void defineIn(Map<String, Schema> definitions) {
        definitions.put(
                NAME,
                Schema.text(
                                "1 to 63 of a-z, 0-9 and -, a letter or digit at both ends; capitals,"
                                        + " dots and underscores are accepted with a warning.")
                        .with("pattern", "^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$"));
        definitions.put(
                PART_NAME,
                Schema.text("1 to 63 of a-z, 0-9 and -, a letter or digit at both ends.")
                        .with("pattern", "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"));
        definitions.put(METADATA, metadata());
        definitions.put("Condition", condition());
        definitions.put(CONDITIONS, Schema.some("All of them must hold.", Schema.ref("Condition")));
        definitions.put(
                SIDE,
                Schema.object("The events of one side.")
                        .must(
                                "where",
                                Schema.ref(
                                        CONDITIONS,
                                        "What an event's attributes must be to belong to this"
                                                + " side; all must hold.")));
        definitions.put(
                OP,
                Schema.words(
                        "How a value is compared with the bound.",
                        "lt",
                        "less than",
                        "lte",
                        "at most",
                        "gt",
                        "more than",
                        "gte",
                        "at least"));
    }

    static Schema name(String description) {
        return Schema.ref(NAME, description);
    }

    /** The name of a part of one object. */
    static Schema partName(String description) {
        return Schema.ref(PART_NAME, description);
    }

    static Schema description() {
        return Schema.text("What this is, for people; at most 1050 characters.")
                .with("maxLength", 1050);
    }

    static Schema displayName() {
        return Schema.text(
                "The name that pages show. OpenSLO's validator allows at most 63 characters.");
    }

    /** OpenSLO's lengths of time, longer than nothing. */
    static Schema shorthand(String description) {
        return Schema.text(
                        description
                                + " A whole number and m (minutes), h, d, w, M (months), Q or Y.")
                .with("pattern", "^" + POSITIVE + SHORTHAND + "$");
    }

    /** OpenSLO's lengths of time, nothing being one. */
    static Schema shorthandFromZero(String description) {
        return Schema.text(
                        description
                                + " A whole number and m (minutes), h, d, w, M (months), Q or Y.")
                .with("pattern", "^" + SHORTHAND + "$");
    }

    /** Lengths of time in our own kinds, nothing being one. */
    static Schema length(String description) {
        return Schema.text(description + " For example 10s, 5m, 2h or PT10S.")
                .with("pattern", "^" + OWN + "$");
    }

    /** Lengths of time in our own kinds, longer than nothing. */
    static Schema positiveLength(String description) {
        return Schema.text(description + " For example 10s, 5m, 2h or PT10S.")
                .with("pattern", "^" + POSITIVE + OWN + "$");
    }

    /** A number over 0, up to 1. */
    static Schema share(String description) {
        return Schema.number(description + " Over 0, up to 1.")
                .with("exclusiveMinimum", 0)
                .with("maximum", 1);
    }

    /** A whole number. */
    static Schema count(String description, int minimum) {
        return Schema.any()
                .with("type", "integer")
                .describedAs(description)
                .with("minimum", minimum);
    }

    /** A time on the clocks of a zone that is given elsewhere. */
    static Schema localTime(String description) {
        return Schema.text(description + " YYYY-MM-DD hh:mm:ss, without a zone or offset.")
                .with("pattern", "^" + LOCAL_TIME + "$");
    }

    /** A time with an offset, or one on the clocks of a zone beside it. */
    static Schema time(String description) {
        return Schema.text(
                        description
                                + " YYYY-MM-DD hh:mm:ss and Z or an offset as in +01:00; without"
                                + " one where `timeZone` stands beside it.")
                .with("pattern", "^" + LOCAL_TIME + "(Z|[-+][0-9]{2}:[0-9]{2})?$");
    }

    static Schema zone(String description) {
        return Schema.someText(description + " An IANA name.").example("UTC", "Europe/Berlin");
    }

    private static Schema metadata() {
        return Schema.object("Who this object is.")
                .must(
                        "name",
                        name(
                                "The unique name of this object among those of its kind: 1 to 63"
                                        + " of a-z, 0-9 and -. References and addresses use it."))
                .may("displayName", displayName())
                .may("labels", labels())
                .may("annotations", annotations());
    }

    private static Schema labels() {
        return Schema.map(
                        "Words to find and group objects by.",
                        Schema.any().with("pattern", "^" + LABEL_KEY + "$"),
                        Schema.anyOf(
                                "A text, or a list of texts.",
                                Schema.text("A text."),
                                Schema.list("Several texts.", Schema.text("A text."))))
                .may(
                        "tier",
                        Schema.anyOf(
                                "On an SLO: the tier of the promise; `service` where it is left"
                                        + " out.",
                                Schema.words(
                                        "Sluice's tiers.",
                                        "business",
                                        "what customers notice",
                                        "service",
                                        "what one service promises the others",
                                        "operational",
                                        "what keeps the services running"),
                                Schema.text("Another word; taken as `service`."),
                                Schema.list("Several texts.", Schema.text("A text."))));
    }

    private static Schema annotations() {
        String foreign =
                "^(?!sluice[.]dev/)(" + DNS_LABEL + "([.]" + DNS_LABEL + ")*/)?" + LABEL_KEY + "$";
        Schema shape =
                Schema.map(
                        "Further facts, all of them text. Those under sluice.dev/ say what OpenSLO"
                                + " has no words for.",
                        Schema.any(),
                        Schema.text("Text; a number needs quotes."));
        OWN_ANNOTATIONS.forEach(shape::may);
        return shape.with(
                "propertyNames",
                Schema.any()
                        .with(
                                "anyOf",
                                List.of(
                                        Schema.any()
                                                .with(
                                                        "enum",
                                                        List.copyOf(OWN_ANNOTATIONS.keySet())),
                                        Schema.any().with("pattern", foreign))));
    }

    /** In the order in which a completion lists them. */
    private static final Map<String, Schema> OWN_ANNOTATIONS = ownAnnotations();

    private static Map<String, Schema> ownAnnotations() {
        Map<String, Schema> own = new LinkedHashMap<>();
        own.put(
                "sluice.dev/short-window",
                positiveLength(
                        "On an AlertCondition: the short window of the pair; a twelfth of"
                                + " `lookbackWindow` by default."));
        own.put(
                "sluice.dev/minimum-bad-events",
                Schema.text(
                                "On an AlertCondition: fewer bad events than this in the long"
                                        + " window tell nobody; \"5\" by default, \"0\" for none.")
                        .with("pattern", "^[0-9]{1,15}$"));
        own.put(
                "sluice.dev/budget-spent",
                Schema.text(
                                "On an AlertPolicy: shares of the budget that are told of once they"
                                        + " are spent, for example \"50%, 90%\".")
                        .with("pattern", "^" + AlertPolicy.SHARES_SPENT + "$"));
        own.put(
                "sluice.dev/assumed-target",
                Schema.text(
                        "On an SLO: why the target is what it is, where the objective came without"
                                + " a percentage."));
        own.put(
                "sluice.dev/capacity-of",
                Schema.someText(
                        "On an SLO that counts per minute: the SLOs, separated by commas, that"
                                + " must hold in a minute for its load to count as carried."));
        own.put(
                "sluice.dev/schedule",
                Schema.text("On an SLO: when the objective applies, for people."));
        return own;
    }

    private static Schema condition() {
        Schema attributeValue =
                Schema.any()
                        .with("type", List.of("string", "integer", "boolean"))
                        .describedAs("The attribute's value as text.");
        String[] operators = {
            "equals",
            "notEquals",
            "in",
            "notIn",
            "startsWith",
            "exists",
            "above",
            "atLeast",
            "below",
            "atMost"
        };
        return Schema.object(
                        "What one attribute must be: the attribute and exactly one operator, for"
                                + " example `{attribute: http.response.status_code, below: 500}`.")
                .must(
                        "attribute",
                        Schema.someText(
                                        "An attribute of the event, or of its resource, by"
                                                + " OpenTelemetry's names.")
                                .example(
                                        "http.response.status_code",
                                        "http.route",
                                        "url.path",
                                        "service.version",
                                        "error.type"))
                .may("equals", with(attributeValue, "The attribute is this value."))
                .may(
                        "notEquals",
                        with(attributeValue, "The attribute is another value, or missing."))
                .may("in", Schema.some("The attribute is one of these.", attributeValue))
                .may(
                        "notIn",
                        Schema.some("The attribute is none of these, or missing.", attributeValue))
                .may("startsWith", Schema.someText("The attribute begins with this text."))
                .may(
                        "exists",
                        Schema.bool("Whether the attribute is there at all, whatever its value."))
                .may("above", Schema.number("The attribute is a number over this."))
                .may("atLeast", Schema.number("The attribute is this number or more."))
                .may("below", Schema.number("The attribute is a number under this."))
                .may("atMost", Schema.number("The attribute is this number or less."))
                .oneOf(operators);
    }

    private static Schema with(Schema shape, String description) {
        return Schema.any().describedAs(description).with("allOf", List.of(shape));
    }
}
