package io.sluice.definitions.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One JSON Schema of draft 7, put together keyword by keyword; an object's keys are a closed set
 * unless {@link #map} made it. Values are texts, numbers, booleans, lists, maps and other schemas.
 */
final class Schema {
    private final Map<String, Object> keywords = new LinkedHashMap<>();
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private final List<Object> required = new ArrayList<>();
    private final List<Object> rules = new ArrayList<>();

    private Schema() {}

    /** Says nothing yet: everything fits. */
    static Schema any() {
        return new Schema();
    }

    static Schema object(String description) {
        return any().with("type", "object")
                .describedAs(description)
                .with("additionalProperties", false);
    }

    /** An object whose keys are the user's own. */
    static Schema map(String description, Schema keys, Schema values) {
        return any().with("type", "object")
                .describedAs(description)
                .with("propertyNames", keys)
                .with("additionalProperties", values);
    }

    static Schema text(String description) {
        return any().with("type", "string").describedAs(description);
    }

    /** Text that is not blank. */
    static Schema someText(String description) {
        return text(description).with("pattern", "\\S");
    }

    static Schema number(String description) {
        return any().with("type", "number").describedAs(description);
    }

    static Schema bool(String description) {
        return any().with("type", "boolean").describedAs(description);
    }

    static Schema list(String description, Schema items) {
        return any().with("type", "array").describedAs(description).with("items", items);
    }

    /** A list of at least one. */
    static Schema some(String description, Schema items) {
        return list(description, items).with("minItems", 1);
    }

    /** One of these words; each pair is a word and what it means. */
    static Schema words(String description, String... wordsAndMeanings) {
        List<String> words = new ArrayList<>();
        StringBuilder text = new StringBuilder(description);
        for (int i = 0; i < wordsAndMeanings.length; i += 2) {
            words.add(wordsAndMeanings[i]);
            text.append("\n- `")
                    .append(wordsAndMeanings[i])
                    .append("`: ")
                    .append(wordsAndMeanings[i + 1]);
        }
        return any().with("enum", words).describedAs(text.toString());
    }

    /** The schema that {@link DefinitionSchema} defines under this name. */
    static Schema ref(String name) {
        return any().with("$ref", "#/definitions/" + name);
    }

    /** Draft 7 ignores what stands beside a {@code $ref}, so the two are joined. */
    static Schema ref(String name, String description) {
        return any().describedAs(description).with("allOf", List.of(ref(name)));
    }

    static Schema anyOf(String description, Schema... choices) {
        return any().describedAs(description).with("anyOf", List.of(choices));
    }

    Schema describedAs(String description) {
        return with("description", description);
    }

    /** What a completion may put there. */
    Schema example(Object... examples) {
        return with("examples", List.of(examples));
    }

    Schema byDefault(Object value) {
        return with("default", value);
    }

    Schema with(String keyword, Object value) {
        keywords.put(keyword, value);
        return this;
    }

    /** A key that may be left out. */
    Schema may(String key, Schema value) {
        properties.put(key, value);
        return this;
    }

    /** A key that must be there. */
    Schema must(String key, Schema value) {
        required.add(key);
        return may(key, value);
    }

    Schema oneOf(String... keys) {
        return rule(any().with("oneOf", Arrays.stream(keys).map(Schema::having).toList()));
    }

    Schema atMostOneOf(String first, String second) {
        return rule(not(having(first, second)));
    }

    /** Without the first key the others are unknown. */
    Schema onlyWith(String key, String... others) {
        for (String other : others) {
            rule(when(having(other), having(key)));
        }
        return this;
    }

    Schema rule(Schema rule) {
        rules.add(rule);
        return this;
    }

    /** An object that has these keys. */
    static Schema having(String... keys) {
        return any().with("required", List.of(keys));
    }

    /** An object whose key has this value. */
    static Schema saying(String key, Object value) {
        return having(key).may(key, any().with("const", value));
    }

    static Schema not(Schema schema) {
        return any().with("not", schema);
    }

    static Schema when(Schema condition, Schema then) {
        return any().with("if", condition).with("then", then);
    }

    /** As plain maps, lists and values. */
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        keywords.forEach((keyword, value) -> tree.put(keyword, plain(value)));
        if (!properties.isEmpty()) {
            Map<String, Object> plain = new LinkedHashMap<>();
            properties.forEach((key, value) -> plain.put(key, plain(value)));
            tree.put("properties", plain);
        }
        if (!required.isEmpty()) {
            tree.put("required", required);
        }
        if (!rules.isEmpty()) {
            List<Object> all = new ArrayList<>();
            if (tree.get("allOf") instanceof List<?> already) {
                all.addAll(already);
            }
            rules.forEach(rule -> all.add(plain(rule)));
            tree.put("allOf", all);
        }
        return tree;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Schema schema -> schema.tree();
            case List<?> list -> list.stream().map(Schema::plain).toList();
            default -> value;
        };
    }
}
