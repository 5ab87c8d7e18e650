package io.sluice.definitions;

import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Our annotations: what OpenSLO v1 has no words for, put where its tools will not mind. Values are
 * text, as for every annotation.
 */
enum Annotations {
    /**
     * AlertCondition: the short window of the pair, for example {@code 5m}; a twelfth of the long
     * one by default.
     */
    SHORT_WINDOW("short-window", Kind.ALERT_CONDITION),
    /** AlertCondition: at least so many bad events in the long window, {@code 0} for none. */
    MINIMUM_BAD_EVENTS("minimum-bad-events", Kind.ALERT_CONDITION),
    /**
     * AlertPolicy: shares of the budget that are told of once they are spent, for example {@code
     * 50%, 90%}.
     */
    BUDGET_SPENT("budget-spent", Kind.ALERT_POLICY),
    /** SLO: why a target is what it is, where whoever set the objective named no percentage. */
    ASSUMED_TARGET("assumed-target", Kind.SLO),
    /**
     * SLO: names of SLOs whose objectives must hold in a minute for the minute's load to count as
     * carried.
     */
    CAPACITY_OF("capacity-of", Kind.SLO),
    /** SLO: when the objective applies, as text for people. */
    SCHEDULE("schedule", Kind.SLO);

    static final String DOMAIN = "sluice.dev";

    private final String key;
    private final Kind kind;

    Annotations(String name, Kind kind) {
        this.key = DOMAIN + "/" + name;
        this.kind = kind;
    }

    String key() {
        return key;
    }

    /**
     * Reports an annotation of our own domain that is none of these: a typing mistake there would
     * silently mean nothing. So would one of these on an object of another kind, which is a
     * warning.
     */
    static Optional<Annotations> requireKnown(Value value, Kind of) {
        Optional<Annotations> known =
                Arrays.stream(values()).filter(a -> a.key.equals(value.key())).findFirst();
        if (known.isPresent()) {
            Kind meant = known.get().kind;
            if (meant != of) {
                value.warnKey(
                        "`" + value.key() + "` means nothing in the metadata of " + of.word(),
                        "it in the metadata of " + meant.word());
            }
            return known;
        }
        List<String> keys = Arrays.stream(values()).map(Annotations::key).toList();
        return value.wrongKey(
                "unknown annotation `"
                        + Texts.shortened(value.key())
                        + "`"
                        + Texts.didYouMean(value.key(), keys),
                Texts.choice(keys));
    }
}
