package io.sluice.dashboard.pages;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The API's reference: {@code /openapi.json} for people.
 *
 * @param about what it is, in sentences
 */
public record ApiPage(String about, List<Group> groups, List<SchemaPart> schemas) {

    /** Operations on one kind of thing. */
    public record Group(String name, List<OperationPart> operations) {}

    /**
     * One operation.
     *
     * @param roles any of them may ask
     * @param body the name of the schema of what is read; empty if nothing is
     * @param answer of what is answered; empty if that has no schema
     * @param answers the status and media type
     * @param curl a command that asks it
     */
    public record OperationPart(
            String id,
            String method,
            String path,
            String summary,
            String roles,
            List<ParameterPart> parameters,
            String body,
            String answer,
            String answers,
            String curl) {}

    /**
     * One parameter.
     *
     * @param limits what it must be beyond its type, in words; empty for nothing
     */
    public record ParameterPart(
            String name, String place, String type, String limits, String says) {}

    /** One schema; a client's class. */
    public record SchemaPart(String name, String says, List<MemberPart> members) {}

    /**
     * One member.
     *
     * @param schema the name of its type's schema; empty if that is none of ours
     */
    public record MemberPart(
            String name, String type, String schema, boolean required, String says) {}

    /**
     * Reads a description.
     *
     * @param origin scheme, host and port by which the reader knows us
     * @param needsToken whether a program has to send one
     */
    static ApiPage of(JsonNode description, String origin, boolean needsToken) {
        String base = origin + description.at("/servers/0/url").asText();
        Map<String, List<OperationPart>> groups = new LinkedHashMap<>();
        for (var path : description.get("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                groups.computeIfAbsent(
                                operation.getValue().at("/tags/0").asText(),
                                tag -> new ArrayList<>())
                        .add(
                                operation(
                                        operation.getKey(),
                                        path.getKey(),
                                        operation.getValue(),
                                        description,
                                        new Curl(base, needsToken)));
            }
        }
        return new ApiPage(
                description.at("/info/description").asText(),
                groups.entrySet().stream()
                        .map(group -> new Group(title(group.getKey()), group.getValue()))
                        .toList(),
                description.at("/components/schemas").properties().stream()
                        .map(schema -> schema(schema.getKey(), schema.getValue()))
                        .toList());
    }

    /** Of a tag. Its first letter is made a large one by the style sheet. */
    private static String title(String tag) {
        return tag.equals("slos") ? "SLOs" : tag;
    }

    private static OperationPart operation(
            String method, String path, JsonNode operation, JsonNode description, Curl curl) {
        var answer = operation.get("responses").properties().iterator().next();
        JsonNode content = answer.getValue().path("content");
        String mediaType = content.isEmpty() ? "" : content.fieldNames().next();
        String body = name(operation.at("/requestBody/content/application~1json/schema"));
        return new OperationPart(
                operation.get("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                description.at("/servers/0/url").asText() + path,
                operation.get("summary").asText(),
                words(operation.get("x-sluice-roles"), " or "),
                stream(operation.path("parameters")).map(ApiPage::parameter).toList(),
                body,
                name(content.path(mediaType).path("schema")),
                (answer.getKey()
                                + " "
                                + answer.getValue().path("description").asText()
                                + (mediaType.isEmpty() ? "" : ", " + mediaType))
                        .strip(),
                curl.of(
                        method.toUpperCase(Locale.ROOT),
                        path,
                        mediaType,
                        body.isEmpty() ? null : description.at("/components/schemas").path(body)));
    }

    private static ParameterPart parameter(JsonNode parameter) {
        JsonNode schema = parameter.get("schema");
        List<String> limits = new ArrayList<>();
        if (parameter.path("required").asBoolean()) {
            limits.add("required");
        }
        if (schema.has("default")) {
            limits.add(schema.get("default").asText() + " unless given");
        }
        if (schema.has("minimum") && schema.has("maximum")) {
            limits.add(schema.get("minimum").asText() + " to " + schema.get("maximum").asText());
        }
        if (schema.has("enum")) {
            limits.add(words(schema.get("enum"), " or "));
        }
        return new ParameterPart(
                parameter.get("name").asText(),
                parameter.get("in").asText(),
                type(schema),
                String.join(", ", limits),
                parameter.path("description").asText());
    }

    private static SchemaPart schema(String name, JsonNode schema) {
        List<String> required = stream(schema.path("required")).map(JsonNode::asText).toList();
        return new SchemaPart(
                name,
                schema.path("description").asText(),
                schema.path("properties").properties().stream()
                        .map(
                                member ->
                                        new MemberPart(
                                                member.getKey(),
                                                type(member.getValue()),
                                                name(member.getValue()),
                                                required.contains(member.getKey()),
                                                member.getValue().path("description").asText()))
                        .toList());
    }

    /**
     * A type in a few words: {@code list of Slo}, {@code MET or BREACHED}, {@code time or null}.
     */
    private static String type(JsonNode schema) {
        if (schema.has("$ref")) {
            return name(schema);
        }
        if (schema.has("anyOf")) {
            return type(schema.at("/anyOf/0")) + " or null";
        }
        if (schema.has("enum")) {
            return words(schema.get("enum"), " or ");
        }
        JsonNode type = schema.path("type");
        String first = type.isArray() ? type.get(0).asText() : type.asText();
        String words =
                switch (first) {
                    case "array" -> "list of " + type(schema.get("items"));
                    case "object" -> "map of " + type(schema.get("additionalProperties"));
                    case "string" ->
                            schema.path("format").asText().equals("date-time") ? "time" : "text";
                    case "integer" -> "whole number";
                    default -> first;
                };
        return type.isArray() ? words + " or null" : words;
    }

    /** The name of the schema that this one is, or lists; empty if it is none of ours. */
    private static String name(JsonNode schema) {
        if (schema.has("$ref")) {
            String reference = schema.get("$ref").asText();
            return reference.substring(reference.lastIndexOf('/') + 1);
        }
        if (schema.has("anyOf")) {
            return name(schema.at("/anyOf/0"));
        }
        if (schema.has("items")) {
            return name(schema.get("items"));
        }
        return schema.path("additionalProperties").isObject()
                ? name(schema.get("additionalProperties"))
                : "";
    }

    private static String words(JsonNode values, String between) {
        return stream(values).map(JsonNode::asText).collect(Collectors.joining(between));
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
