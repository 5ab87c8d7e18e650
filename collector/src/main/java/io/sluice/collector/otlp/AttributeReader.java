package io.sluice.collector.otlp;

import io.sluice.collector.extract.StreamDigest;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.match.ByteStrings;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

/**
 * Reads OTLP's {@code KeyValue}: key and value in any order, split values merged as protobuf merges
 * messages. Values of other keys are checked as far as they are cheap to check and otherwise passed
 * over. Not thread-safe.
 */
final class AttributeReader {

    static final int KEY_VALUE_KEY = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int KEY_VALUE_VALUE = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int STRING_VALUE = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int BOOL_VALUE = 2 << 3 | ProtoCursor.VARINT;
    static final int INT_VALUE = 3 << 3 | ProtoCursor.VARINT;
    static final int DOUBLE_VALUE = 4 << 3 | ProtoCursor.FIXED64;
    static final int ARRAY_VALUE = 5 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int KVLIST_VALUE = 6 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int BYTES_VALUE = 7 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int NO_VALUE = 0;

    static final int ARRAY_VALUES = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int KVLIST_VALUES = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;

    private final ProtoCursor cursor;
    private final KeysInOrder keys;

    // The value that was read last: which of the oneof's fields, and a number or a place.
    private int valueTag;
    private long number;
    private int offset;
    private int length;

    AttributeReader(ProtoCursor cursor, ByteStrings keys) {
        this.cursor = cursor;
        this.keys = new KeysInOrder(keys);
    }

    /** Attributes of another item follow. */
    void beginItem() {
        keys.beginItem();
    }

    /**
     * Reads one attribute; the cursor stands after its tag. Keeps it if some measure names its key.
     */
    void read(Attributes into) throws MalformedRequestException {
        int outer = cursor.enter();
        if (!readUsual(into)) {
            readAny(into);
        }
        cursor.leave(outer);
    }

    /**
     * Reads an attribute of the form that all exporters write, key first and then a value, both
     * short. Most attributes are passed over here, and most of the rest are strings or counts.
     *
     * @return false if it has another form or value, and was not read
     */
    private boolean readUsual(Attributes into) {
        byte[] bytes = cursor.bytes();
        int end = cursor.limit();
        int key = cursor.position() + 2;
        if (key > end || bytes[key - 2] != KEY_VALUE_KEY || bytes[key - 1] < 0) {
            return false;
        }
        int keyLength = bytes[key - 1];
        int value = key + keyLength + 2;
        if (value >= end
                || bytes[value - 2] != KEY_VALUE_VALUE
                || bytes[value - 1] != end - value) {
            return false;
        }
        int slot = keys.next(bytes, key, keyLength);
        if (slot < 0) {
            return bytes[value] != ARRAY_VALUE && bytes[value] != KVLIST_VALUE;
        }
        int text = value + 2;
        if (bytes[value] == INT_VALUE) {
            return readInteger(slot, bytes, value + 1, end, into);
        }
        if (text > end || bytes[value] != STRING_VALUE || bytes[value + 1] != end - text) {
            return false;
        }
        into.text(slot, bytes, text, end - text);
        return true;
    }

    /** Reads a number that takes all bytes that are left; false if it does not, or is negative. */
    private static boolean readInteger(int slot, byte[] bytes, int from, int end, Attributes into) {
        long integer = 0;
        int at = from;
        for (int shift = 0; at < end && shift < Long.SIZE - 1; shift += 7) {
            byte b = bytes[at++];
            integer |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                if (at == end) {
                    into.integer(slot, integer);
                }
                return at == end;
            }
        }
        return false;
    }

    private void readAny(Attributes into) throws MalformedRequestException {
        int slot = -1;
        valueTag = NO_VALUE;
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case KEY_VALUE_KEY -> {
                    int keyLength = cursor.length();
                    slot = keys.next(cursor.bytes(), cursor.position(), keyLength);
                    cursor.advance(keyLength);
                }
                case KEY_VALUE_VALUE -> readValue(1);
                default -> cursor.skip(tag);
            }
        }
        if (slot >= 0) {
            keep(slot, into);
        }
    }

    /** Reads one attribute, which is part of what tells a stream of points from others. */
    void read(Attributes into, StreamDigest digest, StreamDigest.Level level)
            throws MalformedRequestException {
        int field = cursor.position();
        int length = cursor.length();
        digest.add(level, cursor.bytes(), cursor.position(), length);
        cursor.seek(field);
        read(into);
    }

    private void keep(int slot, Attributes into) {
        switch (valueTag) {
            case STRING_VALUE -> into.text(slot, cursor.bytes(), offset, length);
            case BOOL_VALUE -> into.bool(slot, number != 0);
            case INT_VALUE -> into.integer(slot, number);
            case DOUBLE_VALUE -> into.number(slot, Double.longBitsToDouble(number));
            default -> into.opaque(slot);
        }
    }

    /**
     * Reads an {@code AnyValue}. Nested ones are walked to their ends, so that nothing that is kept
     * can be nested deeper than readers of the log will bear.
     */
    private void readValue(int depth) throws MalformedRequestException {
        if (depth > ProtoCursor.MAX_DEPTH) {
            throw new MalformedRequestException(
                    RejectReason.TOO_DEEP,
                    "byte "
                            + cursor.position()
                            + ": an attribute's values lie more than "
                            + ProtoCursor.MAX_DEPTH
                            + " deep in each other");
        }
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case STRING_VALUE, BYTES_VALUE -> {
                    valueTag = tag;
                    length = cursor.length();
                    offset = cursor.position();
                    cursor.advance(length);
                }
                case BOOL_VALUE, INT_VALUE -> {
                    valueTag = tag;
                    number = cursor.varint();
                }
                case DOUBLE_VALUE -> {
                    valueTag = tag;
                    number = cursor.fixed64();
                }
                case ARRAY_VALUE -> {
                    readArray(depth);
                    valueTag = tag;
                }
                case KVLIST_VALUE -> {
                    readMap(depth);
                    valueTag = tag;
                }
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
    }

    private void readArray(int depth) throws MalformedRequestException {
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == ARRAY_VALUES) {
                readValue(depth + 1);
            } else {
                cursor.skip(tag);
            }
        }
        cursor.leave(outer);
    }

    private void readMap(int depth) throws MalformedRequestException {
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == KVLIST_VALUES) {
                int entry = cursor.enter();
                while (cursor.hasNext()) {
                    int field = cursor.tag();
                    if (field == KEY_VALUE_VALUE) {
                        readValue(depth + 1);
                    } else {
                        cursor.skip(field);
                    }
                }
                cursor.leave(entry);
            } else {
                cursor.skip(tag);
            }
        }
        cursor.leave(outer);
    }
}
