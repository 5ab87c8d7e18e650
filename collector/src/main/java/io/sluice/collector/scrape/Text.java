package io.sluice.collector.scrape;

import io.sluice.collector.match.DecimalText;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A range of bytes that is a text. Mutable, holds on to the bytes and does not copy them; not
 * thread-safe.
 */
final class Text {

    private byte[] bytes = {};
    private int offset;
    private int end;

    static Text of(String text) {
        Text made = new Text();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        made.set(bytes, 0, bytes.length);
        return made;
    }

    void set(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.offset = from;
        this.end = to;
    }

    /** A new text: this one and an ASCII suffix. */
    Text with(String suffix) {
        byte[] both =
                Arrays.copyOf(Arrays.copyOfRange(bytes, offset, end), length() + suffix.length());
        for (int i = 0; i < suffix.length(); i++) {
            both[length() + i] = (byte) suffix.charAt(i);
        }
        Text made = new Text();
        made.set(both, 0, both.length);
        return made;
    }

    /** Takes another text but for its last so many bytes. */
    void setWithout(Text other, int suffixLength) {
        set(other.bytes, other.offset, other.end - suffixLength);
    }

    void set(Text other) {
        set(other.bytes, other.offset, other.end);
    }

    /**
     * Takes a copy in which {@code \\}, {@code \"} and {@code \n} are what they stand for; other
     * backslashes stay.
     */
    void unescape(byte[] source, int from, int to) {
        byte[] plain = new byte[to - from];
        int size = 0;
        for (int at = from; at < to; at++) {
            byte b = source[at];
            if (b == '\\' && at + 1 < to) {
                switch (source[at + 1]) {
                    case '\\', '"' -> b = source[++at];
                    case 'n' -> {
                        b = '\n';
                        at++;
                    }
                    default -> {}
                }
            }
            plain[size++] = b;
        }
        set(plain, 0, size);
    }

    byte[] bytes() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    int length() {
        return end - offset;
    }

    int end() {
        return end;
    }

    boolean sameAs(Text other) {
        return Arrays.equals(bytes, offset, end, other.bytes, other.offset, other.end);
    }

    /** Whether this is another text with an ASCII suffix. */
    boolean is(Text other, String suffix) {
        int stem = other.length();
        return length() == stem + suffix.length()
                && Arrays.equals(bytes, offset, offset + stem, other.bytes, other.offset, other.end)
                && endsWith(suffix);
    }

    boolean endsWith(String suffix) {
        int from = end - suffix.length();
        if (from < offset) {
            return false;
        }
        for (int i = 0; i < suffix.length(); i++) {
            if (bytes[from + i] != suffix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether this is that ASCII text. */
    boolean is(String text) {
        return length() == text.length() && endsWith(text);
    }

    /** Whether this is that lower-case ASCII text, but for the case. */
    boolean isIgnoringCase(String text) {
        if (length() != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if ((bytes[offset + i] | 0x20) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The number that this is, infinite ones too; NaN if it is none. */
    double toNumber() {
        double number = DecimalText.parse(bytes, offset, length());
        if (!Double.isNaN(number)) {
            return number;
        }
        boolean negative = length() > 0 && bytes[offset] == '-';
        boolean positive = length() > 0 && bytes[offset] == '+';
        Text unsigned = new Text();
        unsigned.set(bytes, negative || positive ? offset + 1 : offset, end);
        if (unsigned.isIgnoringCase("inf") || unsigned.isIgnoringCase("infinity")) {
            return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return Double.NaN;
    }

    @Override
    public String toString() {
        return new String(bytes, offset, length(), StandardCharsets.UTF_8);
    }
}
