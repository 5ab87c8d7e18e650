package io.sluice.dashboard.openapi;

import io.sluice.dashboard.http.Problem;
import io.sluice.dashboard.security.Role;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A description of operations in the words of OpenAPI 3.1. */
public final class OpenApi {
    private static final String PROBLEM = "#/components/responses/Problem";

    private OpenApi() {}

    /**
     * The whole document, to be written as JSON.
     *
     * @param base where the operations' paths begin
     * @param about what the API is, in sentences
     */
    public static Map<String, Object> document(
            String base, String about, List<Operation> operations) {
        Schemas schemas = new Schemas();
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Operation operation : operations) {
            String method = operation.method().name().toLowerCase(Locale.ROOT);
            Object twice =
                    paths.computeIfAbsent(operation.path(), path -> new LinkedHashMap<>())
                            .put(method, described(operation, schemas));
            if (twice != null) {
                throw new IllegalArgumentException(
                        method + " " + operation.path() + " is there twice");
            }
        }
        Map<String, Object> document = Schemas.ordered("openapi", "3.1.0", "info", info(about));
        document.put("servers", List.of(Map.of("url", base)));
        document.put("security", List.of(Map.of(), Map.of("token", List.of())));
        document.put("paths", paths);
        document.put("components", components(schemas));
        return document;
    }

    private static Map<String, Object> info(String about) {
        Map<String, Object> info = Schemas.ordered("title", "Sluice", "version", "1");
        info.put("description", about);
        info.put("license", Schemas.ordered("name", "Apache-2.0", "identifier", "Apache-2.0"));
        return info;
    }

    private static Map<String, Object> components(Schemas schemas) {
        Map<String, Object> token = Schemas.ordered("type", "http", "scheme", "bearer");
        token.put(
                "description", "Not needed from the machine itself while no token is configured.");
        Map<String, Object> problem =
                Schemas.ordered(
                        "description",
                        "What went wrong (RFC 9457): `where` names the place in the request, for"
                                + " example $.share or ?from, and `expected` what would have been"
                                + " right.",
                        "content",
                        content(Problem.CONTENT_TYPE, schemas.ofAnswer(Problem.class)));
        Map<String, Object> components =
                Schemas.ordered(
                        "securitySchemes",
                        Map.of("token", token),
                        "responses",
                        Map.of("Problem", problem));
        components.put("schemas", schemas.components());
        return components;
    }

    private static Map<String, Object> described(Operation operation, Schemas schemas) {
        Map<String, Object> described =
                Schemas.ordered("operationId", operation.id(), "tags", List.of(operation.tag()));
        described.put("summary", operation.summary());
        described.put(
                "x-sluice-roles", operation.roles().stream().sorted().map(Role::word).toList());
        List<Map<String, Object>> parameters = parameters(operation);
        if (!parameters.isEmpty()) {
            described.put("parameters", parameters);
        }
        operation
                .body()
                .ifPresent(
                        body ->
                                described.put(
                                        "requestBody",
                                        Schemas.ordered(
                                                "required",
                                                true,
                                                "content",
                                                content(
                                                        "application/json",
                                                        schemas.ofBody(body)))));
        described.put(
                "responses",
                Schemas.ordered(
                        Integer.toString(operation.status().getCode()),
                        answer(operation, schemas),
                        "default",
                        Map.of("$ref", PROBLEM)));
        return described;
    }

    private static Map<String, Object> answer(Operation operation, Schemas schemas) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("description", operation.status().getMessage());
        if (!operation.mediaType().isEmpty()) {
            answer.put(
                    "content",
                    content(
                            operation.mediaType(),
                            operation.answer().map(schemas::ofAnswer).orElse(Map.of())));
        }
        return answer;
    }

    private static Map<String, Object> content(String mediaType, Map<String, Object> schema) {
        return Map.of(mediaType, Map.of("schema", schema));
    }

    private static List<Map<String, Object>> parameters(Operation operation) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        for (String name : operation.pathParameters()) {
            Operation.PathParameter of = Objects.requireNonNull(operation.paths().get(name));
            Map<String, Object> schema = new LinkedHashMap<>(Map.of("type", "string"));
            if (!of.pattern().isEmpty()) {
                schema.put("pattern", "^" + of.pattern() + "$");
            }
            Map<String, Object> parameter = Schemas.ordered("name", name, "in", "path");
            parameter.put("required", true);
            if (!of.says().isEmpty()) {
                parameter.put("description", of.says());
            }
            parameter.put("schema", schema);
            parameters.add(parameter);
        }
        operation.queries().forEach(query -> parameters.add(query.described()));
        return parameters;
    }
}
