package io.sluice.definitions.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The definition language as JSON Schema of draft 7, which every editor knows. Immutable and
 * thread-safe.
 *
 * <p>It says all that can be said of one file: keys, types, words, ranges, and which keys go
 * together. What needs other files (names that are referred to) or arithmetic across keys (shares
 * that rise, alerts that can never fire) is the loader's alone.
 */
public final class DefinitionSchema {
    /** The file's name, wherever it is written; the loader leaves it out. */
    public static final String FILE_NAME = "sluice.schema.json";

    private static final String DRAFT = "http://json-schema.org/draft-07/schema#";
    private static final String ANY_OBJECT = "Object";

    private final Kinds kinds = new Kinds();
    private final Map<String, Schema> definitions = new LinkedHashMap<>();

    public DefinitionSchema() {
        OpenSloShapes.defineIn(kinds, definitions);
        SluiceShapes.defineIn(kinds, definitions);
        SourceShapes.defineIn(definitions);
        CommonShapes.defineIn(definitions);
    }

    /** The words behind {@code kind:}. */
    public List<String> kinds() {
        return List.copyOf(kinds.objects().keySet());
    }

    /** The schema of a document: an object of any kind, or a list of them. */
    public String text() {
        return text(
                "Sluice definitions",
                Schema.any()
                        .with("if", Schema.any().with("type", "array"))
                        .with("then", Schema.any().with("items", Schema.ref(ANY_OBJECT)))
                        .with("else", Schema.ref(ANY_OBJECT)));
    }

    /** The schema of objects of one kind; empty where there is no such kind. */
    public Optional<String> text(String kind) {
        return kinds.objects().containsKey(kind)
                ? Optional.of(text("Sluice: " + kind, Schema.ref(kind)))
                : Optional.empty();
    }

    private String text(String title, Schema root) {
        Map<String, Object> defined = new LinkedHashMap<>();
        defined.put(ANY_OBJECT, kinds.anyObject().tree());
        kinds.objects().forEach((kind, shape) -> defined.put(kind, shape.tree()));
        definitions.forEach((name, shape) -> defined.put(name, shape.tree()));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("$schema", DRAFT);
        document.put("title", title);
        document.putAll(root.tree());
        document.put("definitions", defined);
        return JsonText.of(document);
    }
}
