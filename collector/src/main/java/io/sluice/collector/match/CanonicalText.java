package io.sluice.collector.match;

import java.nio.charset.StandardCharsets;

/**
 * The text of an attribute's value, as bytes: what text conditions compare and what groups are
 * named by. Mutable, reused, not thread-safe; holds the last text that was asked for.
 */
public final class CanonicalText {

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final double WHOLE_BELOW = 0x1p53;

    private final byte[] digits = new byte[20]; // -9223372036854775808
    private byte[] bytes = digits;
    private int offset;
    private int length;

    CanonicalText() {}

    /** Takes a slot's text; false if the value is absent or has none. */
    boolean take(Attributes attributes, int slot) {
        switch (attributes.type(slot)) {
            case Attributes.TEXT ->
                    set(
                            attributes.textBytes(slot),
                            attributes.textOffset(slot),
                            attributes.textLength(slot));
            case Attributes.INTEGER -> takeDecimal(attributes.integer(slot));
            case Attributes.NUMBER -> takeNumber(attributes.number(slot));
            case Attributes.BOOLEAN -> {
                byte[] text = attributes.bool(slot) ? TRUE : FALSE;
                set(text, 0, text.length);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The array that the text lies in. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where it begins. */
    public int offset() {
        return offset;
    }

    /** How many bytes it has. */
    public int length() {
        return length;
    }

    private void set(byte[] bytes, int offset, int length) {
        if (this.bytes != bytes) {
            this.bytes = bytes;
        }
        this.offset = offset;
        this.length = length;
    }

    private void takeNumber(double value) {
        if (Math.abs(value) < WHOLE_BELOW && value == Math.rint(value)) {
            takeDecimal((long) value);
        } else {
            byte[] text = Double.toString(value).getBytes(StandardCharsets.US_ASCII);
            set(text, 0, text.length);
        }
    }

    private void takeDecimal(long value) {
        int at = digits.length;
        long rest = value;
        do {
            // Remainders keep the sign, so that Long.MIN_VALUE needs no special case.
            digits[--at] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            digits[--at] = '-';
        }
        set(digits, at, digits.length - at);
    }
}
