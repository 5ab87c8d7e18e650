package io.sluice.collector.match;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Op;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All conditions on one attribute, decided together: a bit per condition, set where it holds.
 * Equality needs one lookup of the value among all texts that any condition names; each text has
 * its row of bits ready. Immutable and thread-safe.
 */
final class SlotConditions {

    private final long[] mask; // the bits of this slot's conditions
    private final boolean none;
    private final long[] whenMissing;
    private final ByteStrings literals;
    private final long[][]
            whenLiteral; // by literal; the last row is for every other text and for values without
    // text
    private final Prefix[] prefixes;
    private final Comparison[] comparisons;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Prefix(byte[] bytes, int bit) {}

    private record Comparison(Op op, double bound, int bit) {}

    /**
     * @param firstBit the bit of the first condition; the others follow
     * @param words how many longs all conditions of the plan take
     */
    SlotConditions(List<Condition> conditions, int firstBit, int words) {
        List<String> texts = new ArrayList<>();
        for (Condition condition : conditions) {
            switch (condition) {
                case Condition.In in -> texts.addAll(in.values());
                case Condition.NotIn notIn -> texts.addAll(notIn.values());
                case Condition.StartsWith _, Condition.Exists _, Condition.Compare _ -> {}
            }
        }
        mask = new long[words];
        none = conditions.isEmpty();
        whenMissing = new long[words];
        literals = ByteStrings.of(texts);
        whenLiteral = new long[literals.size() + 1][words];
        List<Prefix> prefixes = new ArrayList<>();
        List<Comparison> comparisons = new ArrayList<>();
        int bit = firstBit;
        for (Condition condition : conditions) {
            set(mask, bit);
            switch (condition) {
                case Condition.In(_, var values) -> {
                    for (String value : values) {
                        set(whenLiteral[literals.indexOf(value)], bit);
                    }
                }
                case Condition.NotIn(_, var values) -> {
                    set(whenMissing, bit);
                    setInAllRows(bit);
                    for (String value : values) {
                        whenLiteral[literals.indexOf(value)][bit >> 6] &= ~(1L << bit);
                    }
                }
                case Condition.Exists(_, var expected) -> {
                    if (expected) {
                        setInAllRows(bit);
                    } else {
                        set(whenMissing, bit);
                    }
                }
                case Condition.StartsWith(_, var prefix) ->
                        prefixes.add(new Prefix(prefix.getBytes(StandardCharsets.UTF_8), bit));
                case Condition.Compare(_, var op, var bound) ->
                        comparisons.add(new Comparison(op, bound, bit));
            }
            bit++;
        }
        this.prefixes = prefixes.toArray(Prefix[]::new);
        this.comparisons = comparisons.toArray(Comparison[]::new);
    }

    private void setInAllRows(int bit) {
        for (long[] row : whenLiteral) {
            set(row, bit);
        }
    }

    /** Decides as if the attribute were missing. */
    void decideMissing(long[] bits) {
        replace(bits, whenMissing);
    }

    /** Decides by the slot's value, which is present. */
    void decide(Attributes attributes, int slot, CanonicalText text, long[] bits) {
        if (none) {
            return; // only groups by it
        }
        boolean hasText = text.take(attributes, slot);
        int literal = hasText ? literals.indexOf(text.bytes(), text.offset(), text.length()) : -1;
        replace(bits, whenLiteral[literal < 0 ? literals.size() : literal]);
        if (hasText) {
            for (Prefix prefix : prefixes) {
                if (startsWith(text, prefix.bytes)) {
                    set(bits, prefix.bit);
                }
            }
        }
        if (comparisons.length > 0) {
            double value = numberOf(attributes, slot);
            for (Comparison comparison : comparisons) {
                if (comparison.op.test(value, comparison.bound)) {
                    set(bits, comparison.bit);
                }
            }
        }
    }

    private void replace(long[] bits, long[] by) {
        for (int word = 0; word < mask.length; word++) {
            bits[word] = (bits[word] & ~mask[word]) | by[word];
        }
    }

    private static boolean startsWith(CanonicalText text, byte[] prefix) {
        return text.length() >= prefix.length
                && Arrays.equals(
                        text.bytes(),
                        text.offset(),
                        text.offset() + prefix.length,
                        prefix,
                        0,
                        prefix.length);
    }

    private static double numberOf(Attributes attributes, int slot) {
        return switch (attributes.type(slot)) {
            case Attributes.INTEGER -> attributes.integer(slot);
            case Attributes.NUMBER -> attributes.number(slot);
            case Attributes.TEXT ->
                    DecimalText.parse(
                            attributes.textBytes(slot),
                            attributes.textOffset(slot),
                            attributes.textLength(slot));
            default -> Double.NaN;
        };
    }

    private static void set(long[] bits, int bit) {
        bits[bit >> 6] |= 1L << bit;
    }
}
