package io.sluice.definitions.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The schema says what the readers say. Both judge the same objects: definitions that use every key
 * and every word, and those with one thing changed. Where a reader refuses what can be told from
 * the object alone, the schema must too; whatever the schema refuses, a reader must.
 */
class SchemaAgreementTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DefinitionSchema SCHEMA = new DefinitionSchema();
    private static final JsonNode TREE = read(SCHEMA.text());
    private static final com.networknt.schema.Schema VALIDATOR =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(SCHEMA.text());

    private static final Documents EVERYTHING = Documents.of(Path.of("src/test/resources/schema"));

    /**
     * What no schema of one object can say: other objects, arithmetic across keys, calendars, and
     * which indicator stands behind a reference.
     */
    private static final Pattern BEYOND_A_SCHEMA =
            Pattern.compile(
                    String.join(
                            "|",
                            "no \\w+ by the name .*",
                            "a second \\w+ by the name .*",
                            "condition .* can never fire: .*",
                            "shares must rise from step to step",
                            "the NO_GO margin .*",
                            "candidate and baseline are the same events",
                            "no metric is required, .*",
                            "a stratum is made of whole buckets",
                            "the short window is longer than the long one",
                            "not a time zone: .*",
                            "an SLO is not its own capacity's measure",
                            "capacity is judged by the count per minute",
                            "counts per minute .*",
                            "`\\w+` is grouped otherwise than `total`",
                            "unknown `tier` .*",
                            "unknown `type` .*",
                            "Sluice sees no events of this source, .*",
                            "a raw ratio has no events that could be compared",
                            "`.*` has no value per event",
                            "a step counts events, .*",
                            "the deadline is before the minimum duration",
                            "SLO `.*` proves no capacity",
                            "no earlier phase by the name .*",
                            "something is left to do .*",
                            "a decommission gate without .*",
                            "ends before it begins",
                            "no row by the title .*",
                            "this row has no improvement",
                            "the timeout is longer than the interval",
                            "one request follows the other too soon",
                            "there is no certificate behind an http URL",
                            "not a URL that can be asked: .*",
                            "the end is not after the start",
                            "what lasts longer than a year is no exclusion",
                            "the rule does not occur at its start, .*",
                            "not a recurrence rule: .*",
                            "not a time: .*",
                            "nobody knows where it is .*",
                            "the clocks of .*"));

    private static final Pattern BOUND_IS_MISSING = Pattern.compile("`(op|value)` is missing .*");

    /** Values of every type and near every limit. */
    private static final List<JsonNode> VALUES =
            List.of(
                            "\"\"",
                            "\" \"",
                            "\"x\"",
                            "\"X_y\"",
                            "\"shop\"",
                            "\"0m\"",
                            "\"30d\"",
                            "\"1M\"",
                            "\"5m\"",
                            "\"1.5h\"",
                            "\"1 d\"",
                            "\"10s\"",
                            "\"0s\"",
                            "\"PT5M\"",
                            "\"P1D\"",
                            "\"P\"",
                            "\"PT\"",
                            "\"1234567d\"",
                            "\"2026-01-01 00:00:00\"",
                            "\"2026-01-01\"",
                            "\"UTC\"",
                            "\"7\"",
                            "\"-1\"",
                            "\"true\"",
                            "\"on\"",
                            "-1",
                            "0",
                            "0.5",
                            "0.51",
                            "1",
                            "1.2",
                            "2",
                            "99.9",
                            "100",
                            "1000000",
                            "true",
                            "false",
                            "[]",
                            "{}",
                            "[\"x\"]",
                            "[1]",
                            "[0.5]",
                            "[[\"x\"]]",
                            "{\"x\": \"y\"}",
                            "{\"X_\": \"y\"}",
                            "{\"sluice.dev/none\": \"y\"}",
                            "{\"sluice.dev/schedule\": 1}",
                            "{\"a/b/c\": \"y\"}",
                            "{\"tier\": \"service\", \"x\": [1]}",
                            "\"" + "x".repeat(63) + "\"",
                            "\"" + "x".repeat(64) + "\"",
                            "\"" + "é".repeat(1050) + "\"",
                            "\"" + "é".repeat(1051) + "\"")
                    .stream()
                    .map(SchemaAgreementTest::read)
                    .toList();

    private static final List<String> KEYS = keys();
    private static final List<JsonNode> WORDS = words();

    /** One thing that is changed in one object. */
    private record Change(int object, JsonPointer at, String what, JsonNode result) {
        @Override
        public String toString() {
            return what + " at " + at + ": " + result;
        }
    }

    @Test
    void theSameKinds_areKnown() {
        Problem unknown =
                new DefinitionLoader()
                        .loadSources(
                                List.of(
                                        new SourceFile(
                                                "x.yaml",
                                                "{apiVersion: openslo/v1, kind: None, metadata: {},"
                                                        + " spec: {}}")))
                        .problems()
                        .getFirst();

        assertThat(Arrays.asList(unknown.expected().split(", | or ")))
                .containsExactlyInAnyOrderElementsOf(SCHEMA.kinds());
    }

    @Test
    void definitionsThatUseEverything_areAccepted() {
        for (JsonNode object : EVERYTHING.objects()) {
            assertThat(refusals(object)).as(object.toString()).isEmpty();
        }
    }

    @Test
    void shippedFiles_areAccepted() {
        for (JsonNode object : Documents.of(Path.of("shopflow")).objects()) {
            assertThat(refusals(object)).as(object.toString()).isEmpty();
        }
    }

    @Test
    void everyKeyAndWordOfTheSchema_isUsedInDefinitionsThatTheReadersAccept() {
        Coverage coverage = new Coverage(TREE);
        EVERYTHING.objects().forEach(coverage::visit);

        assertThat(coverage.unused()).isEmpty();
    }

    /** A reader says which keys it knows when it meets one that it does not. */
    @Test
    void everyKeyThatAReaderKnows_isInTheSchema() {
        for (int i = 0; i < EVERYTHING.objects().size(); i++) {
            JsonNode object = EVERYTHING.objects().get(i);
            for (JsonPointer at : pointers(object)) {
                if (!object.at(at).isObject() || isFree(at)) {
                    continue;
                }
                ObjectNode copy = object.deepCopy();
                ((ObjectNode) copy.at(at)).put("zzzzzzzzzz", 1);
                List<Problem> unknown =
                        EVERYTHING.errors(i, copy).stream()
                                .filter(p -> p.message().startsWith("unknown key `zzzzzzzzzz`"))
                                .toList();
                if (unknown.isEmpty()) {
                    // Another tool's source, whose keys are its own.
                    assertThat(refusals(copy)).as(at + " of " + object).isEmpty();
                    continue;
                }
                assertThat(keysAt(object, at))
                        .as(at + " of " + object)
                        .containsAll(List.of(unknown.getFirst().expected().split(", | or ")));
                assertThat(refusals(copy)).as(at + " of " + object).isNotEmpty();
            }
        }
    }

    /** Each try loads everything, so there are fewer of them than elsewhere. */
    @Property(tries = 200)
    void changedObject_isRefusedByBothOrNeither(@ForAll("changes") Change change) {
        List<Problem> errors = EVERYTHING.errors(change.object(), change.result());
        List<String> refusals = refusals(change.result());

        if (!refusals.isEmpty()) {
            assertThat(errors)
                    .as("the readers' errors, where the schema says %s", refusals)
                    .isNotEmpty();
        }
        if (errors.stream().anyMatch(p -> !isBeyondASchema(p, change.result()))) {
            assertThat(refusals).as("the schema's, where the readers say %s", errors).isNotEmpty();
        }
    }

    /**
     * Another object says whether a reference leads to a threshold, which needs a bound, and of
     * which type a data source is.
     */
    private static boolean isBeyondASchema(Problem problem, JsonNode object) {
        boolean typeIsElsewhere =
                object.findParents("metricSourceRef").stream().anyMatch(s -> !s.has("type"));
        return (typeIsElsewhere && problem.path().contains(".metricSource.spec"))
                || BEYOND_A_SCHEMA.matcher(problem.message()).matches()
                || (BOUND_IS_MISSING.matcher(problem.message()).matches()
                        && object.findValue("indicatorRef") != null);
    }

    @Provide
    Arbitrary<Change> changes() {
        Arbitrary<Integer> any = Arbitraries.integers().between(0, Integer.MAX_VALUE);
        return Combinators.combine(any, any, Arbitraries.integers().between(0, 9), any, any)
                .as(SchemaAgreementTest::change);
    }

    private static Change change(int which, int where, int how, int value, int key) {
        int index = which % EVERYTHING.objects().size();
        JsonNode object = EVERYTHING.objects().get(index).deepCopy();
        List<JsonPointer> pointers = pointers(object);
        JsonPointer at = pointers.get(where % pointers.size());
        JsonNode target = object.at(at);
        if (how < 4 && target instanceof ObjectNode map && !map.isEmpty()) {
            List<String> present = new ArrayList<>();
            map.fieldNames().forEachRemaining(present::add);
            String name = present.get(key % present.size());
            map.remove(name);
            return new Change(index, at, "without " + name, object);
        }
        if (how < 7 && target instanceof ObjectNode map) {
            String name = KEYS.get(key % KEYS.size());
            List<JsonNode> used = valuesOf(name);
            JsonNode added =
                    used.isEmpty() || how < 5 ? value(value) : used.get(value % used.size());
            map.set(name, added);
            return new Change(index, at, "with " + name, object);
        }
        if (how < 5 && target instanceof ArrayNode list && !list.isEmpty()) {
            list.remove(key % list.size());
            return new Change(index, at, "without an item", object);
        }
        if (how < 7 && target instanceof ArrayNode list && !list.isEmpty()) {
            list.add(list.get(key % list.size()).deepCopy());
            return new Change(index, at, "with an item twice", object);
        }
        JsonNode parent = object.at(at.head());
        if (parent instanceof ObjectNode map) {
            map.set(at.last().getMatchingProperty(), value(value));
        } else {
            ((ArrayNode) parent).set(at.last().getMatchingIndex(), value(value));
        }
        return new Change(index, at, "another value", object);
    }

    private static JsonNode value(int which) {
        List<JsonNode> from = which % 3 == 0 ? WORDS : VALUES;
        return from.get(which / 3 % from.size()).deepCopy();
    }

    /** Every place but the root itself. */
    private static List<JsonPointer> pointers(JsonNode object) {
        List<JsonPointer> pointers = new ArrayList<>();
        collect(object, JsonPointer.empty(), pointers);
        pointers.removeFirst();
        return pointers;
    }

    private static void collect(JsonNode node, JsonPointer at, List<JsonPointer> into) {
        into.add(at);
        if (node.isObject()) {
            node.properties()
                    .forEach(e -> collect(e.getValue(), at.appendProperty(e.getKey()), into));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.get(i), at.appendIndex(i), into);
        }
    }

    /** Whether keys there are the user's own. */
    private static boolean isFree(JsonPointer at) {
        return at.toString().matches(".*/(labels|annotations|connectionDetails|headers)(/.*)?");
    }

    private static List<String> refusals(JsonNode object) {
        return VALIDATOR
                .validate(Documents.withoutNulls(object).toString(), InputFormat.JSON)
                .stream()
                .map(Object::toString)
                .toList();
    }

    private static Set<String> keysAt(JsonNode object, JsonPointer at) {
        return new Coverage(TREE).keysAt(object, at);
    }

    /** Every key of the schema, and one that is in no language. */
    private static List<String> keys() {
        Set<String> keys = new LinkedHashSet<>();
        TREE.findValues("properties").forEach(p -> p.fieldNames().forEachRemaining(keys::add));
        keys.add("none");
        return List.copyOf(keys);
    }

    private static List<JsonNode> valuesOf(String key) {
        List<JsonNode> values = new ArrayList<>();
        EVERYTHING.objects().forEach(object -> values.addAll(object.findValues(key)));
        return values;
    }

    private static List<JsonNode> words() {
        Set<JsonNode> words = new LinkedHashSet<>();
        TREE.findValues("enum").forEach(list -> list.forEach(words::add));
        TREE.findValues("const").forEach(words::add);
        return List.copyOf(words);
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    /** Which keys and words of a schema are used by the objects that were visited. */
    private static final class Coverage {
        private final JsonNode root;
        private final Set<String> used = new TreeSet<>();

        Coverage(JsonNode root) {
            this.root = root;
        }

        void visit(JsonNode object) {
            visit(root.at("/definitions/Object"), "Object", object);
            String kind = object.get("kind").asText();
            visit(root.at("/definitions/" + kind), kind, object);
        }

        private void visit(JsonNode schema, String name, JsonNode value) {
            if (schema.has("$ref")) {
                String target = schema.get("$ref").asText().substring("#/definitions/".length());
                visit(root.at("/definitions/" + target), target, value);
            }
            for (String several : List.of("allOf", "anyOf")) {
                schema.path(several).forEach(part -> visit(part, name, value));
            }
            visitThen(schema, name, value);
            for (JsonNode word : schema.path("enum")) {
                if (word.equals(value)) {
                    used.add(name + "=" + word.asText());
                }
            }
            for (String key : fieldNames(schema.path("properties"))) {
                if (value.has(key)) {
                    used.add(name + "." + key);
                    visit(schema.at("/properties").get(key), name + "." + key, value.get(key));
                }
            }
            if (schema.has("items")) {
                value.forEach(item -> visit(schema.get("items"), name + "[]", item));
            }
        }

        /** Only where the condition holds, since its properties lead to other shapes. */
        private void visitThen(JsonNode schema, String name, JsonNode value) {
            for (String key : fieldNames(schema.at("/if/properties"))) {
                JsonNode wanted = schema.at("/if/properties").get(key).path("const");
                if (wanted.equals(value.path(key)) && !schema.has("else")) {
                    visit(schema.get("then"), name, value);
                }
            }
        }

        /** The keys of the schema's objects that stand at a place of an object. */
        Set<String> keysAt(JsonNode object, JsonPointer at) {
            Set<String> keys = new TreeSet<>();
            keysAt(root.at("/definitions/" + object.get("kind").asText()), object, at, keys);
            return keys;
        }

        private void keysAt(JsonNode schema, JsonNode value, JsonPointer at, Set<String> into) {
            if (schema.has("$ref")) {
                String target = schema.get("$ref").asText().substring("#/definitions/".length());
                keysAt(root.at("/definitions/" + target), value, at, into);
            }
            for (String several : List.of("allOf", "anyOf")) {
                schema.path(several).forEach(part -> keysAt(part, value, at, into));
            }
            for (String key : fieldNames(schema.at("/if/properties"))) {
                JsonNode wanted = schema.at("/if/properties").get(key).path("const");
                if (wanted.equals(value.path(key))) {
                    keysAt(schema.get("then"), value, at, into);
                }
            }
            if (at.matches()) {
                into.addAll(fieldNames(schema.path("properties")));
                return;
            }
            JsonNode next =
                    value.isArray()
                            ? value.get(at.getMatchingIndex())
                            : value.get(at.getMatchingProperty());
            JsonNode inner =
                    value.isArray()
                            ? schema.path("items")
                            : schema.path("properties").path(at.getMatchingProperty());
            if (next != null && !inner.isMissingNode()) {
                keysAt(inner, next, at.tail(), into);
            }
        }

        /** Keys and words of definitions that no object used. */
        Set<String> unused() {
            Set<String> all = new TreeSet<>();
            root.get("definitions").properties().forEach(e -> all(e.getValue(), e.getKey(), all));
            all.removeAll(used);
            return all;
        }

        /** Rules repeat keys of the object that they are for, so they are left out. */
        private void all(JsonNode schema, String name, Set<String> into) {
            schema.path("enum").forEach(word -> into.add(name + "=" + word.asText()));
            schema.path("anyOf").forEach(part -> all(part, name, into));
            for (JsonNode part : schema.path("allOf")) {
                if (!part.has("if") && !part.has("not") && !part.has("oneOf")) {
                    all(part, name, into);
                }
            }
            if (schema.has("items")) {
                all(schema.get("items"), name + "[]", into);
            }
            for (String key : fieldNames(schema.path("properties"))) {
                if (schema.at("/properties").get(key).has("not")) {
                    continue; // a key that is known in order to say why it is refused
                }
                into.add(name + "." + key);
                all(schema.at("/properties").get(key), name + "." + key, into);
            }
        }

        private static List<String> fieldNames(JsonNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            return names;
        }
    }
}
