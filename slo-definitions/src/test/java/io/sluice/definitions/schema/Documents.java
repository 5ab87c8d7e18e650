package io.sluice.definitions.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;
import io.sluice.definitions.yaml.Reading;
import io.sluice.definitions.yaml.YamlNode;
import io.sluice.definitions.yaml.YamlParser;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Definition files as JSON, object by object, which the loader reads as well as YAML. */
public final class Documents {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final List<JsonNode> objects;

    private Documents(List<JsonNode> objects) {
        this.objects = objects;
    }

    /** Files that are valid together. */
    static Documents of(Path... filesOrFolders) {
        Loaded loaded = new DefinitionLoader().load(List.of(filesOrFolders));
        if (!loaded.valid()) {
            throw new AssertionError(
                    loaded.problems().stream()
                            .filter(p -> p.severity() == Problem.Severity.ERROR)
                            .toList()
                            .toString());
        }
        List<JsonNode> objects = new ArrayList<>();
        loaded.definitions().orElseThrow().files().forEach(f -> objects.addAll(objects(f.text())));
        return new Documents(List.copyOf(objects));
    }

    /** The objects of a text, one by one. */
    public static List<JsonNode> objects(String text) {
        List<JsonNode> objects = new ArrayList<>();
        for (YamlNode document : YamlParser.parse(text, new Reading("", new ArrayList<>()))) {
            JsonNode json = json(document);
            if (json.isArray()) {
                json.forEach(objects::add);
            } else {
                objects.add(json);
            }
        }
        return objects;
    }

    List<JsonNode> objects() {
        return objects;
    }

    /** The errors of one object, loaded with all the others, that stands in another's place. */
    List<Problem> errors(int index, JsonNode instead) {
        List<SourceFile> files = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            JsonNode object = i == index ? instead : objects.get(i);
            files.add(new SourceFile(i + ".json", object.toString()));
        }
        return new DefinitionLoader()
                .loadSources(files).problems().stream()
                        .filter(p -> p.severity() == Problem.Severity.ERROR)
                        .filter(p -> p.file().equals(index + ".json"))
                        .toList();
    }

    /** By the core schema of YAML 1.2, as editors do. */
    static JsonNode json(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar(scalar);
            case YamlNode.Sequence list -> {
                ArrayNode array = JSON.arrayNode();
                list.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case YamlNode.Mapping mapping -> {
                ObjectNode object = JSON.objectNode();
                mapping.entries().forEach(e -> object.set(e.key().text(), json(e.value())));
                yield object;
            }
        };
    }

    private static JsonNode scalar(YamlNode.Scalar scalar) {
        return switch (scalar.type()) {
            case TEXT -> JSON.textNode(scalar.text());
            case INTEGER -> JSON.numberNode(new BigInteger(scalar.text()));
            case DECIMAL -> JSON.numberNode(new BigDecimal(scalar.text()));
            case BOOLEAN -> JSON.booleanNode(Boolean.parseBoolean(scalar.text()));
            case NULL -> JSON.nullNode();
        };
    }

    /** What counts: a key without a value is a key left out. */
    public static JsonNode withoutNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JSON.objectNode();
            object.properties().stream()
                    .filter(e -> !e.getValue().isNull())
                    .forEach(e -> copy.set(e.getKey(), withoutNulls(e.getValue())));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JSON.arrayNode();
            array.forEach(item -> copy.add(withoutNulls(item)));
            return copy;
        }
        return node;
    }
}
