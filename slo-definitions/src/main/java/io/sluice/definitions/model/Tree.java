package io.sluice.definitions.model;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * YAML whose shape is not this language's to say: a DataSource's {@code connectionDetails}, or the
 * {@code spec} of another tool's metric source.
 */
public sealed interface Tree {
    /** A text, or whatever else YAML takes for one. */
    record Text(String text) implements Tree {}

    /** A number, exact. */
    record Numeral(BigDecimal number) implements Tree {}

    /** {@code true} or {@code false}. */
    record Truth(boolean truth) implements Tree {}

    /** {@code null}, or nothing behind a key. */
    record Nothing() implements Tree {}

    /** A list. */
    record Items(List<Tree> items) implements Tree {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A mapping, in the order of the file. */
    record Fields(Map<String, Tree> fields) implements Tree {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }
}
