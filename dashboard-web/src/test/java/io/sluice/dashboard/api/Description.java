package io.sluice.dashboard.api;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds JSON against a schema of the API's description: the few keywords that it uses, and no
 * others.
 */
final class Description {
    private final JsonNode root;

    Description(JsonNode root) {
        this.root = root;
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
        List<String> differences = new ArrayList<>();
        compare(schema, value, "$", differences);
        return differences;
    }

    JsonNode resolve(JsonNode schema) {
        if (!schema.has("$ref")) {
            return schema;
        }
        JsonNode target = root.at(schema.get("$ref").asText().substring(1));
        if (target.isMissingNode()) {
            throw new AssertionError("nothing is at " + schema.get("$ref"));
        }
        return target;
    }

    private void compare(JsonNode unresolved, JsonNode value, String at, List<String> differences) {
        JsonNode schema = resolve(unresolved);
        if (schema.has("anyOf")) {
            for (JsonNode choice : schema.get("anyOf")) {
                List<String> of = differences(choice, value);
                if (of.isEmpty()) {
                    return;
                }
            }
            differences.add(at + " is none of the choices: " + value);
            return;
        }
        if (schema.has("type") && !hasType(schema.get("type"), value)) {
            differences.add(at + " is " + value + ", described as " + schema.get("type"));
            return;
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            differences.add(at + " is " + value + ", described as one of " + schema.get("enum"));
        }
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                compare(schema.get("items"), value.get(i), at + "[" + i + "]", differences);
            }
        }
        if (value.isObject()) {
            compareMembers(schema, value, at, differences);
        }
    }

    private void compareMembers(
            JsonNode schema, JsonNode value, String at, List<String> differences) {
        schema.path("required")
                .forEach(
                        name -> {
                            if (!value.has(name.asText())) {
                                differences.add(at + " lacks " + name);
                            }
                        });
        value.properties()
                .forEach(
                        member -> {
                            JsonNode described = schema.path("properties").path(member.getKey());
                            JsonNode other = schema.path("additionalProperties");
                            String where = at + "." + member.getKey();
                            if (!described.isMissingNode()) {
                                compare(described, member.getValue(), where, differences);
                            } else if (other.isObject()) {
                                compare(other, member.getValue(), where, differences);
                            } else {
                                differences.add(where + " is not described");
                            }
                        });
    }

    private static boolean hasType(JsonNode type, JsonNode value) {
        if (type.isArray()) {
            for (JsonNode one : type) {
                if (hasType(one, value)) {
                    return true;
                }
            }
            return false;
        }
        return switch (type.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new AssertionError("unknown type " + type);
        };
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (JsonNode one : values) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }
}
