package io.sluice.collector.prometheus;

import io.sluice.collector.extract.SourceUnit;

/** What the names of metrics say by convention, as UTF-8. */
public final class MetricNames {

    private MetricNames() {}

    /** The unit that a name ends with. */
    public static SourceUnit unit(byte[] name, int offset, int length) {
        if (endsWith(name, offset, length, "_seconds")) {
            return SourceUnit.SECONDS;
        }
        if (endsWith(name, offset, length, "_milliseconds")) {
            return SourceUnit.MILLISECONDS;
        }
        return SourceUnit.OTHER;
    }

    /** Whether a name ends with that ASCII text. */
    public static boolean endsWith(byte[] name, int offset, int length, String suffix) {
        int from = offset + length - suffix.length();
        return from >= offset && isAt(name, from, suffix);
    }

    /** Whether a name begins with that ASCII text. */
    public static boolean startsWith(byte[] name, int offset, int length, String prefix) {
        return length >= prefix.length() && isAt(name, offset, prefix);
    }

    /** Whether a name is that ASCII text. */
    public static boolean is(byte[] name, int offset, int length, String text) {
        return length == text.length() && isAt(name, offset, text);
    }

    private static boolean isAt(byte[] bytes, int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (bytes[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
