package io.sluice.definitions.imports;

import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.util.List;
import java.util.Optional;

/** Recognises documents of Sloth and Pyrra, and reads them. Stateless. */
public final class Imports {
    private static final String SLOTH = "sloth.slok.dev/v1";
    private static final String PYRRA = "pyrra.dev/v1alpha1";

    /** What {@code apiVersion} says in documents that are read here. */
    public static final List<String> API_VERSIONS = List.of(SLOTH, PYRRA);

    private Imports() {}

    /**
     * Reads a document of another tool and reports whatever is wrong with it, or cannot be carried
     * over; empty where the document is no other tool's.
     */
    public static Optional<Imported> read(Value document) {
        Optional<String> apiVersion = text(document, "apiVersion");
        if (apiVersion.equals(Optional.of(SLOTH))) {
            return Optional.of(SlothReader.resource(document));
        }
        if (apiVersion.equals(Optional.of(PYRRA))) {
            return Optional.of(PyrraReader.read(document));
        }
        boolean versioned =
                document.peek("version").isPresent()
                        && document.peek("apiVersion").isEmpty()
                        && document.peek("kind").isEmpty();
        return versioned ? Optional.of(SlothReader.file(document)) : Optional.empty();
    }

    private static Optional<String> text(Value document, String key) {
        return document.peek(key)
                .filter(value -> value.node() instanceof YamlNode.Scalar)
                .map(value -> ((YamlNode.Scalar) value.node()).text());
    }
}
