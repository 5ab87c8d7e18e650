package io.sluice.collector.scrape;

import io.sluice.collector.wire.Utf8;
import io.sluice.engine.measure.MalformedRequestException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Walks the samples of a text exposition in place. Whatever the format does not allow is refused
 * with its line. Mutable, not thread-safe.
 *
 * <p>See <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition
 * formats</a> and <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics
 * 1.0</a>. Exemplars are skipped.
 */
final class ExpositionCursor extends Samples {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    /** Of a time in the year 2262, or 1677, with some hours left to count on. */
    private static final double FARTHEST_NANOS = 9.2233e18;

    private static final int QUOTED_CHARS_MAX = 40;

    private final byte[] bytes;
    private final int length;
    private final boolean openMetrics;

    private int next;
    private int at;
    private int line;
    private int lineEnd;
    private boolean ended;

    private final Text family = new Text();
    private Type type = Type.UNKNOWN;
    private final Text name = new Text();
    private Text[] labelNames = {new Text(), new Text(), new Text(), new Text()};
    private Text[] labelValues = {new Text(), new Text(), new Text(), new Text()};
    private int labels;
    private final Text word = new Text();
    private double value;
    private long timestampNanos;

    /**
     * Stands before the first sample of the first {@code length} bytes, which must not change
     * during the walk.
     */
    ExpositionCursor(byte[] bytes, int length, ExpositionFormat format) {
        this.bytes = bytes;
        this.length = length;
        this.openMetrics = format == ExpositionFormat.OPEN_METRICS;
    }

    @Override
    boolean next() throws MalformedRequestException {
        while (next < length) {
            line++;
            at = next;
            lineEnd = indexOf('\n', at, length);
            if (lineEnd == length && !isEof()) {
                throw malformed("the last line must end with a line feed");
            }
            next = lineEnd + 1;
            if (ended) {
                throw malformed("nothing may follow # EOF");
            }
            if (!openMetrics) {
                skipBlanks();
            }
            if (at < lineEnd && bytes[at] == '#') {
                comment();
            } else if (at < lineEnd) {
                sample();
                return true;
            } else if (openMetrics) {
                throw malformed("OpenMetrics has no empty lines");
            }
        }
        if (openMetrics && !ended) {
            line++;
            throw malformed("the exposition ends without # EOF");
        }
        return false;
    }

    @Override
    Text family() {
        return family;
    }

    @Override
    Type type() {
        return type;
    }

    @Override
    Text name() {
        return name;
    }

    @Override
    int labels() {
        return labels;
    }

    @Override
    Text labelName(int index) {
        return labelNames[index];
    }

    @Override
    Text labelValue(int index) {
        return labelValues[index];
    }

    @Override
    double value() {
        return value;
    }

    @Override
    long timestampNanos() {
        return timestampNanos;
    }

    @Override
    String place() {
        return "line " + line;
    }

    /** Whether this line says so; it alone may lack its line feed (OpenMetrics' ABNF). */
    private boolean isEof() {
        word.set(bytes, at, lineEnd);
        return openMetrics && word.is("# EOF");
    }

    private void comment() throws MalformedRequestException {
        if (isEof()) {
            ended = true;
            return;
        }
        at++;
        skipBlanks();
        readWord();
        boolean typed = word.is("TYPE");
        if (!typed && !word.is("HELP") && !word.is("UNIT")) {
            if (openMetrics) {
                throw malformed("expected TYPE, HELP, UNIT or EOF, not '" + quote(word) + "'");
            }
            return;
        }
        skipBlanks();
        Text described = new Text();
        metricName(described);
        if (!described.sameAs(family)) {
            family.set(described);
            type = Type.UNKNOWN;
        }
        if (typed) {
            skipBlanks();
            readWord();
            type = type(word);
        }
    }

    private Type type(Text text) throws MalformedRequestException {
        Type named = Type.named(text);
        if (named == null) {
            throw malformed("there is no type '" + quote(text) + "'");
        }
        return named;
    }

    private void sample() throws MalformedRequestException {
        labels = 0;
        boolean named = bytes[at] != '{';
        if (named) {
            metricName(name);
            skipBlanksUnlessOpenMetrics();
        }
        if (at < lineEnd && bytes[at] == '{') {
            at++;
            named = labels(named);
        }
        if (!named) {
            throw malformed("a metric's name was expected");
        }
        findFamily();
        separator("a value");
        value = number("a value");
        timestampNanos = NO_TIMESTAMP;
        if (at < lineEnd) {
            separator("a timestamp");
            if (at < lineEnd && bytes[at] != '#') {
                timestamp();
            }
        }
        if (at < lineEnd && openMetrics && isExemplar()) {
            return;
        }
        skipBlanksUnlessOpenMetrics();
        if (at < lineEnd) {
            throw malformed("'" + quote(at, lineEnd) + "' follows the sample");
        }
    }

    /** {@code # {labels} value [timestamp]}: one event among those that are counted already. */
    private boolean isExemplar() {
        if (bytes[at] == ' ') {
            at++;
        }
        return at + 2 < lineEnd && bytes[at] == '#' && bytes[at + 1] == ' ' && bytes[at + 2] == '{';
    }

    private void timestamp() throws MalformedRequestException {
        double stamp = number("a timestamp");
        double perUnit = openMetrics ? NANOS_PER_SECOND : NANOS_PER_MILLI;
        boolean whole = openMetrics || stamp == Math.rint(stamp);
        if (!whole || !Double.isFinite(stamp)) {
            throw malformed("'" + quote(word) + "' is no timestamp");
        }
        // What is farther away than nanoseconds can say is refused for that, and the others are
        // not.
        double told = Math.clamp(stamp, -FARTHEST_NANOS / perUnit, FARTHEST_NANOS / perUnit);
        timestampNanos = openMetrics ? nanos(told) : TimeUnit.MILLISECONDS.toNanos((long) told);
    }

    /** Whole seconds by themselves: behind the point, a double keeps a quarter of a microsecond. */
    static long nanos(double seconds) {
        double whole = Math.floor(seconds);
        return TimeUnit.SECONDS.toNanos((long) whole)
                + Math.round((seconds - whole) * NANOS_PER_SECOND);
    }

    /** Reads up to the closing brace. A quoted text without a value is the metric's name. */
    private boolean labels(boolean alreadyNamed) throws MalformedRequestException {
        boolean named = alreadyNamed;
        while (true) {
            skipBlanksUnlessOpenMetrics();
            if (at < lineEnd && bytes[at] == '}') {
                at++;
                return named;
            }
            if (labels == labelNames.length) {
                grow();
            }
            Text label = labelNames[labels];
            boolean quoted = at < lineEnd && bytes[at] == '"';
            if (quoted) {
                quotedText(label);
            } else {
                label.set(bytes, at, labelNameEnd());
                at = label.end();
            }
            skipBlanksUnlessOpenMetrics();
            if (at < lineEnd && bytes[at] == '=') {
                at++;
                skipBlanksUnlessOpenMetrics();
                if (at == lineEnd || bytes[at] != '"') {
                    throw malformed("label " + label + " must have a value in double quotes");
                }
                quotedText(labelValues[labels]);
                requireNew(label);
                labels++;
            } else if (quoted && !named) {
                name.set(label);
                named = true;
            } else {
                throw malformed("= was expected after label " + label);
            }
            skipBlanksUnlessOpenMetrics();
            if (at < lineEnd && bytes[at] == ',') {
                at++;
            } else if (at == lineEnd || bytes[at] != '}') {
                throw malformed("the labels must end with }");
            }
        }
    }

    private void grow() {
        int known = labelNames.length;
        labelNames = Arrays.copyOf(labelNames, 2 * known);
        labelValues = Arrays.copyOf(labelValues, 2 * known);
        for (int i = known; i < 2 * known; i++) {
            labelNames[i] = new Text();
            labelValues[i] = new Text();
        }
    }

    private void requireNew(Text label) throws MalformedRequestException {
        for (int i = 0; i < labels; i++) {
            if (labelNames[i].sameAs(label)) {
                throw malformed("label " + label + " is given twice");
            }
        }
    }

    private int labelNameEnd() throws MalformedRequestException {
        int end = nameEnd(false);
        if (end == at) {
            throw malformed("a label's name was expected at '" + quote(at, lineEnd) + "'");
        }
        return end;
    }

    private void metricName(Text into) throws MalformedRequestException {
        if (at < lineEnd && bytes[at] == '"') {
            quotedText(into);
            return;
        }
        int end = nameEnd(true);
        if (end == at) {
            throw malformed("a metric's name was expected at '" + quote(at, lineEnd) + "'");
        }
        into.set(bytes, at, end);
        at = end;
    }

    private int nameEnd(boolean colons) {
        int end = at;
        while (end < lineEnd && isNameByte(bytes[end], end > at, colons)) {
            end++;
        }
        return end;
    }

    private static boolean isNameByte(byte b, boolean digits, boolean colons) {
        return switch (b) {
            case '_' -> true;
            case ':' -> colons;
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> digits;
            default -> (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
        };
    }

    /**
     * Reads {@code "…"}, in which {@code \\}, {@code \"} and {@code \n} stand for what could not be
     * there itself.
     */
    private void quotedText(Text into) throws MalformedRequestException {
        int from = ++at;
        boolean escaped = false;
        while (at < lineEnd && bytes[at] != '"') {
            if (bytes[at] == '\\') {
                escaped = true;
                at++;
            }
            at++;
        }
        if (at >= lineEnd) {
            throw malformed("a text in double quotes does not end");
        }
        if (!Utf8.isValid(bytes, from, at)) {
            throw malformed("a text is not UTF-8");
        }
        if (escaped) {
            into.unescape(bytes, from, at);
        } else {
            into.set(bytes, from, at);
        }
        at++;
    }

    private void findFamily() {
        if (type != Type.UNKNOWN && isMember()) {
            return;
        }
        if (!family.sameAs(name)) {
            family.set(name);
            type = Type.UNKNOWN;
        }
    }

    private boolean isMember() {
        return switch (type) {
            case COUNTER ->
                    name.is(family, "") || name.is(family, "_total") || name.is(family, "_created");
            case HISTOGRAM ->
                    name.is(family, "_bucket")
                            || name.is(family, "_count")
                            || name.is(family, "_sum")
                            || name.is(family, "_created");
            case GAUGE_HISTOGRAM ->
                    name.is(family, "_bucket")
                            || name.is(family, "_gcount")
                            || name.is(family, "_gsum");
            case SUMMARY ->
                    name.is(family, "")
                            || name.is(family, "_count")
                            || name.is(family, "_sum")
                            || name.is(family, "_created");
            case INFO -> name.is(family, "_info");
            case GAUGE, STATE_SET, UNKNOWN -> name.is(family, "");
        };
    }

    private double number(String what) throws MalformedRequestException {
        readWord();
        double number = word.toNumber();
        if (Double.isNaN(number) && !word.isIgnoringCase("nan")) {
            throw malformed(what + " was expected, not '" + quote(word) + "'");
        }
        return number;
    }

    /**
     * OpenMetrics separates by one space, Prometheus by spaces and tabs, of which a brace needs
     * none.
     */
    private void separator(String expected) throws MalformedRequestException {
        if (openMetrics) {
            if (at == lineEnd || bytes[at] != ' ') {
                throw malformed(
                        "a space and "
                                + expected
                                + " were expected at '"
                                + quote(at, lineEnd)
                                + "'");
            }
            at++;
            return;
        }
        skipBlanks();
        byte before = bytes[at - 1];
        if (before != ' ' && before != '\t' && before != '}') {
            throw malformed(
                    "a space and " + expected + " were expected at '" + quote(at, lineEnd) + "'");
        }
    }

    /** Reads up to the next blank. */
    private void readWord() {
        int from = at;
        while (at < lineEnd && bytes[at] != ' ' && bytes[at] != '\t') {
            at++;
        }
        word.set(bytes, from, at);
    }

    private void skipBlanks() {
        while (at < lineEnd && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
    }

    private void skipBlanksUnlessOpenMetrics() {
        if (!openMetrics) {
            skipBlanks();
        }
    }

    private int indexOf(char wanted, int from, int to) {
        int found = from;
        while (found < to && bytes[found] != wanted) {
            found++;
        }
        return found;
    }

    /** For people: not too much of it. */
    private String quote(int from, int to) {
        return new String(
                bytes, from, Math.min(to - from, QUOTED_CHARS_MAX), StandardCharsets.UTF_8);
    }

    private String quote(Text text) {
        return quote(text.offset(), text.end());
    }
}
