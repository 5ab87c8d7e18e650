package io.sluice.definitions.yaml;

import java.util.List;

/**
 * A YAML value and where it stands. Aliases are resolved by sharing, so a document is a graph
 * without cycles; {@link #size} counts it as if it were written out, which is what a reader that
 * walks it pays.
 */
public sealed interface YamlNode {

    /** Where the value begins. */
    Position at();

    /**
     * How many nodes there are from here downwards, aliases expanded; saturates rather than
     * overflows.
     */
    long size();

    /**
     * A single value with its type by the core schema of YAML 1.2; {@code on}, {@code yes} and
     * dates are text there.
     */
    record Scalar(Position at, String text, Type type) implements YamlNode {
        @Override
        public long size() {
            return 1;
        }
    }

    /** A list. */
    record Sequence(Position at, List<YamlNode> items, long size) implements YamlNode {}

    /** A mapping in the order of the text; whoever reads it finds the keys that occur twice. */
    record Mapping(Position at, List<Entry> entries, long size) implements YamlNode {}

    /** One key of a mapping. */
    record Entry(Scalar key, YamlNode value) {}

    /** What a scalar is. */
    enum Type {
        TEXT,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        NULL
    }

    /** Whether this is the explicit or implied null, which counts as absent. */
    default boolean isNull() {
        return this instanceof Scalar scalar && scalar.type() == Type.NULL;
    }

    /**
     * The value as a message shows it: the text of a scalar, shortened; the shape of anything else.
     */
    default String inMessages() {
        return switch (this) {
            case Scalar scalar -> "`" + Texts.shortened(scalar.text()) + "`";
            case Sequence _ -> "a list";
            case Mapping _ -> "a mapping";
        };
    }
}
