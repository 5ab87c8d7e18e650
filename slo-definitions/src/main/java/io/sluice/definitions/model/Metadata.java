package io.sluice.definitions.model;

import java.util.List;
import java.util.Map;

/**
 * The {@code metadata} of an object.
 *
 * @param name an RFC 1123 label, unique per kind
 * @param displayName for people; the name where none was given
 * @param labels a label has one value or several
 */
public record Metadata(
        String name,
        String displayName,
        Map<String, List<String>> labels,
        Map<String, String> annotations) {
    public Metadata {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
