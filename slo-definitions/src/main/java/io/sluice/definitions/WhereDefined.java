package io.sluice.definitions;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Reading;
import io.sluice.definitions.yaml.YamlNode;
import io.sluice.definitions.yaml.YamlParser;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the place in its files where an object of a set is defined. */
public final class WhereDefined {
    private WhereDefined() {}

    /**
     * A place.
     *
     * @param file relative to the folder that was loaded
     * @param line from 1, of the object's first key
     */
    public record Place(String file, int line) {}

    /**
     * Only files that hold the name are parsed.
     *
     * @param kind as files say it, for example {@code SLO}
     * @return empty where no object says its kind and name so, as in files of other tools
     */
    public static Optional<Place> of(DefinitionSet set, String kind, String name) {
        return set.files().stream()
                .filter(file -> file.text().contains(name))
                .flatMap(file -> in(file, kind, name).stream())
                .findFirst();
    }

    private static Optional<Place> in(SourceFile file, String kind, String name) {
        List<YamlNode> documents =
                YamlParser.parse(file.text(), new Reading(file.path(), new ArrayList<>()));
        for (YamlNode document : documents) {
            List<YamlNode> objects =
                    document instanceof YamlNode.Sequence list ? list.items() : List.of(document);
            for (YamlNode object : objects) {
                if (has(object, "kind", kind)
                        && child(object, "metadata")
                                .filter(m -> has(m, "name", name))
                                .isPresent()) {
                    return Optional.of(new Place(file.path(), object.at().line()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean has(YamlNode object, String key, String text) {
        return child(object, key)
                .filter(
                        value ->
                                value instanceof YamlNode.Scalar scalar
                                        && scalar.text().equals(text))
                .isPresent();
    }

    private static Optional<YamlNode> child(YamlNode object, String key) {
        return object instanceof YamlNode.Mapping mapping
                ? mapping.entries().stream()
                        .filter(entry -> entry.key().text().equals(key))
                        .map(YamlNode.Entry::value)
                        .findFirst()
                : Optional.empty();
    }
}
