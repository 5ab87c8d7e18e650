package io.sluice.definitions.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The kinds of objects, each with its whole shape, in the order in which editors list them. */
final class Kinds {
    private final Map<String, Schema> objects = new LinkedHashMap<>();
    private final Map<String, String> meanings = new LinkedHashMap<>();

    /**
     * Adds a kind.
     *
     * @param meaning what an object of this kind is, for a list of kinds
     * @param spec the shape of its {@code spec}
     */
    void add(String apiVersion, String kind, String meaning, Schema spec) {
        objects.put(kind, envelope(apiVersion, kind, meaning).must("spec", spec));
    }

    /** Adds a kind whose {@code spec} may be left out. */
    void addWithoutNeed(String apiVersion, String kind, String meaning, Schema spec) {
        objects.put(kind, envelope(apiVersion, kind, meaning).may("spec", spec));
    }

    private Schema envelope(String apiVersion, String kind, String meaning) {
        meanings.put(kind, meaning);
        return Schema.object(kind + ": " + meaning + ".")
                .must(
                        "apiVersion",
                        Schema.any()
                                .with("const", apiVersion)
                                .describedAs("The language: always " + apiVersion + "."))
                .must(
                        "kind",
                        Schema.any().with("const", kind).describedAs(kind + ": " + meaning + "."))
                .must("metadata", Schema.ref(CommonShapes.METADATA));
    }

    /** Whole objects by their kind. */
    Map<String, Schema> objects() {
        return objects;
    }

    /** An object of any kind: the kind says what else it may have. */
    Schema anyObject() {
        String[] words =
                meanings.entrySet().stream()
                        .flatMap(e -> Stream.of(e.getKey(), e.getValue()))
                        .toArray(String[]::new);
        Schema object =
                Schema.any()
                        .with("type", "object")
                        .describedAs("An object: apiVersion, kind, metadata and spec.")
                        .must(
                                "apiVersion",
                                Schema.words(
                                        "Which language this object is in.",
                                        "openslo/v1",
                                        "OpenSLO's kinds",
                                        "sluice.dev/v1",
                                        "Sluice's own kinds"))
                        .must("kind", Schema.words("What this object is.", words))
                        .must("metadata", Schema.any())
                        .may("spec", Schema.any());
        objects.keySet()
                .forEach(
                        kind ->
                                object.rule(
                                        Schema.when(
                                                Schema.saying("kind", kind), Schema.ref(kind))));
        return object;
    }
}
