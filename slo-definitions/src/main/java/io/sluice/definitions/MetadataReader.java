package io.sluice.definitions;

import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads {@code metadata}, with labels and annotations by OpenSLO's rules. */
final class MetadataReader {
    /** The validator's limit; the specification has none. */
    private static final int VALIDATOR_DISPLAY_NAME = 63;

    private static final int MAX_DESCRIPTION = 1050;
    private static final int MAX_PREFIX = 253;
    private static final Pattern KEY =
            Pattern.compile("[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?");
    private static final Pattern PREFIX =
            Pattern.compile(
                    "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");

    private MetadataReader() {}

    /**
     * Metadata and where its parts stand, since some labels and annotations mean something.
     *
     * @param labels by key
     * @param annotations by key
     */
    record ReadMetadata(
            Metadata metadata,
            Value value,
            Map<String, Value> labels,
            Map<String, Value> annotations) {
        String name() {
            return metadata.name();
        }

        /** Where it stands, if it is there and is text. */
        Optional<Value> annotation(Annotations annotation) {
            return Optional.ofNullable(annotations.get(annotation.key()))
                    .filter(value -> metadata.annotations().containsKey(value.key()));
        }
    }

    /** Reads the metadata of an object of this kind, inline or on its own. */
    static Function<Value, Optional<ReadMetadata>> of(Kind kind) {
        return value -> read(value, kind);
    }

    private static Optional<ReadMetadata> read(Value value, Kind kind) {
        return value.object(
                fields -> {
                    Optional<String> name = fields.require("name", Names::ofObject);
                    Optional<String> displayName =
                            fields.optional("displayName", MetadataReader::displayName);
                    Map<String, List<String>> labels = new LinkedHashMap<>();
                    Map<String, Value> labelValues = new LinkedHashMap<>();
                    fields.optional("labels", v -> entries(v, labelValues));
                    labelValues.forEach(
                            (key, v) -> label(v).ifPresent(texts -> labels.put(key, texts)));
                    Map<String, String> annotations = new LinkedHashMap<>();
                    Map<String, Value> annotationValues = new LinkedHashMap<>();
                    fields.optional("annotations", v -> entries(v, annotationValues));
                    annotationValues.forEach(
                            (key, v) ->
                                    annotation(v, kind)
                                            .ifPresent(text -> annotations.put(key, text)));
                    // Without a name the object is lost, yet its labels and annotations are checked
                    // as they mean something.
                    Metadata metadata =
                            new Metadata(
                                    name.orElse(""),
                                    displayName.or(() -> name).orElse(""),
                                    labels,
                                    annotations);
                    return Optional.of(
                            new ReadMetadata(metadata, value, labelValues, annotationValues));
                });
    }

    /** A {@code description}, wherever it stands. */
    static Optional<String> description(Value value) {
        return value.text(MAX_DESCRIPTION);
    }

    /** An objective's or an object's {@code displayName}. */
    static Optional<String> displayName(Value value) {
        Optional<String> text = value.text();
        text.filter(t -> t.codePointCount(0, t.length()) > VALIDATOR_DISPLAY_NAME)
                .ifPresent(
                        _ ->
                                value.warn(
                                        "OpenSLO's validator refuses a `displayName` of this"
                                                + " length",
                                        "at most " + VALIDATOR_DISPLAY_NAME + " characters"));
        return text;
    }

    private static Optional<Boolean> entries(Value value, Map<String, Value> into) {
        return value.object(
                fields -> {
                    for (Value entry : fields.all()) {
                        into.put(entry.key(), entry);
                    }
                    return Optional.of(true);
                });
    }

    private static Optional<List<String>> label(Value value) {
        if (!KEY.matcher(value.key()).matches()) {
            return value.wrongKey(
                    "not a label's key: `" + Texts.shortened(value.key()) + "`",
                    "1 to 63 letters, digits, -, _ and ., a letter or digit at both ends");
        }
        return value.node() instanceof YamlNode.Sequence
                ? value.list(Value::text)
                : value.text().map(List::of);
    }

    private static Optional<String> annotation(Value value, Kind kind) {
        String key = value.key();
        int slash = key.indexOf('/');
        String prefix = slash < 0 ? "" : key.substring(0, slash);
        boolean prefixRight =
                slash < 0 || (prefix.length() <= MAX_PREFIX && PREFIX.matcher(prefix).matches());
        if (!prefixRight || !KEY.matcher(key.substring(slash + 1)).matches()) {
            return value.wrongKey(
                    "not an annotation's key: `" + Texts.shortened(key) + "`",
                    "a name, or a lower-case domain, / and a name");
        }
        if (prefix.equals("openslo.com")) {
            value.warnKey("annotations under openslo.com/ are reserved", "a domain of your own");
        }
        if (prefix.equals(Annotations.DOMAIN)) {
            return Annotations.requireKnown(value, kind).flatMap(_ -> value.text());
        }
        return value.text();
    }
}
