package io.sluice.engine.cutover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * JSON that is the same text for the same content: keys sorted, no space, shortest doubles.
 * Stateless.
 */
public final class CanonicalJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private CanonicalJson() {}

    /** Maps, lists, texts, numbers, booleans and nulls. */
    public static String write(Map<String, ?> object) {
        try {
            return MAPPER.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not plain JSON: " + object, e);
        }
    }

    /** The canonical text of what was read, whatever space and order it had. */
    static String canonical(JsonNode json) {
        try {
            return MAPPER.writeValueAsString(MAPPER.convertValue(json, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not plain JSON", e);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the evidence is not JSON", e);
        }
    }

    /** SHA-256 of the text, in hex. */
    public static String sha256(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
