package io.sluice.server.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sluice.engine.alert.AlertEngine;
import io.sluice.engine.alert.AlertSender.SendResult;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Alertmanager's API v2. An alert is known by its labels, which therefore say nothing that changes
 * while it fires. It ends when its {@code endsAt} has come, so what fires is told again in time, as
 * Prometheus does: four times the refresh.
 */
public record AlertmanagerForm() implements Form {
    private static final Duration LASTS = AlertEngine.REFRESH.multipliedBy(4);

    @Override
    public URI at(URI server) {
        String base = server.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "api/v2/alerts");
    }

    /** Who has taken it on is nothing that an Alertmanager can be told. */
    @Override
    public Optional<String> body(Told told) {
        return told.is("acknowledged") ? Optional.empty() : Optional.of(alerts(told));
    }

    private static String alerts(Told told) {
        JsonNode json = told.json();
        ArrayNode alerts = JsonNodeFactory.instance.arrayNode();
        ObjectNode alert = alerts.addObject();
        ObjectNode labels = alert.putObject("labels");
        labels.put(
                "alertname",
                told.text("condition").equals("no-data") ? "SloNoData" : "SloBudgetBurn");
        labels.put("slo", told.text("slo"));
        labels.put(
                "objective", json.path("shared").asBoolean() ? "shared" : told.text("objective"));
        labels.put("policy", told.text("policy"));
        labels.put("condition", told.text("condition"));
        labels.put("severity", told.text("severity").toLowerCase(Locale.ROOT));
        ObjectNode annotations = alert.putObject("annotations");
        annotations.put("summary", told.text("title"));
        annotations.put("description", told.text("summary"));
        annotations.put("service", told.text("service"));
        JsonNode trace = json.path("traces").path(0).path("url");
        if (!trace.isMissingNode()) {
            annotations.put("trace", trace.asText());
        }
        alert.put("startsAt", told.text("firedAt"));
        alert.put(
                "endsAt",
                told.is("resolved") ? told.text("resolvedAt") : ends(told.at()).toString());
        alert.put("generatorURL", told.text("url"));
        return Told.written(alerts);
    }

    private static Instant ends(Instant told) {
        return told.plus(LASTS);
    }

    @Override
    public SendResult judge(Answer answer) {
        return answer.deliveredFailedOrRefused();
    }
}
