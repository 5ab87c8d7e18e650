package io.sluice.engine.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.engine.slo.Burned;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** An alert as it is stored, and as it is told. */
final class AlertJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AlertJson() {}

    /** What a receiver is told; a published contract: additions only. */
    static String notification(
            Alert alert,
            String status,
            OptionalDouble budgetRemaining,
            List<Burned.Share> burnedBy,
            String url) {
        ObjectNode json = JSON.createObjectNode();
        json.put("version", "1");
        json.put("status", status);
        json.put("key", alert.key());
        json.put("slo", alert.slo());
        json.put("objective", alert.objective());
        json.put("severity", alert.severity().name());
        json.put("policy", alert.policy());
        put(json, "burnRate", alert.longBurnRate());
        json.put("threshold", alert.threshold());
        json.put("longWindowSeconds", alert.longWindow().toSeconds());
        json.put("shortWindowSeconds", alert.shortWindow().toSeconds());
        json.put("conditionTrueAt", alert.conditionTrueAt().map(Instant::toString).orElse(null));
        put(json, "budgetRemainingRatio", budgetRemaining);
        ArrayNode shares = json.putArray("burnedBy");
        for (Burned.Share share : burnedBy) {
            shares.addObject()
                    .put("dimension", share.attribute())
                    .put("value", share.value())
                    .put("bad", share.bad());
        }
        json.put("url", url);
        return text(json);
    }

    static String encode(Alert alert) {
        ObjectNode json = JSON.createObjectNode();
        json.put("slo", alert.slo());
        json.put("objective", alert.objective());
        json.put("policy", alert.policy());
        json.put("condition", alert.condition());
        json.put("severity", alert.severity().name());
        json.put("state", alert.state().name());
        json.put("threshold", alert.threshold());
        json.put("longWindowSeconds", alert.longWindow().toSeconds());
        json.put("shortWindowSeconds", alert.shortWindow().toSeconds());
        put(json, "longBurnRate", alert.longBurnRate());
        put(json, "shortBurnRate", alert.shortBurnRate());
        put(json, "conditionTrueAt", alert.conditionTrueAt());
        put(json, "firedAt", alert.firedAt());
        put(json, "deliveredAt", alert.deliveredAt());
        put(json, "resolvedAt", alert.resolvedAt());
        return text(json);
    }

    static Alert decode(String key, String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return new Alert(
                    key,
                    json.path("slo").asText(),
                    json.path("objective").asInt(),
                    json.path("policy").asText(),
                    json.path("condition").asText(),
                    AlertPolicy.Severity.valueOf(json.path("severity").asText()),
                    Alert.State.valueOf(json.path("state").asText()),
                    json.path("threshold").asDouble(),
                    Duration.ofSeconds(json.path("longWindowSeconds").asLong()),
                    Duration.ofSeconds(json.path("shortWindowSeconds").asLong()),
                    number(json, "longBurnRate"),
                    number(json, "shortBurnRate"),
                    instant(json, "conditionTrueAt"),
                    instant(json, "firedAt"),
                    instant(json, "deliveredAt"),
                    instant(json, "resolvedAt"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the stored alert " + key + " cannot be read", e);
        }
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.put(name, value.getAsDouble());
        } else {
            json.putNull(name);
        }
    }

    private static void put(ObjectNode json, String name, Optional<Instant> value) {
        json.put(name, value.map(Instant::toString).orElse(null));
    }

    private static OptionalDouble number(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
    }

    private static Optional<Instant> instant(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isTextual() ? Optional.of(Instant.parse(value.asText())) : Optional.empty();
    }

    private static String text(ObjectNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }
}
