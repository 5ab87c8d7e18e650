package io.sluice.server.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.engine.store.StoredNotification;

import java.time.Instant;

/**
 * One notification on its way.
 *
 * @param key the same for every try
 * @param json as the engine says it
 * @param text the same, as it is stored
 * @param at the instant of this try
 */
record Told(String key, JsonNode json, String text, Instant at) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Told of(StoredNotification notification, Instant at) {
        try {
            return new Told(
                    notification.idempotencyKey(),
                    JSON.readTree(notification.body()),
                    notification.body(),
                    at);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored notification is no JSON", e);
        }
    }

    boolean is(String status) {
        return json.path("status").asText().equals(status);
    }

    String text(String name) {
        return json.path(name).asText("");
    }

    static String written(JsonNode tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }
}
