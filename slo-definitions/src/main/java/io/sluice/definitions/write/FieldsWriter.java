package io.sluice.definitions.write;

import io.sluice.definitions.model.Tree;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A mapping in the making; keys keep the order in which they are put. Used by one thread. */
public final class FieldsWriter {
    /** The longest number that definition files may have. */
    private static final int MAX_NUMBER_LENGTH = 40;

    private final Map<String, Tree> fields = new LinkedHashMap<>();

    /** Puts any value. */
    public FieldsWriter put(String key, Tree value) {
        fields.put(key, value);
        return this;
    }

    /** Puts a value that may be absent. */
    public FieldsWriter put(String key, Optional<? extends Tree> value) {
        value.ifPresent(v -> fields.put(key, v));
        return this;
    }

    public FieldsWriter text(String key, String text) {
        return put(key, new Tree.Text(text));
    }

    public FieldsWriter text(String key, Optional<String> text) {
        return put(key, text.map(Tree.Text::new));
    }

    /** Puts a text unless it is empty. */
    public FieldsWriter someText(String key, String text) {
        return text.isEmpty() ? this : text(key, text);
    }

    public FieldsWriter truth(String key, boolean truth) {
        return put(key, new Tree.Truth(truth));
    }

    public FieldsWriter number(String key, BigDecimal number) {
        return put(key, FieldsWriter.number(number));
    }

    public FieldsWriter number(String key, double number) {
        return number(key, BigDecimal.valueOf(number));
    }

    public FieldsWriter number(String key, long number) {
        return number(key, BigDecimal.valueOf(number));
    }

    public FieldsWriter texts(String key, Collection<String> texts) {
        return put(key, FieldsWriter.texts(texts));
    }

    /** Puts a list unless it is empty. */
    public FieldsWriter someItems(String key, List<? extends Tree> items) {
        return items.isEmpty() ? this : put(key, new Tree.Items(List.copyOf(items)));
    }

    /** What was put. */
    public Tree.Fields toTree() {
        return new Tree.Fields(fields);
    }

    /** A list of texts. */
    public static Tree.Items texts(Collection<String> texts) {
        return new Tree.Items(texts.stream().<Tree>map(Tree.Text::new).toList());
    }

    /** In its shortest form, and without an exponent unless that would be too long. */
    private static Tree.Numeral number(BigDecimal number) {
        BigDecimal shortest = number.stripTrailingZeros();
        String plain = shortest.toPlainString();
        return new Tree.Numeral(
                plain.length() <= MAX_NUMBER_LENGTH ? new BigDecimal(plain) : shortest);
    }
}
