package io.sluice.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.security.AuditLog;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Within a version the API only grows: whatever the last released description promises still holds.
 * A release keeps its description: run this with {@code -Dsluice.release=true}.
 */
final class ReleasedDescriptionTest {
    private static final Path RELEASED =
            Path.of("src/test/resources/io/sluice/dashboard/api/v1.json");

    @Test
    void nothingThatWasReleasedIsTakenAway() throws IOException {
        JsonNode current = current();
        if (Boolean.getBoolean("sluice.release")) {
            Files.writeString(RELEASED, current.toPrettyString() + "\n");
        }

        assertThat(BreakingChanges.between(released(), current)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void whatTakesSomethingAway_isFound(String change, String place, Consumer<ObjectNode> how)
            throws IOException {
        ObjectNode changed = released().deepCopy();
        how.accept(changed);

        assertThat(BreakingChanges.between(released(), changed))
                .as(change)
                .anyMatch(found -> found.contains(place));
    }

    static Stream<Arguments> whatTakesSomethingAway_isFound() {
        return Stream.of(
                broken("removed path", "get /slos is gone", d -> paths(d).remove("/slos")),
                broken(
                        "removed method",
                        "delete /silences/{id} is gone",
                        d -> object(d, "/paths/~1silences~1{id}").remove("delete")),
                broken(
                        "renamed operation",
                        "get /slos: operationId",
                        d -> object(d, "/paths/~1slos/get").put("operationId", "slos")),
                broken(
                        "another group of clients",
                        "get /slos: tags",
                        d -> object(d, "/paths/~1slos/get").putArray("tags").add("other")),
                broken(
                        "another base",
                        "servers",
                        d -> object(d, "/servers/0").put("url", "/api/v2")),
                broken(
                        "role taken away",
                        "no longer for the role gate",
                        d -> removeRole(d, "/paths/~1cutovers~1{name}~1decision/get")),
                broken(
                        "removed parameter",
                        "query parameter points is gone",
                        d -> array(d, "/paths/~1slos~1{name}~1burndown/get/parameters").remove(4)),
                broken(
                        "new required parameter",
                        "requires a new parameter why",
                        d ->
                                array(d, "/paths/~1slos~1{name}~1burndown/get/parameters")
                                        .addObject()
                                        .put("name", "why")
                                        .put("in", "query")
                                        .put("required", true)
                                        .putObject("schema")
                                        .put("type", "string")),
                broken(
                        "parameter required",
                        "points is required now",
                        d ->
                                object(d, "/paths/~1slos~1{name}~1burndown/get/parameters/4")
                                        .put("required", true)),
                broken(
                        "tighter limit",
                        "maximum is tighter now",
                        d ->
                                object(d, "/paths/~1slos~1{name}~1burndown/get/parameters/4/schema")
                                        .put("maximum", 100)),
                broken(
                        "another default",
                        "points: default",
                        d ->
                                object(d, "/paths/~1slos~1{name}~1burndown/get/parameters/4/schema")
                                        .put("default", 1)),
                broken(
                        "word of a parameter",
                        "knows the word \"good\" no more",
                        d -> array(d, "/paths/~1traces/get/parameters/1/schema/enum").remove(1)),
                broken(
                        "new body",
                        "requires a body now",
                        d ->
                                object(d, "/paths/~1incidents~1{id}~1acknowledge/post")
                                        .putObject("requestBody")
                                        .put("required", true)),
                broken(
                        "body gone",
                        "takes no body any more",
                        d -> object(d, "/paths/~1silences/post").remove("requestBody")),
                broken(
                        "new required member of a body",
                        "StartRun.who is required now",
                        d -> {
                            object(d, schema("StartRun") + "/properties")
                                    .putObject("who")
                                    .put("type", "string");
                            array(d, schema("StartRun") + "/required").add("who");
                        }),
                broken(
                        "removed member of a body",
                        "Deployment.committedAt is gone",
                        d -> object(d, schema("Deployment") + "/properties").remove("committedAt")),
                broken(
                        "shorter text",
                        "StartRun.revision: maxLength is tighter",
                        d ->
                                object(d, schema("StartRun") + "/properties/revision")
                                        .put("maxLength", 7)),
                broken(
                        "status gone",
                        "post /silences 201 is no longer answered",
                        d -> object(d, "/paths/~1silences/post/responses").remove("201")),
                broken(
                        "another media type",
                        "get /slos 200 is no longer application/json",
                        d -> {
                            ObjectNode content =
                                    object(d, "/paths/~1slos/get/responses/200/content");
                            content.set("text/csv", content.remove("application/json"));
                        }),
                broken(
                        "removed member of an answer",
                        "Budget.failuresLeft is gone",
                        d -> object(d, schema("Budget") + "/properties").remove("failuresLeft")),
                broken(
                        "member that may be missing",
                        "Budget.allowed may be missing",
                        d -> array(d, schema("Budget") + "/required").remove(0)),
                broken(
                        "another type",
                        "Budget.consumed was [number] double and is [string] double",
                        d ->
                                object(d, schema("Budget") + "/properties/consumed")
                                        .put("type", "string")),
                broken(
                        "another width",
                        "Objective.total was [integer] int64 and is [integer] int32",
                        d ->
                                object(d, schema("Objective") + "/properties/total")
                                        .put("format", "int32")),
                broken(
                        "null where there was none",
                        "Slo.service was [string] and is [null, string]",
                        d ->
                                object(d, schema("Slo") + "/properties/service")
                                        .putArray("type")
                                        .add("string")
                                        .add("null")),
                broken(
                        "removed word",
                        "Objective.state knows the word \"MET\" no more",
                        d -> array(d, schema("Objective") + "/properties/state/enum").remove(0)),
                broken(
                        "renamed schema",
                        "get /slos/{name} 200: schema",
                        d ->
                                object(
                                                d,
                                                "/paths/~1slos~1{name}/get/responses/200/content/application~1json/schema")
                                        .put("$ref", "#/components/schemas/Journey")));
    }

    private static Arguments broken(String change, String place, Consumer<ObjectNode> how) {
        return Arguments.of(change, place, how);
    }

    @Test
    void whatIsOnlyAdded_breaksNothing() throws IOException {
        ObjectNode grown = released().deepCopy();
        paths(grown).set("/more", grown.at("/paths/~1slos").deepCopy());
        array(grown, "/paths/~1slos~1{name}~1burndown/get/parameters")
                .addObject()
                .put("name", "more")
                .put("in", "query")
                .putObject("schema")
                .put("type", "string");
        array(grown, "/paths/~1slos/get/x-sluice-roles").add("gate");
        object(grown, "/paths/~1slos~1{name}~1burndown/get/parameters/4/schema")
                .put("maximum", 5_000);
        object(grown, schema("StartRun") + "/properties").putObject("note").put("type", "string");
        object(grown, schema("Budget") + "/properties").putObject("more").put("type", "string");
        array(grown, schema("Budget") + "/required").add("more");
        array(grown, schema("Objective") + "/properties/state/enum").add("NEW");
        object(grown, schema("Slo")).put("description", "other words");

        assertThat(BreakingChanges.between(released(), grown)).isEmpty();
    }

    private static JsonNode current() {
        FakeEngine engine = FakeEngine.empty();
        return Dashboard.parse(
                new String(
                        new ApiRoutes(
                                        engine,
                                        engine,
                                        engine,
                                        new SharedAnswers(() -> 0, engine::now),
                                        new AuditLog(engine::now))
                                .description(),
                        java.nio.charset.StandardCharsets.UTF_8));
    }

    private static JsonNode released() throws IOException {
        return Dashboard.parse(Files.readString(RELEASED));
    }

    private static void removeRole(ObjectNode description, String operation) {
        ArrayNode roles = array(description, operation + "/x-sluice-roles");
        roles.remove(List.of("gate", "read").indexOf("gate"));
    }

    private static String schema(String name) {
        return "/components/schemas/" + name;
    }

    private static ObjectNode paths(ObjectNode description) {
        return object(description, "/paths");
    }

    private static ObjectNode object(ObjectNode description, String pointer) {
        return (ObjectNode) description.at(pointer);
    }

    private static ArrayNode array(ObjectNode description, String pointer) {
        return (ArrayNode) description.at(pointer);
    }
}
