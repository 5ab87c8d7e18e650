package io.sluice.dashboard.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a newer description of the API takes away from whoever relies on an older one. What is only
 * added is nothing: operations, optional parameters and members of bodies, members and words of
 * answers.
 *
 * <p>It knows the keywords that {@code OpenApi} and {@code Schemas} write, and no others.
 */
final class BreakingChanges {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    /** Which way a schema's values go: what may grow in one may not in the other. */
    private enum Way {
        ASKED,
        ANSWERED
    }

    private final JsonNode released;
    private final JsonNode current;
    private final List<String> changes = new ArrayList<>();
    private final Set<String> compared = new HashSet<>();

    private BreakingChanges(JsonNode released, JsonNode current) {
        this.released = released;
        this.current = current;
    }

    /** Every breaking change, with its place; empty if there is none. */
    static List<String> between(JsonNode released, JsonNode current) {
        BreakingChanges changes = new BreakingChanges(released, current);
        changes.compare();
        return changes.changes;
    }

    private void compare() {
        requireSame("servers", released.get("servers"), current.path("servers"));
        for (var path : released.get("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    String at = operation.getKey() + " " + path.getKey();
                    JsonNode now =
                            current.get("paths").path(path.getKey()).path(operation.getKey());
                    if (now.isMissingNode()) {
                        changes.add(at + " is gone");
                    } else {
                        compareOperations(at, operation.getValue(), now);
                    }
                }
            }
        }
    }

    private void compareOperations(String at, JsonNode before, JsonNode now) {
        requireSame(at + ": operationId", before.get("operationId"), now.path("operationId"));
        requireSame(at + ": tags", before.get("tags"), now.path("tags"));
        for (JsonNode role : before.get("x-sluice-roles")) {
            if (!contains(now.path("x-sluice-roles"), role)) {
                changes.add(at + " is no longer for the role " + role.asText());
            }
        }
        compareParameters(at, before.path("parameters"), now.path("parameters"));
        compareBodies(at, before.path("requestBody"), now.path("requestBody"));
        for (var response : before.get("responses").properties()) {
            String where = at + " " + response.getKey();
            JsonNode answer = now.get("responses").path(response.getKey());
            if (answer.isMissingNode()) {
                changes.add(where + " is no longer answered");
            } else {
                compareContents(
                        where,
                        resolved(released, response.getValue()),
                        resolved(current, answer),
                        Way.ANSWERED);
            }
        }
    }

    private void compareParameters(String at, JsonNode before, JsonNode now) {
        for (JsonNode parameter : before) {
            String where =
                    at
                            + " "
                            + parameter.get("in").asText()
                            + " parameter "
                            + parameter.get("name").asText();
            JsonNode same = parameter(now, parameter);
            if (same.isMissingNode()) {
                changes.add(where + " is gone");
            } else {
                if (same.path("required").asBoolean() && !parameter.path("required").asBoolean()) {
                    changes.add(where + " is required now");
                }
                compareSchemas(where, parameter.get("schema"), same.get("schema"), Way.ASKED);
                requireSame(
                        where + ": default",
                        parameter.get("schema").path("default"),
                        same.get("schema").path("default"));
            }
        }
        for (JsonNode parameter : now) {
            if (parameter.path("required").asBoolean()
                    && parameter(before, parameter).isMissingNode()) {
                changes.add(at + " requires a new parameter " + parameter.get("name").asText());
            }
        }
    }

    private static JsonNode parameter(JsonNode parameters, JsonNode wanted) {
        for (JsonNode parameter : parameters) {
            if (parameter.get("name").equals(wanted.get("name"))
                    && parameter.get("in").equals(wanted.get("in"))) {
                return parameter;
            }
        }
        return MissingNode.getInstance();
    }

    private void compareBodies(String at, JsonNode before, JsonNode now) {
        if (before.isMissingNode()) {
            if (now.path("required").asBoolean()) {
                changes.add(at + " requires a body now");
            }
        } else if (now.isMissingNode()) {
            changes.add(at + " takes no body any more");
        } else {
            compareContents(at + " body", before, now, Way.ASKED);
        }
    }

    private void compareContents(String at, JsonNode before, JsonNode now, Way way) {
        for (var content : before.path("content").properties()) {
            JsonNode same = now.path("content").path(content.getKey());
            if (same.isMissingNode()) {
                changes.add(at + " is no longer " + content.getKey());
            } else {
                compareSchemas(at, content.getValue().get("schema"), same.get("schema"), way);
            }
        }
    }

    private void compareSchemas(String at, JsonNode before, JsonNode now, Way way) {
        if (before.has("$ref")) {
            requireSame(at + ": schema", before.get("$ref"), now.path("$ref"));
            String name = before.get("$ref").asText();
            if (now.has("$ref") && compared.add(way + name + now.get("$ref").asText())) {
                String where = name.substring(name.lastIndexOf('/') + 1);
                compareSchemas(where, resolved(released, before), resolved(current, now), way);
            }
            return;
        }
        compareTypes(at, before, now, way);
        for (JsonNode word : before.path("enum")) {
            if (now.has("enum") && !contains(now.get("enum"), word)) {
                changes.add(at + " knows the word " + word + " no more");
            }
        }
        if (way == Way.ASKED) {
            if (now.has("enum") && !before.has("enum")) {
                changes.add(at + " takes only " + now.get("enum") + " now");
            }
            requireSame(at + ": pattern", before.path("pattern"), now.path("pattern"));
            requireNoTighter(at, before, now, "minimum", 1);
            requireNoTighter(at, before, now, "minLength", 1);
            requireNoTighter(at, before, now, "maximum", -1);
            requireNoTighter(at, before, now, "maxLength", -1);
        }
        if (before.has("items")) {
            compareSchemas(at + "[]", before.get("items"), now.path("items"), way);
        }
        if (before.path("additionalProperties").isObject()) {
            compareSchemas(
                    at + ".*",
                    before.get("additionalProperties"),
                    now.path("additionalProperties"),
                    way);
        }
        compareMembers(at, before, now, way);
    }

    private void compareTypes(String at, JsonNode before, JsonNode now, Way way) {
        Set<String> was = types(before);
        Set<String> is = types(now);
        boolean fits = way == Way.ASKED ? is.containsAll(was) : was.containsAll(is);
        if (!fits || !before.path("format").equals(now.path("format"))) {
            changes.add(at + " was " + typed(was, before) + " and is " + typed(is, now));
        } else if (before.has("anyOf")) {
            compareSchemas(at, before.at("/anyOf/0"), now.at("/anyOf/0"), way);
        }
    }

    private static String typed(Set<String> types, JsonNode schema) {
        return types + (schema.has("format") ? " " + schema.get("format").asText() : "");
    }

    /** Of a reference or null, as we write them: the reference counts as one type. */
    private static Set<String> types(JsonNode schema) {
        Set<String> types = new TreeSet<>();
        if (schema.has("anyOf")) {
            schema.get("anyOf").forEach(choice -> types.addAll(types(choice)));
        } else if (schema.has("$ref")) {
            types.add("object");
        } else if (schema.path("type").isArray()) {
            schema.get("type").forEach(type -> types.add(type.asText()));
        } else if (schema.has("type")) {
            types.add(schema.get("type").asText());
        }
        return types;
    }

    private void requireNoTighter(
            String at, JsonNode before, JsonNode now, String keyword, int sign) {
        if (now.has(keyword)
                && (!before.has(keyword)
                        || sign * now.get(keyword).asDouble()
                                > sign * before.get(keyword).asDouble())) {
            changes.add(at + ": " + keyword + " is tighter now");
        }
    }

    private void compareMembers(String at, JsonNode before, JsonNode now, Way way) {
        for (var member : before.path("properties").properties()) {
            String where = at + "." + member.getKey();
            JsonNode same = now.path("properties").path(member.getKey());
            if (same.isMissingNode()) {
                changes.add(where + " is gone");
            } else {
                compareSchemas(where, member.getValue(), same, way);
            }
        }
        // Whoever asks must not have to say more, and whoever is answered must not hear less.
        boolean asked = way == Way.ASKED;
        for (JsonNode name : (asked ? now : before).path("required")) {
            if (!contains((asked ? before : now).path("required"), name)
                    && (asked || now.path("properties").has(name.asText()))) {
                changes.add(
                        at
                                + "."
                                + name.asText()
                                + (asked ? " is required now" : " may be missing"));
            }
        }
    }

    private void requireSame(String what, JsonNode before, JsonNode now) {
        if (!before.equals(now)) {
            changes.add(what + " was " + before + " and is " + now);
        }
    }

    private static JsonNode resolved(JsonNode root, JsonNode node) {
        return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
    }

    private static boolean contains(JsonNode array, JsonNode value) {
        for (JsonNode one : array) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }
}
