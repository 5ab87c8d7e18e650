package io.sluice.collector.dogstatsd;

import io.sluice.collector.match.DecimalText;
import io.sluice.collector.wire.Scan;
import io.sluice.collector.wire.Utf8;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks the messages of a datagram in place, one a line. Never throws, whatever the bytes: a line
 * that is no message has a {@link #problem}, and its neighbours do not feel it. Mutable, reused,
 * not thread-safe.
 *
 * <ul>
 *   <li>A metric: {@code NAME:VALUE[:VALUE…]|TYPE[|FIELD…]}.
 *   <li>A service check: {@code _sc|NAME|STATUS[|FIELD…][|m:MESSAGE]}.
 *   <li>An event: {@code _e{TITLE_BYTES,TEXT_BYTES}:TITLE|TEXT[|FIELD…]}. What its name is, is its
 *       title.
 * </ul>
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

    /** What a message tells. */
    enum Type {
        COUNTER,
        GAUGE,
        /** A histogram or a distribution, which differ only in where they are summed up. */
        HISTOGRAM,
        TIMER,
        /** Its one value may be any text: {@link #member}. */
        SET,
        SERVICE_CHECK,
        EVENT
    }

    /** The greatest status of a service check, which says that it is not known. */
    static final int STATUS_UNKNOWN = 3;

    private static final byte[] SERVICE = "service".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "_e{".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVICE_CHECK = "_sc|".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ESCAPED_LINE_FEED = "\\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_LENGTH_DIGITS = 5;
    private static final byte[] MESSAGE = "m:".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = {};
    private int next;
    private int end;

    private @Nullable RejectReason problem;
    private Type type = Type.COUNTER;
    private byte[] nameBytes = {};
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
    private int fields;
    private int fieldsEnd;
    private int nextField;
    private int field;
    private int fieldEnd;

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
        nameBytes = bytes;
        if (!Utf8.isValid(bytes, line, lineEnd)) {
            problem = RejectReason.MALFORMED;
        } else if (startsWith(EVENT, line, lineEnd)) {
            readEvent(line + EVENT.length, lineEnd);
        } else if (startsWith(SERVICE_CHECK, line, lineEnd)) {
            readServiceCheck(line + SERVICE_CHECK.length, lineEnd);
        } else {
            readMetric(line, lineEnd);
        }
        nextValue = values;
        nextTag = tags;
        nextField = fields;
    }

    private void readMetric(int line, int lineEnd) {
        valuesEnd = indexOf('|', line, lineEnd);
        name = line;
        nameEnd = indexOf(':', line, valuesEnd);
        values = Math.min(nameEnd + 1, valuesEnd);
        boolean named = nameEnd > name;
        boolean typed = valuesEnd < lineEnd;
        if (!named || !typed) {
            problem = RejectReason.MALFORMED;
            return;
        }
        int typeEnd = indexOf('|', valuesEnd + 1, lineEnd);
        readType(valuesEnd + 1, typeEnd);
        boolean empty = type == Type.SET ? values == valuesEnd : isOnly(':', values, valuesEnd);
        if (empty) {
            problem = RejectReason.MALFORMED;
            return;
        }
        fields = Math.min(typeEnd + 1, lineEnd);
        fieldsEnd = lineEnd;
        readFields();
    }

    private void readServiceCheck(int from, int lineEnd) {
        type = Type.SERVICE_CHECK;
        name = from;
        nameEnd = indexOf('|', from, lineEnd);
        values = Math.min(nameEnd + 1, lineEnd);
        valuesEnd = indexOf('|', values, lineEnd);
        if (nameEnd == name || values == valuesEnd) {
            problem = RejectReason.MALFORMED;
            return;
        }
        boolean isStatus =
                valuesEnd - values == 1
                        && bytes[values] >= '0'
                        && bytes[values] <= '0' + STATUS_UNKNOWN;
        if (!isStatus) {
            problem = RejectReason.INVALID_VALUE;
            return;
        }
        fields = Math.min(valuesEnd + 1, lineEnd);
        fieldsEnd = messageOr(lineEnd);
        readFields();
    }

    /** A message is the last field of a service check, whatever stands in it. */
    private int messageOr(int lineEnd) {
        for (int at = fields; at < lineEnd; at = indexOf('|', at, lineEnd) + 1) {
            if (startsWith(MESSAGE, at, lineEnd)) {
                return at;
            }
        }
        return lineEnd;
    }

    private void readEvent(int from, int lineEnd) {
        type = Type.EVENT;
        int comma = indexOf(',', from, lineEnd);
        int brace = indexOf('}', comma, lineEnd);
        name = Math.min(brace + 2, lineEnd);
        int titleLength = length(from, comma);
        int textLength = length(comma + 1, brace);
        int titleEnd = name + titleLength;
        int textEnd = titleEnd + 1 + textLength;
        boolean whole =
                titleLength > 0
                        && textLength >= 0
                        && textEnd <= lineEnd
                        && bytes[name - 1] == ':'
                        && bytes[titleEnd] == '|'
                        && (textEnd == lineEnd || bytes[textEnd] == '|');
        if (!whole) {
            problem = RejectReason.MALFORMED;
            return;
        }
        nameEnd = titleEnd;
        fields = Math.min(textEnd + 1, lineEnd);
        fieldsEnd = lineEnd;
        values = lineEnd;
        valuesEnd = lineEnd;
        readFields();
        unescapeName();
    }

    /** A line feed would end the message, so senders write it as a backslash and an n. */
    private void unescapeName() {
        int escape = indexOf(ESCAPED_LINE_FEED, name, nameEnd);
        if (escape == nameEnd) {
            return;
        }
        byte[] unescaped = new byte[nameEnd - name];
        int length = 0;
        for (int at = name; at < nameEnd; length++) {
            boolean escaped = startsWith(ESCAPED_LINE_FEED, at, nameEnd);
            unescaped[length] = escaped ? (byte) '\n' : bytes[at];
            at += escaped ? ESCAPED_LINE_FEED.length : 1;
        }
        nameBytes = unescaped;
        name = 0;
        nameEnd = length;
    }

    /** A length in bytes; -1 if it is none that a datagram can hold. */
    private int length(int from, int to) {
        if (to <= from || to - from > MAX_LENGTH_DIGITS) {
            return -1;
        }
        int length = 0;
        for (int at = from; at < to; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') {
                return -1;
            }
            length = 10 * length + bytes[at] - '0';
        }
        return length;
    }

    /** Fields come in any order; of two of a kind the last counts. */
    private void readFields() {
        nextField = fields;
        while (nextField()) {
            readField(field, fieldEnd);
        }
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
        } else if (length == 1 && bytes[from] == 's') {
            type = Type.SET;
        } else {
            problem = RejectReason.UNSUPPORTED;
        }
    }

    /**
     * Those that do not change a count (container ids, external data, cardinality) and unknown ones
     * are skipped.
     */
    private void readField(int from, int to) {
        switch (bytes[from]) {
            case '@' -> rate = DecimalText.parse(bytes, from + 1, to - from - 1);
            case '#' -> {
                tags = from + 1;
                tagsEnd = to;
                findService();
            }
            case 'T' -> {
                if (type != Type.EVENT && type != Type.SERVICE_CHECK) {
                    timestampSeconds = positive(from + 1, to);
                }
            }
            case 'd' -> {
                if (fieldKey() == 'd' && (type == Type.EVENT || type == Type.SERVICE_CHECK)) {
                    timestampSeconds = Math.max(0, positive(from + 2, to));
                }
            }
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

    /** Why this line is no message that can be counted, or null if it is one. */
    @Nullable RejectReason problem() {
        return problem;
    }

    Type type() {
        return type;
    }

    byte[] bytes() {
        return bytes;
    }

    /** What {@link #name} is a place in: an event's title may have been unescaped. */
    byte[] nameBytes() {
        return nameBytes;
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
     * When the sender says that it was, in seconds since the epoch; 0 if it does not say; -1 if it
     * is a metric and what it says is no time.
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

    /** Where the value of a set begins. */
    int member() {
        return values;
    }

    int memberLength() {
        return valuesEnd - values;
    }

    /** Moves on to the next field; empty ones are none. */
    boolean nextField() {
        while (nextField < fieldsEnd) {
            field = nextField;
            fieldEnd = indexOf('|', field, fieldsEnd);
            nextField = fieldEnd + 1;
            if (fieldEnd > field) {
                return true;
            }
        }
        return false;
    }

    /** The letter before a field's colon; 0 if it has another form. */
    int fieldKey() {
        return fieldEnd - field >= 2 && bytes[field + 1] == ':' ? bytes[field] : 0;
    }

    /** Where the value of a field with a letter and a colon begins. */
    int fieldValue() {
        return field + 2;
    }

    int fieldValueLength() {
        return fieldEnd - fieldValue();
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

    /** Stands before the first tag again. */
    void rereadTags() {
        nextTag = tags;
    }

    /** The whole tag's length, from {@link #tagKey} on. */
    int tagLength() {
        return tagEnd - tag;
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
        return Scan.indexOf(bytes, wanted, from, to);
    }

    private int indexOf(byte[] wanted, int from, int to) {
        int at = from;
        while (at < to && !startsWith(wanted, at, to)) {
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
