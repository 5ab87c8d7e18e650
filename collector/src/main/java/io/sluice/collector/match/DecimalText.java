package io.sluice.collector.match;

import java.nio.charset.StandardCharsets;

/** Reads texts that are numbers: {@code -12}, {@code 0.5}, {@code 1e-3}. */
public final class DecimalText {

    /** No number that anybody writes is longer. */
    private static final int MAX_LENGTH = 64;

    /** Any integer of so many digits is exact as a double. */
    private static final int EXACT_DIGITS = 15;

    /**
     * Exact, too; and what is exact divided by what is exact is the double that is nearest to it.
     * See Clinger, How to Read Floating Point Numbers Accurately, 1990.
     */
    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private DecimalText() {}

    /** The number, or NaN if the text is none. */
    public static double parse(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        boolean negative = at < end && bytes[at] == '-';
        if (negative || (at < end && bytes[at] == '+')) {
            at++;
        }
        int from = at;
        if (from == end || length > MAX_LENGTH) {
            return Double.NaN;
        }
        long digits = 0;
        int point = end;
        for (; at < end && (isDigit(bytes[at]) || (bytes[at] == '.' && point == end)); at++) {
            if (bytes[at] == '.') {
                point = at;
            } else {
                digits = digits * 10 + (bytes[at] - '0');
            }
        }
        int fraction = Math.max(0, end - point - 1);
        int digitCount = end - from - (point < end ? 1 : 0);
        if (at == end && digitCount > 0 && digitCount <= EXACT_DIGITS) {
            double value = digits / POWERS_OF_TEN[fraction];
            return negative ? -value : value;
        }
        return isDecimal(bytes, from, end)
                ? Double.parseDouble(new String(bytes, offset, length, StandardCharsets.US_ASCII))
                : Double.NaN;
    }

    /**
     * {@code digits [. digits] [e [sign] digits]}, with digits on at least one side of the point.
     */
    private static boolean isDecimal(byte[] bytes, int from, int end) {
        int at = skipDigits(bytes, from, end);
        int mantissa = at - from;
        if (at < end && bytes[at] == '.') {
            int fraction = skipDigits(bytes, at + 1, end);
            mantissa += fraction - at - 1;
            at = fraction;
        }
        if (mantissa == 0) {
            return false;
        }
        if (at < end && (bytes[at] | 0x20) == 'e') {
            at++;
            if (at < end && (bytes[at] == '-' || bytes[at] == '+')) {
                at++;
            }
            int exponent = skipDigits(bytes, at, end);
            return exponent > at && exponent == end;
        }
        return at == end;
    }

    private static int skipDigits(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && isDigit(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
