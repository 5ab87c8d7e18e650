package io.sluice.dashboard.pages;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A command line that asks an operation. Capitals stand for what the reader fills in.
 *
 * @param base where the API's paths begin
 * @param needsToken whether one has to be sent
 */
record Curl(String base, boolean needsToken) {
    private static final Pattern PART = Pattern.compile("\\{(\\w+)}");

    /**
     * @param mediaType of the answer
     * @param body the schema of what is sent, if something is
     */
    String of(String method, String path, String mediaType, @Nullable JsonNode body) {
        StringBuilder command = new StringBuilder("curl");
        if (mediaType.equals("text/event-stream")) {
            command.append(" -N");
        }
        if (!method.equals("GET")) {
            command.append(" -X ").append(method);
        }
        if (needsToken) {
            command.append(" -H \"Authorization: Bearer $SLUICE_TOKEN\"");
        }
        if (body != null) {
            command.append(" -H 'Content-Type: application/json' -d '")
                    .append(example(body))
                    .append("'");
        }
        return command.append(" '").append(base).append(filled(path)).append("'").toString();
    }

    private static String filled(String path) {
        return PART.matcher(path)
                .replaceAll((MatchResult part) -> part.group(1).toUpperCase(Locale.ROOT));
    }

    /** What has to be there. */
    private static String example(JsonNode schema) {
        return StreamSupport.stream(schema.path("required").spliterator(), false)
                .map(JsonNode::asText)
                .map(name -> "\"" + name + "\": " + value(name, schema.get("properties").get(name)))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String value(String name, JsonNode schema) {
        return switch (schema.path("type").asText()) {
            case "integer" -> "0";
            case "number" -> "0.01";
            case "boolean" -> "true";
            default ->
                    schema.path("format").asText().equals("date-time")
                            ? "\"2026-02-14T09:30:00Z\""
                            : "\"" + name.toUpperCase(Locale.ROOT) + "\"";
        };
    }
}
