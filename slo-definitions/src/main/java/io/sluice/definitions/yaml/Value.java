package io.sluice.definitions.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A value on its way from YAML to the model: it knows its place and its path, so whatever is wrong
 * with it is reported there. Every method that reads it as something gives an empty result exactly
 * where it reported an error.
 *
 * @param path from the document's root, for example {@code spec.objectives[0].target}
 * @param key the last key of the path
 * @param keyAt where that key stands; for a list's item and a document's root, where the value
 *     begins
 */
public record Value(Reading reading, String path, String key, Position keyAt, YamlNode node) {
    /** Words that YAML 1.1 took for booleans, and that people still write. */
    private static final Set<String> OLD_BOOLEANS = Set.of("on", "off", "yes", "no", "y", "n");

    /**
     * More digits than any target, threshold or share has; also keeps arithmetic on hostile
     * exponents cheap.
     */
    private static final int MAX_NUMBER_LENGTH = 40;

    private static final int MAX_SCALE = 40;

    private static final Pattern NOT_FINITE =
            Pattern.compile("[-+]?\\.inf|\\.nan", Pattern.CASE_INSENSITIVE);

    /** A document's outermost value. */
    public static Value root(Reading reading, String path, YamlNode node) {
        return new Value(reading, path, path, node.at(), node);
    }

    /** Where the value begins. */
    public Position at() {
        return node.at();
    }

    /** Reports an error at the value. */
    public <T> Optional<T> wrong(String message, String expected) {
        reading.error(node.at(), path, message, expected);
        return Optional.empty();
    }

    /** Reports an error at the value's key. */
    public <T> Optional<T> wrongKey(String message, String expected) {
        reading.error(keyAt, path, message, expected);
        return Optional.empty();
    }

    /** Reports a warning at the value. */
    public void warn(String message, String expected) {
        reading.warn(node.at(), path, message, expected);
    }

    /** Reports a warning at the value's key. */
    public void warnKey(String message, String expected) {
        reading.warn(keyAt, path, message, expected);
    }

    /** Reports a note at the value. */
    public void note(String message, String expected) {
        reading.note(node.at(), path, message, expected);
    }

    /** Reports a note at the value's key. */
    public void noteKey(String message, String expected) {
        reading.note(keyAt, path, message, expected);
    }

    /** Text; a number or a boolean needs quotes to be text. */
    public Optional<String> text() {
        if (node instanceof YamlNode.Scalar scalar) {
            return scalar.type() == YamlNode.Type.TEXT
                    ? Optional.of(scalar.text())
                    : wrong(
                            "`" + key + "` must be text, and " + node.inMessages() + " is not",
                            "\"" + Texts.shortened(scalar.text()) + "\" in quotes");
        }
        return wrong("`" + key + "` must be text, not " + node.inMessages(), "text");
    }

    /** Text with at least one character that is not blank. */
    public Optional<String> someText() {
        return text().flatMap(
                        text ->
                                text.isBlank()
                                        ? wrong("`" + key + "` is empty", "text")
                                        : Optional.of(text));
    }

    /** Text of at most so many code points. */
    public Optional<String> text(int maxLength) {
        return text().flatMap(
                        text -> {
                            int length = text.codePointCount(0, text.length());
                            return length > maxLength
                                    ? wrong(
                                            "`" + key + "` has " + length + " characters",
                                            "at most " + maxLength)
                                    : Optional.of(text);
                        });
    }

    /**
     * The text by which an attribute's value is compared: integers in decimal, booleans as words.
     */
    public Optional<String> attributeText() {
        if (!(node instanceof YamlNode.Scalar scalar)) {
            return wrong(
                    "an attribute is compared with one value, not with " + node.inMessages(),
                    "text");
        }
        return switch (scalar.type()) {
            case TEXT -> Optional.of(scalar.text());
            case INTEGER -> integer().map(BigInteger::toString);
            case BOOLEAN -> Optional.of(String.valueOf(scalar.text().equalsIgnoreCase("true")));
            case DECIMAL ->
                    wrong(
                            node.inMessages()
                                    + " would be compared as text, and decimals have many texts",
                            "above, atLeast, below or atMost for a number, or quotes for text");
            case NULL -> wrong("`" + key + "` is empty", "a value");
        };
    }

    public Optional<Boolean> bool() {
        if (node instanceof YamlNode.Scalar scalar) {
            if (scalar.type() == YamlNode.Type.BOOLEAN) {
                return Optional.of(scalar.text().equalsIgnoreCase("true"));
            }
            if (OLD_BOOLEANS.contains(scalar.text().toLowerCase(Locale.ROOT))) {
                return wrong(
                        node.inMessages() + " is text, not a boolean, since YAML 1.2",
                        "true or false");
            }
        }
        return wrong("`" + key + "` must be a boolean, not " + node.inMessages(), "true or false");
    }

    /** A finite number, exact. */
    public Optional<BigDecimal> number() {
        if (node instanceof YamlNode.Scalar scalar) {
            if (scalar.text().length() > MAX_NUMBER_LENGTH) {
                return wrong(
                        "the number is too long", "at most " + MAX_NUMBER_LENGTH + " characters");
            }
            switch (scalar.type()) {
                case INTEGER -> {
                    return integer().map(BigDecimal::new);
                }
                case DECIMAL -> {
                    return decimal(scalar.text());
                }
                case TEXT, BOOLEAN, NULL -> {
                    // Falls through to the one message for all of them.
                }
            }
        }
        return wrong(
                "`" + key + "` must be a number, not " + node.inMessages(),
                "a number without quotes");
    }

    /** A number for which a condition holds, which {@code expected} puts in words. */
    public Optional<BigDecimal> number(Predicate<BigDecimal> condition, String expected) {
        return number().flatMap(
                        number ->
                                condition.test(number)
                                        ? Optional.of(number)
                                        : wrong(
                                                "`"
                                                        + key
                                                        + "` is out of range: "
                                                        + node.inMessages(),
                                                expected));
    }

    /** A whole number from {@code minimum} up. */
    public Optional<Long> count(long minimum) {
        return number(
                        n ->
                                n.stripTrailingZeros().scale() <= 0
                                        && n.compareTo(BigDecimal.valueOf(minimum)) >= 0
                                        && n.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0,
                        "a whole number from " + minimum)
                .map(BigDecimal::longValueExact);
    }

    /** One of a closed set of words. */
    public <T> Optional<T> oneOf(Map<String, T> words) {
        return text().flatMap(
                        word -> {
                            T meaning = words.get(word);
                            return meaning != null
                                    ? Optional.of(meaning)
                                    : wrong(
                                            "unknown `"
                                                    + key
                                                    + "` `"
                                                    + Texts.shortened(word)
                                                    + "`"
                                                    + Texts.didYouMean(word, words.keySet()),
                                            Texts.choice(words.keySet()));
                        });
    }

    /** A mapping; what {@code read} does not ask for is reported as unknown afterwards. */
    public <T> Optional<T> object(Function<Fields, Optional<T>> read) {
        return fields().flatMap(
                        fields -> {
                            Optional<T> result = read.apply(fields);
                            fields.finish();
                            return result;
                        });
    }

    /** A mapping that the caller will read and {@link Fields#finish}. */
    public Optional<Fields> fields() {
        return node instanceof YamlNode.Mapping mapping
                ? Optional.of(new Fields(this, mapping))
                : wrong(
                        (key.isEmpty() ? "an object" : "`" + key + "`")
                                + " must be a mapping, not "
                                + node.inMessages(),
                        "keys and values");
    }

    /** The value of a key, if this is a mapping that has it; reports nothing. */
    public Optional<Value> peek(String wanted) {
        return node instanceof YamlNode.Mapping mapping
                ? mapping.entries().stream()
                        .filter(e -> e.key().text().equals(wanted))
                        .findFirst()
                        .map(this::child)
                : Optional.empty();
    }

    /** The value of one of this mapping's entries. */
    public Value child(YamlNode.Entry entry) {
        return new Value(
                reading, pathOf(entry), entry.key().text(), entry.key().at(), entry.value());
    }

    /** The path of one of this mapping's entries. */
    public String pathOf(YamlNode.Entry entry) {
        return path.isEmpty() ? entry.key().text() : path + "." + entry.key().text();
    }

    /** A list of values without further structure yet. */
    public Optional<List<Value>> items() {
        if (!(node instanceof YamlNode.Sequence sequence)) {
            return wrong("`" + key + "` must be a list, not " + node.inMessages(), "a list");
        }
        List<Value> items = new ArrayList<>(sequence.items().size());
        for (YamlNode item : sequence.items()) {
            String name = key + "[" + items.size() + "]";
            items.add(new Value(reading, path + "[" + items.size() + "]", name, item.at(), item));
        }
        return Optional.of(items);
    }

    /** A list; items that are wrong are reported and left out. */
    public <T> Optional<List<T>> list(Function<Value, Optional<T>> read) {
        return items().map(items -> items.stream().map(read).flatMap(Optional::stream).toList());
    }

    /** A list of at least one item; items that are wrong are reported and left out. */
    public <T> Optional<List<T>> someOf(Function<Value, Optional<T>> read) {
        return items().flatMap(
                        items ->
                                items.isEmpty()
                                        ? wrong("`" + key + "` is empty", "at least one")
                                        : list(read));
    }

    private Optional<BigDecimal> decimal(String text) {
        if (NOT_FINITE.matcher(text).matches()) {
            return wrong("`" + key + "` must be finite", "a number");
        }
        try {
            BigDecimal number = new BigDecimal(text);
            if (Math.abs((long) number.scale()) <= MAX_SCALE) {
                return Optional.of(number);
            }
        } catch (NumberFormatException _) {
            // An exponent that is itself out of range.
        }
        return wrong("`" + key + "` is out of range", "at most " + MAX_SCALE + " decimal places");
    }

    private Optional<BigInteger> integer() {
        String text = ((YamlNode.Scalar) node).text();
        if (text.length() > MAX_NUMBER_LENGTH) {
            return wrong("the number is too long", "at most " + MAX_NUMBER_LENGTH + " characters");
        }
        return Optional.of(
                text.startsWith("0x")
                        ? new BigInteger(text.substring(2), 16)
                        : text.startsWith("0o")
                                ? new BigInteger(text.substring(2), 8)
                                : new BigInteger(text));
    }
}
