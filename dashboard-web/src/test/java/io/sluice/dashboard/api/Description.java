package io.sluice.dashboard.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds JSON against the schemas of the API's description. A client may meet members that it does
 * not know; our own server answers none that are not described, so here every object is closed.
 */
final class Description {
    private final SchemaRegistry registry =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final JsonNode root;
    private final JsonNode closed;
    private final Map<JsonNode, Schema> compiled = new HashMap<>();

    Description(JsonNode root) {
        this.root = root;
        this.closed = root.get("components").deepCopy();
        closed.get("schemas")
                .forEach(
                        schema -> {
                            if (schema.has("properties")) {
                                ((ObjectNode) schema).put("additionalProperties", false);
                            }
                        });
    }

    /** The schema of an operation's success. */
    JsonNode schemaOf(String method, String path) {
        JsonNode responses = root.at("/paths").path(path).path(method).path("responses");
        for (JsonNode response : responses) {
            JsonNode schema = response.path("content").path("application/json").path("schema");
            if (!schema.isMissingNode()) {
                return schema;
            }
        }
        throw new AssertionError(method + " " + path + " has no described answer");
    }

    /** Every difference, with its place; empty if the value is as described. */
    List<String> differences(JsonNode schema, JsonNode value) {
        return compiled.computeIfAbsent(schema, this::compile).validate(value).stream()
                .map(Error::toString)
                .toList();
    }

    private Schema compile(JsonNode schema) {
        ObjectNode document = schema.deepCopy();
        document.set("components", closed);
        return registry.getSchema(document);
    }
}
