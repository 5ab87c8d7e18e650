package io.sluice.engine.alert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sluice.definitions.yaml.Durations;
import io.sluice.engine.slo.Burned;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What is told of an alert: what burns, how fast, since when, when the budget ends, and what burned
 * it. Stored in this form, and sent so or in a receiver's own.
 *
 * @param status {@code firing}, {@code acknowledged} or {@code resolved}
 * @param incident that the alert belongs to; empty if it does not know of any
 * @param facts beside the alert's own
 * @param baseUrl where the pages are, without a slash at the end
 */
record Notification(
        Alert alert, String status, Optional<Incident> incident, Facts facts, String baseUrl) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How many of what burned most are in the sentence. */
    private static final int SHARES_IN_WORDS = 3;

    /**
     * What the counts say.
     *
     * @param service that the SLO is about
     * @param budgetRemaining 1 when untouched, negative when overspent; empty if unmeasured
     * @param budgetEndsAt if it goes on burning so; empty if the budget outlasts its window
     * @param bad events in the alert's long window, all objectives of the SLO together
     * @param burnedBy most bad events first
     * @param traces ids of bad events, newest first
     */
    record Facts(
            String service,
            OptionalDouble budgetRemaining,
            Optional<Instant> budgetEndsAt,
            long bad,
            List<Burned.Share> burnedBy,
            List<String> traces) {
        /** Of an SLO that is not defined any more. */
        static final Facts NONE =
                new Facts("", OptionalDouble.empty(), Optional.empty(), 0, List.of(), List.of());
    }

    /** A published contract: additions only. */
    String json() {
        ObjectNode json = JSON.createObjectNode();
        json.put("version", "1");
        json.put("status", status);
        json.put("key", alert.key());
        json.put("title", title());
        json.put("summary", summary());
        json.put("slo", alert.slo());
        json.put("service", facts.service());
        json.put("objective", alert.ofObjective().orElse(0));
        json.put("shared", alert.ofObjective().isEmpty());
        json.put("severity", alert.severity().name());
        json.put("policy", alert.policy());
        json.put("condition", alert.condition());
        AlertJson.put(json, "burnRate", alert.longBurnRate());
        AlertJson.put(json, "shortBurnRate", alert.shortBurnRate());
        json.put("threshold", alert.threshold());
        json.put("longWindowSeconds", alert.longWindow().toSeconds());
        json.put("shortWindowSeconds", alert.shortWindow().toSeconds());
        AlertJson.put(json, "conditionTrueAt", alert.conditionTrueAt());
        AlertJson.put(json, "firedAt", alert.firedAt());
        AlertJson.put(json, "resolvedAt", alert.resolvedAt());
        AlertJson.put(json, "budgetRemainingRatio", facts.budgetRemaining());
        AlertJson.put(json, "budgetEndsAt", facts.budgetEndsAt());
        json.put("bad", facts.bad());
        ArrayNode shares = json.putArray("burnedBy");
        for (Burned.Share share : facts.burnedBy()) {
            ObjectNode told = shares.addObject();
            told.put("dimension", share.attribute())
                    .put("value", share.value())
                    .put("bad", share.bad());
            if (facts.bad() > 0) {
                told.put("share", (double) share.bad() / facts.bad());
            }
        }
        ArrayNode traces = json.putArray("traces");
        for (String trace : facts.traces()) {
            traces.addObject().put("id", trace).put("url", baseUrl + "/traces/" + trace);
        }
        incident.ifPresent(of -> put(json.putObject("incident"), of));
        json.put("url", baseUrl + "/slos/" + alert.slo());
        return AlertJson.text(json);
    }

    private static void put(ObjectNode json, Incident incident) {
        json.put("id", incident.id());
        json.put("beganAt", incident.beganAt().toString());
        json.put("acknowledgedBy", incident.acknowledgedBy().orElse(null));
    }

    /** One line that says what is wrong, for lists and telephones. */
    private String title() {
        String subject = alert.severity().name() + " " + alert.slo();
        return switch (status) {
            case "resolved" -> "RESOLVED " + subject + ": " + what();
            case "acknowledged" -> "ACKNOWLEDGED " + subject + ": " + what();
            default -> subject + ": " + what();
        };
    }

    private String what() {
        if (alert.condition().equals(Conditions.NO_DATA)) {
            return "no data for " + Durations.inWords(alert.longWindow());
        }
        return alert.condition().startsWith(Conditions.BUDGET_SPENT)
                ? percent(alert.threshold()) + " of its budget is spent"
                : "burns its budget "
                        + times(alert.longBurnRate())
                        + " too fast (limit "
                        + times(OptionalDouble.of(alert.threshold()))
                        + ")";
    }

    /** A few sentences with everything that somebody who was just woken wants to know. */
    private String summary() {
        StringBuilder text = new StringBuilder();
        if (alert.condition().equals(Conditions.NO_DATA)) {
            text.append("Nothing was heard of it for ")
                    .append(Durations.inWords(alert.longWindow()))
                    .append('.');
        } else {
            text.append("Burn rate ")
                    .append(times(alert.longBurnRate()))
                    .append(" over ")
                    .append(Durations.inWords(alert.longWindow()))
                    .append(" and ")
                    .append(times(alert.shortBurnRate()))
                    .append(" over ")
                    .append(Durations.inWords(alert.shortWindow()))
                    .append('.');
        }
        since().ifPresent(at -> text.append(" Since ").append(moment(at)).append('.'));
        facts.budgetRemaining()
                .ifPresent(
                        left ->
                                text.append(" Budget left: ")
                                        .append(percent(left))
                                        .append(
                                                facts.budgetEndsAt()
                                                        .map(at -> ", ends " + moment(at))
                                                        .orElse(""))
                                        .append('.'));
        if (!facts.burnedBy().isEmpty() && facts.bad() > 0) {
            text.append(" Burned by ")
                    .append(
                            facts.burnedBy().stream()
                                    .limit(SHARES_IN_WORDS)
                                    .map(this::inWords)
                                    .collect(Collectors.joining(", ")))
                    .append('.');
        }
        return text.toString();
    }

    private String inWords(Burned.Share share) {
        return share.attribute()
                + " "
                + share.value()
                + " ("
                + percent((double) share.bad() / facts.bad())
                + ")";
    }

    private Optional<Instant> since() {
        return incident.map(Incident::beganAt).or(alert::conditionTrueAt);
    }

    private static String times(OptionalDouble rate) {
        return rate.isPresent()
                ? String.format(Locale.ROOT, "%.4g×", rate.getAsDouble())
                : "unmeasured";
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * ratio);
    }

    private static String moment(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
