package io.sluice.definitions;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kinds of objects, in an order in which each refers only to kinds before it. */
enum Kind {
    SERVICE(Kind.OPENSLO, "Service"),
    DATA_SOURCE(Kind.OPENSLO, "DataSource"),
    SLI(Kind.OPENSLO, "SLI"),
    ALERT_NOTIFICATION_TARGET(Kind.OPENSLO, "AlertNotificationTarget"),
    ALERT_CONDITION(Kind.OPENSLO, "AlertCondition"),
    ALERT_POLICY(Kind.OPENSLO, "AlertPolicy"),
    SLO(Kind.OPENSLO, "SLO"),
    EXCLUSION(Kind.SLUICE, "Exclusion"),
    CUTOVER(Kind.SLUICE, "Cutover"),
    RESULTS(Kind.SLUICE, "Results"),
    JOURNEY(Kind.SLUICE, "Journey"),
    SYNTHETIC_CHECK(Kind.SLUICE, "SyntheticCheck", "nothing makes this request yet"),
    MIGRATION(Kind.SLUICE, "Migration", "no migration is followed yet");

    static final String OPENSLO = "openslo/v1";
    static final String SLUICE = "sluice.dev/v1";

    private final String apiVersion;
    private final String word;
    private final Optional<String> unheeded;

    Kind(String apiVersion, String word) {
        this.apiVersion = apiVersion;
        this.word = word;
        this.unheeded = Optional.empty();
    }

    Kind(String apiVersion, String word, String unheeded) {
        this.apiVersion = apiVersion;
        this.word = word;
        this.unheeded = Optional.of(unheeded);
    }

    String apiVersion() {
        return apiVersion;
    }

    /** What stands behind {@code kind:}. */
    String word() {
        return word;
    }

    /** What is not done with objects of this kind, though they are read and checked. */
    Optional<String> unheeded() {
        return unheeded;
    }

    /** All words. */
    static List<String> words() {
        return Arrays.stream(values()).map(Kind::word).toList();
    }

    /** The kind by its word. */
    static Optional<Kind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }
}
