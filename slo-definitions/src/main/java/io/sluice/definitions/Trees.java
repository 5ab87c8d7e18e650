package io.sluice.definitions;

import io.sluice.definitions.model.Tree;
import io.sluice.definitions.yaml.YamlNode;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Takes YAML over as it is, where its shape is not this language's to say. */
final class Trees {
    private Trees() {}

    static Tree of(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar(scalar);
            case YamlNode.Sequence list ->
                    new Tree.Items(list.items().stream().map(Trees::of).toList());
            case YamlNode.Mapping mapping -> fields(mapping);
        };
    }

    /** Of a key that occurs twice the first counts. */
    static Tree.Fields fields(YamlNode.Mapping mapping) {
        Map<String, Tree> fields = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            fields.putIfAbsent(entry.key().text(), of(entry.value()));
        }
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
