package io.sluice.collector.dogstatsd;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What an event may say beside its title, text, time and tags; named as Datadog's API names it. */
enum EventField {
    HOST('h', "host"),
    AGGREGATION_KEY('k', "aggregation_key"),
    PRIORITY('p', "priority", "normal", "low"),
    SOURCE_TYPE('s', "source_type_name"),
    ALERT_TYPE('t', "alert_type", "info", "success", "warning", "error");

    private static final EventField[] VALUES = values();

    private final char letter;

    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
    private final byte[] attribute;

    @SuppressWarnings("ImmutableEnumChecker") // a list that cannot be changed
    private final List<String> values;

    /**
     * @param values the only ones that there are; none if any text is one
     */
    EventField(char letter, String attribute, String... values) {
        this.letter = letter;
        this.attribute = attribute.getBytes(StandardCharsets.US_ASCII);
        this.values = List.of(values);
    }

    /** The field with this letter; null if there is none. */
    static @Nullable EventField of(int letter) {
        for (EventField field : VALUES) {
            if (field.letter == letter) {
                return field;
            }
        }
        return null;
    }

    /** The attribute that it becomes. Not to be written to. */
    byte[] attribute() {
        return attribute;
    }

    /** Whether it may have this value. */
    boolean takes(byte[] bytes, int offset, int length) {
        return values.isEmpty()
                || values.contains(new String(bytes, offset, length, StandardCharsets.UTF_8));
    }
}
