package io.sluice.engine.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.engine.store.StoredIncident;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Alerts, incidents and silences as they are stored. */
final class AlertJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AlertJson() {}

    static String encode(Alert alert) {
        ObjectNode json = JSON.createObjectNode();
        json.put("slo", alert.slo());
        put(json, "objective", alert.ofObjective());
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
        put(json, "toldTo", alert.toldTo());
        return text(json);
    }

    static Alert decode(String key, String text) {
        JsonNode json = tree("alert " + key, text);
        return new Alert(
                key,
                json.path("slo").asText(),
                json.path("objective").asInt(Alert.SHARED),
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
                instant(json, "resolvedAt"),
                texts(json, "toldTo"));
    }

    static String encode(Incident incident) {
        ObjectNode json = JSON.createObjectNode();
        json.put("slo", incident.slo());
        json.put("severity", incident.severity().name());
        json.put("beganAt", incident.beganAt().toString());
        put(json, "detectedAt", incident.detectedAt());
        put(json, "deliveredAt", incident.deliveredAt());
        put(json, "acknowledgedAt", incident.acknowledgedAt());
        json.put("acknowledgedBy", incident.acknowledgedBy().orElse(null));
        put(json, "resolvedAt", incident.resolvedAt());
        put(json, "alerts", incident.alerts());
        json.put("note", incident.note());
        return text(json);
    }

    static Incident decode(StoredIncident stored) {
        JsonNode json = tree("incident " + stored.id(), stored.json());
        return new Incident(
                stored.id(),
                json.path("slo").asText(),
                AlertPolicy.Severity.valueOf(json.path("severity").asText()),
                Instant.parse(json.path("beganAt").asText()),
                instant(json, "detectedAt"),
                instant(json, "deliveredAt"),
                instant(json, "acknowledgedAt"),
                Optional.ofNullable(json.path("acknowledgedBy").textValue()),
                instant(json, "resolvedAt"),
                texts(json, "alerts"),
                json.path("note").asText());
    }

    static String encode(Collection<Silence> silences) {
        ArrayNode json = JSON.createArrayNode();
        for (Silence silence : silences) {
            json.addObject()
                    .put("id", silence.id())
                    .put("slo", silence.slo().orElse(null))
                    .put("from", silence.from().toString())
                    .put("until", silence.until().toString())
                    .put("reason", silence.reason())
                    .put("by", silence.by());
        }
        return text(json);
    }

    static List<Silence> decodeSilences(String text) {
        List<Silence> silences = new ArrayList<>();
        for (JsonNode json : tree("silences", text)) {
            silences.add(
                    new Silence(
                            json.path("id").asText(),
                            Optional.ofNullable(json.path("slo").textValue()),
                            Instant.parse(json.path("from").asText()),
                            Instant.parse(json.path("until").asText()),
                            json.path("reason").asText(),
                            json.path("by").asText()));
        }
        return silences;
    }

    private static JsonNode tree(String what, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the stored " + what + " cannot be read", e);
        }
    }

    static void put(ObjectNode json, String name, OptionalInt value) {
        if (value.isPresent()) {
            json.put(name, value.getAsInt());
        } else {
            json.putNull(name);
        }
    }

    static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.put(name, value.getAsDouble());
        } else {
            json.putNull(name);
        }
    }

    private static void put(ObjectNode json, String name, List<String> values) {
        ArrayNode array = json.putArray(name);
        values.forEach(array::add);
    }

    private static List<String> texts(JsonNode json, String name) {
        List<String> texts = new ArrayList<>();
        json.path(name).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    static void put(ObjectNode json, String name, Optional<Instant> value) {
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

    static String text(JsonNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }
}
