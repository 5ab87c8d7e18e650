package io.sluice.server.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sluice.engine.alert.AlertSender.SendResult;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * PagerDuty's Events API v2. Events of one {@code dedup_key} are one incident there: one of ours if
 * grouped, else one firing of one alert.
 *
 * @param routingKey the file whose only line is the integration's key; read at every try
 */
public record PagerDutyForm(Path routingKey, boolean grouped) implements Form {
    /** Where events go, except for customers in Europe. */
    public static final URI ADDRESS = URI.create("https://events.pagerduty.com/v2/enqueue");

    /** PagerDuty's own limit of a summary. */
    private static final int SUMMARY_LENGTH = 1024;

    @Override
    public Optional<String> body(Told told) throws IOException {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("routing_key", Files.readString(routingKey).strip());
        event.put("dedup_key", dedupKey(told));
        event.put("event_action", action(told));
        if (told.is("firing")) {
            describe(told, event);
        }
        return Optional.of(Told.written(event));
    }

    private static String action(Told told) {
        return switch (told.text("status")) {
            case "resolved" -> "resolve";
            case "acknowledged" -> "acknowledge";
            default -> "trigger";
        };
    }

    private String dedupKey(Told told) {
        String incident = told.json().path("incident").path("id").asText("");
        return grouped && !incident.isEmpty()
                ? incident
                : told.key().substring(0, told.key().lastIndexOf('/'));
    }

    private static void describe(Told told, ObjectNode event) {
        event.put("client", "Sluice");
        event.put("client_url", told.text("url"));
        ObjectNode payload = event.putObject("payload");
        String title = told.text("title");
        payload.put("summary", title.substring(0, Math.min(title.length(), SUMMARY_LENGTH)));
        payload.put("source", told.text("slo"));
        payload.put("severity", told.text("severity").equals("PAGE") ? "critical" : "warning");
        payload.put("timestamp", told.text("firedAt"));
        payload.put("component", told.text("service"));
        payload.put("class", told.text("condition"));
        ObjectNode details = payload.putObject("custom_details");
        details.put("summary", told.text("summary"));
        for (String name : new String[] {"burnRate", "budgetRemainingRatio", "budgetEndsAt"}) {
            details.set(name, told.json().path(name));
        }
        details.set("burnedBy", told.json().path("burnedBy"));
        for (JsonNode trace : told.json().path("traces")) {
            event.withArray("links")
                    .addObject()
                    .put("href", trace.path("url").asText())
                    .put("text", "trace " + trace.path("id").asText());
        }
    }

    @Override
    public SendResult judge(Answer answer) {
        return answer.deliveredFailedOrRefused();
    }
}
