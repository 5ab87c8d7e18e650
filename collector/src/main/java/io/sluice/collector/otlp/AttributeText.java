package io.sluice.collector.otlp;

import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.measure.MalformedRequestException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Attributes as people read them: {@code [1, 2]}, <code>{a=b}</code>, bytes in base64. */
final class AttributeText {

    private static final String TOO_DEEP = "…";

    private AttributeText() {}

    /** Reads a {@code KeyValue}; the cursor stands after its tag. */
    static void read(ProtoCursor cursor, Map<String, String> into)
            throws MalformedRequestException {
        read(cursor, into, 1);
    }

    /** Reads an {@code AnyValue} by itself; the cursor stands after its tag. */
    static String value(ProtoCursor cursor) throws MalformedRequestException {
        return value(cursor, 1);
    }

    private static void read(ProtoCursor cursor, Map<String, String> into, int depth)
            throws MalformedRequestException {
        int outer = cursor.enter();
        String key = "";
        String value = "";
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case AttributeReader.KEY_VALUE_KEY -> key = string(cursor);
                case AttributeReader.KEY_VALUE_VALUE -> value = value(cursor, depth);
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        into.put(key, value);
    }

    private static String value(ProtoCursor cursor, int depth) throws MalformedRequestException {
        int outer = cursor.enter();
        if (depth > ProtoCursor.MAX_DEPTH) {
            cursor.leave(outer);
            return TOO_DEEP;
        }
        String value = "";
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case AttributeReader.STRING_VALUE -> value = string(cursor);
                case AttributeReader.BOOL_VALUE -> value = Boolean.toString(cursor.varint() != 0);
                case AttributeReader.INT_VALUE -> value = Long.toString(cursor.varint());
                case AttributeReader.DOUBLE_VALUE ->
                        value = Double.toString(Double.longBitsToDouble(cursor.fixed64()));
                case AttributeReader.BYTES_VALUE ->
                        value = Base64.getEncoder().encodeToString(bytes(cursor));
                case AttributeReader.ARRAY_VALUE -> value = array(cursor, depth + 1);
                case AttributeReader.KVLIST_VALUE -> value = map(cursor, depth + 1);
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        return value;
    }

    private static String array(ProtoCursor cursor, int depth) throws MalformedRequestException {
        int outer = cursor.enter();
        List<String> values = new ArrayList<>();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == AttributeReader.ARRAY_VALUES) {
                values.add(value(cursor, depth));
            } else {
                cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        return values.toString();
    }

    private static String map(ProtoCursor cursor, int depth) throws MalformedRequestException {
        int outer = cursor.enter();
        Map<String, String> values = new LinkedHashMap<>();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == AttributeReader.KVLIST_VALUES) {
                read(cursor, values, depth);
            } else {
                cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        return values.toString();
    }

    private static String string(ProtoCursor cursor) throws MalformedRequestException {
        return new String(bytes(cursor), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ProtoCursor cursor) throws MalformedRequestException {
        int length = cursor.length();
        byte[] bytes =
                Arrays.copyOfRange(cursor.bytes(), cursor.position(), cursor.position() + length);
        cursor.advance(length);
        return bytes;
    }
}
