package io.sluice.server.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes gauges and counters in Prometheus' text format 0.0.4, a line at a time and without making
 * anything for it. The library's writer wants an object for each line, sorts them, and asks for its
 * buffer anew at almost every word while that grows; for tens of thousands of lines that is most of
 * a scrape.
 *
 * <p>Whole numbers are written as such, so that counts are told exactly. Used by one thread.
 */
final class TextLines {
    private static final int BUFFER_BYTES = 8192;

    /** The longest text of a {@code long}. */
    private static final int LONG_BYTES = 20;

    private static final double WHOLE = 1L << 53;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int used;

    /**
     * @param out is neither flushed nor closed
     */
    TextLines(OutputStream out) {
        this.out = out;
    }

    /** Begins a metric, whose lines follow. */
    void metric(String name, String type, String help) throws IOException {
        plain("# HELP ");
        plain(name);
        plain(" ");
        plain(help);
        plain("\n# TYPE ");
        plain(name);
        plain(" ");
        plain(type);
        plain("\n");
    }

    /** Begins a line; {@link #label} and {@link #value} follow. */
    TextLines line(String name) throws IOException {
        plain(name);
        plain("{");
        return this;
    }

    /** A label before others. */
    TextLines label(String name, String value) throws IOException {
        labelAndQuote(name, value);
        plain("\",");
        return this;
    }

    /** A line's last label. */
    TextLines lastLabel(String name, String value) throws IOException {
        labelAndQuote(name, value);
        plain("\"} ");
        return this;
    }

    /** Ends a line. */
    void value(double value) throws IOException {
        // A double that is no whole number, and NaN, differ from their own whole part.
        if (Math.abs(value) < WHOLE && value == (long) value) {
            whole((long) value);
        } else if (Double.isInfinite(value)) {
            plain(value > 0 ? "+Inf" : "-Inf");
        } else {
            plain(Double.toString(value));
        }
        plain("\n");
    }

    /** Writes what is still held back. */
    void finish() throws IOException {
        out.write(buffer, 0, used);
        used = 0;
    }

    private void labelAndQuote(String name, String value) throws IOException {
        plain(name);
        plain("=\"");
        if (value.indexOf('\\') < 0 && value.indexOf('"') < 0 && value.indexOf('\n') < 0) {
            plain(value);
        } else {
            plain(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
        }
    }

    private void whole(long value) throws IOException {
        if (value < 0) {
            plain("-");
        }
        int digits = 1;
        for (long rest = Math.abs(value); rest >= 10; rest /= 10) {
            digits++;
        }
        makeRoom(LONG_BYTES);
        long rest = Math.abs(value);
        for (int i = used + digits - 1; i >= used; i--) {
            buffer[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        used += digits;
    }

    private void plain(String text) throws IOException {
        int length = text.length();
        if (length > BUFFER_BYTES) {
            encoded(text);
            return;
        }
        makeRoom(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                encoded(text.substring(i));
                return;
            }
            buffer[used++] = (byte) c;
        }
    }

    private void encoded(String text) throws IOException {
        finish();
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void makeRoom(int bytes) throws IOException {
        if (used + bytes > BUFFER_BYTES) {
            finish();
        }
    }
}
