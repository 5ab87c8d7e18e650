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

    private AttributeText() {}

    /**
     * Reads a {@code KeyValue}; the cursor stands after its tag. Accepted bodies are never nested
     * too deep for this.
     */
    static void read(ProtoCursor cursor, Map<String, String> into)
            throws MalformedRequestException {
        int outer = cursor.enter();
        String key = "";
        String value = "";
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case AttributeReader.KEY_VALUE_KEY -> key = string(cursor);
                case AttributeReader.KEY_VALUE_VALUE -> value = value(cursor);
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        into.put(key, value);
    }

    private static String value(ProtoCursor cursor) throws MalformedRequestException {
        int outer = cursor.enter();
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
                case AttributeReader.ARRAY_VALUE -> value = array(cursor);
                case AttributeReader.KVLIST_VALUE -> value = map(cursor);
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        return value;
    }

    private static String array(ProtoCursor cursor) throws MalformedRequestException {
        int outer = cursor.enter();
        List<String> values = new ArrayList<>();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == AttributeReader.ARRAY_VALUES) {
                values.add(value(cursor));
            } else {
                cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        return values.toString();
    }

    private static String map(ProtoCursor cursor) throws MalformedRequestException {
        int outer = cursor.enter();
        Map<String, String> values = new LinkedHashMap<>();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == AttributeReader.KVLIST_VALUES) {
                read(cursor, values);
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
