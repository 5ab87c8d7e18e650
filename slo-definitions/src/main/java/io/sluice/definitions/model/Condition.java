package io.sluice.definitions.model;

import java.util.List;

/**
 * One condition on one attribute. Text conditions compare the attribute's canonical text (a string
 * as it is, an integer in decimal, a boolean as {@code true} or {@code false}); numeric conditions
 * compare numbers and texts that are numbers. A missing attribute satisfies only {@link NotIn} and
 * {@code Exists(false)}.
 */
public sealed interface Condition {
    /** The attribute's key. */
    String attribute();

    /** {@code equals} and {@code in}: the text is one of these. */
    record In(String attribute, List<String> values) implements Condition {
        public In {
            values = List.copyOf(values);
        }
    }

    /** {@code notEquals} and {@code notIn}: the text is none of these. */
    record NotIn(String attribute, List<String> values) implements Condition {
        public NotIn {
            values = List.copyOf(values);
        }
    }

    /** {@code startsWith}. */
    record StartsWith(String attribute, String prefix) implements Condition {}

    /** {@code exists: true} or {@code exists: false}. */
    record Exists(String attribute, boolean expected) implements Condition {}

    /**
     * {@code above}, {@code atLeast}, {@code below}, {@code atMost}: the number compares so. NaN
     * never does.
     */
    record Compare(String attribute, Op op, double bound) implements Condition {}
}
