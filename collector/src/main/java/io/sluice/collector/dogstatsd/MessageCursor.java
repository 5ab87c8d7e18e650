package io.sluice.collector.dogstatsd;

import io.sluice.collector.match.DecimalText;
import io.sluice.collector.wire.Utf8;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks the messages of a datagram in place: {@code NAME:VALUE[:VALUE…]|TYPE[|FIELD…]}, one a line.
 * Never throws, whatever the bytes: a line that is no metric has a {@link #problem}, and its
 * neighbours do not feel it. Mutable, reused, not thread-safe.
 *
 * <pre>{@code
 * while (message.next()) {
 *     if (message.problem() == null) {
 *         while (message.nextTag()) ...
 *         while (message.nextValue()) ...
 *     }
 * }
 * }</pre>
 */
final class MessageCursor {

    /** What a message counts. */
    enum Type {
        COUNTER,
        GAUGE,
        /** A histogram or a distribution, which differ only in where they are summed up. */
        HISTOGRAM,
        TIMER
    }

    private static final byte[] SERVICE = "service".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "_e{".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVICE_CHECK = "_sc|".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = {};
    private int next;
    private int end;

    private @Nullable RejectReason problem;
    private Type type = Type.COUNTER;
    private int name;
    private int nameEnd;
    private int values;
    private int valuesEnd;
    private int tags;
    private int tagsEnd;
    private double rate;
    private long timestampSeconds;
    private int service;
    private int serviceEnd;

    private int nextValue;
    private double value;
    private int nextTag;
    private int tag;
    private int tagColon;
    private int tagEnd;

    /**
     * Stands before the first message between two positions. The bytes must not change during the
     * walk.
     */
    void reset(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        next = from;
        end = to;
    }

    /** Moves on to the next line that is not empty; false if there is none. */
    boolean next() {
        while (next < end) {
            int line = next;
            int lineEnd = indexOf('\n', line, end);
            next = lineEnd + 1;
            if (lineEnd > line) {
                read(line, lineEnd);
                return true;
            }
        }
        return false;
    }

    private void read(int line, int lineEnd) {
        problem = null;
        tags = lineEnd;
        tagsEnd = lineEnd;
        rate = 1;
        timestampSeconds = 0;
        service = lineEnd;
        serviceEnd = lineEnd;
        if (startsWith(EVENT, line, lineEnd) || startsWith(SERVICE_CHECK, line, lineEnd)) {
            problem = RejectReason.UNSUPPORTED;
            return;
        }
        valuesEnd = indexOf('|', line, lineEnd);
        name = line;
        nameEnd = indexOf(':', line, valuesEnd);
        values = Math.min(nameEnd + 1, valuesEnd);
        boolean named = nameEnd > name;
        boolean typed = valuesEnd < lineEnd;
        if (!named
                || !typed
                || isOnly(':', values, valuesEnd)
                || !Utf8.isValid(bytes, line, lineEnd)) {
            problem = RejectReason.MALFORMED;
            return;
        }
        int typeEnd = indexOf('|', valuesEnd + 1, lineEnd);
        readType(valuesEnd + 1, typeEnd);
        for (int field = typeEnd + 1; field < lineEnd; ) {
            int fieldEnd = indexOf('|', field, lineEnd);
            readField(field, fieldEnd);
            field = fieldEnd + 1;
        }
        nextValue = values;
        nextTag = tags;
    }

    private void readType(int from, int to) {
        int length = to - from;
        if (length == 1 && bytes[from] == 'c') {
            type = Type.COUNTER;
        } else if (length == 1 && bytes[from] == 'g') {
            type = Type.GAUGE;
        } else if (length == 1 && (bytes[from] == 'h' || bytes[from] == 'd')) {
            type = Type.HISTOGRAM;
        } else if (length == 2 && bytes[from] == 'm' && bytes[from + 1] == 's') {
            type = Type.TIMER;
        } else {
            problem = RejectReason.UNSUPPORTED; // sets too, in this version
        }
    }

    /**
     * Fields come in any order; those that do not change a count (container ids, cardinality) and
     * unknown ones are skipped.
     */
    private void readField(int from, int to) {
        if (from == to) {
            return;
        }
        switch (bytes[from]) {
            case '@' -> rate = DecimalText.parse(bytes, from + 1, to - from - 1);
            case '#' -> {
                tags = from + 1;
                tagsEnd = to;
                findService();
            }
            case 'T' -> timestampSeconds = positive(from + 1, to);
            default -> {}
        }
    }

    private void findService() {
        service = tagsEnd;
        serviceEnd = tagsEnd;
        nextTag = tags;
        while (nextTag()) {
            if (Arrays.equals(SERVICE, 0, SERVICE.length, bytes, tag, tagColon)) {
                service = Math.min(tagColon + 1, tagEnd);
                serviceEnd = tagEnd;
            }
        }
    }

    /** A whole number above zero, or -1. */
    private long positive(int from, int to) {
        double number = DecimalText.parse(bytes, from, to - from);
        return number >= 1 && number == Math.rint(number) ? (long) number : -1;
    }

    /** Why this line is no metric that can be counted, or null if it is one. */
    @Nullable RejectReason problem() {
        return problem;
    }

    Type type() {
        return type;
    }

    byte[] bytes() {
        return bytes;
    }

    int name() {
        return name;
    }

    int nameLength() {
        return nameEnd - name;
    }

    /**
     * The share of events that were sent, 1 if the message does not say; NaN if what it says is no
     * number.
     */
    double rate() {
        return rate;
    }

    /**
     * When the sender says that it was, in seconds since the epoch; 0 if it does not say, -1 if
     * what it says is no time.
     */
    long timestampSeconds() {
        return timestampSeconds;
    }

    /** Where the value of the tag {@code service} lies; of length 0 if there is none. */
    int service() {
        return service;
    }

    int serviceLength() {
        return serviceEnd - service;
    }

    /** Moves on to the next value; empty ones are none. */
    boolean nextValue() {
        while (nextValue < valuesEnd) {
            int from = nextValue;
            int to = indexOf(':', from, valuesEnd);
            nextValue = to + 1;
            if (to > from) {
                value = DecimalText.parse(bytes, from, to - from);
                return true;
            }
        }
        return false;
    }

    /** The value, or NaN if it is no number. */
    double value() {
        return value;
    }

    /** Moves on to the next tag; empty ones are none. */
    boolean nextTag() {
        while (nextTag < tagsEnd) {
            tag = nextTag;
            tagEnd = indexOf(',', tag, tagsEnd);
            nextTag = tagEnd + 1;
            if (tagEnd > tag) {
                tagColon = indexOf(':', tag, tagEnd);
                return true;
            }
        }
        return false;
    }

    int tagKey() {
        return tag;
    }

    int tagKeyLength() {
        return tagColon - tag;
    }

    /** Where the tag's value lies; of length 0 if it is a key only. */
    int tagValue() {
        return Math.min(tagColon + 1, tagEnd);
    }

    int tagValueLength() {
        return tagEnd - tagValue();
    }

    private int indexOf(char wanted, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    private boolean isOnly(char c, int from, int to) {
        int at = from;
        while (at < to && bytes[at] == c) {
            at++;
        }
        return at == to;
    }

    private boolean startsWith(byte[] prefix, int from, int to) {
        return to - from >= prefix.length
                && Arrays.equals(prefix, 0, prefix.length, bytes, from, from + prefix.length);
    }
}
