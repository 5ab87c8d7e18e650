package io.sluice.definitions;

import io.sluice.definitions.model.Tree;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes YAML over as it is, where its shape is not this language's to say. */
final class Trees {
    private Trees() {}

    /**
     * Whatever stands there; the only thing that can be wrong with it is a key that occurs twice.
     */
    static Tree of(Value value) {
        return switch (value.node()) {
            case YamlNode.Scalar scalar -> scalar(scalar);
            case YamlNode.Sequence _ ->
                    new Tree.Items(value.list(item -> Optional.of(of(item))).orElse(List.of()));
            case YamlNode.Mapping mapping -> fields(new Fields(value, mapping));
        };
    }

    /** As {@link #of}, where a mapping is wanted. */
    static Optional<Tree.Fields> fields(Value value) {
        return value.fields().map(Trees::fields);
    }

    private static Tree.Fields fields(Fields mapping) {
        Map<String, Tree> fields = new LinkedHashMap<>();
        mapping.all().forEach(entry -> fields.put(entry.key(), of(entry)));
        return new Tree.Fields(fields);
    }

    private static Tree scalar(YamlNode.Scalar scalar) {
        return switch (scalar.type()) {
            case TEXT -> new Tree.Text(scalar.text());
            case BOOLEAN -> new Tree.Truth(Boolean.parseBoolean(scalar.text()));
            case NULL -> new Tree.Nothing();
            case INTEGER, DECIMAL -> number(scalar.text());
        };
    }

    /** Hexadecimal and octal numbers, infinities and NaN stay texts. */
    private static Tree number(String text) {
        try {
            return new Tree.Numeral(new BigDecimal(text));
        } catch (NumberFormatException _) {
            return new Tree.Text(text);
        }
    }
}
