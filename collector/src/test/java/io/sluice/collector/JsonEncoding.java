package io.sluice.collector;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Writes messages as OTLP/JSON, in every way that it allows: 64-bit numbers quoted or not, nulls,
 * unknown keys, any order.
 */
public final class JsonEncoding {

    private static final Set<String> IDS = Set.of("trace_id", "span_id", "parent_span_id");

    private final Random random;

    public JsonEncoding(long seed) {
        random = new Random(seed);
    }

    public String encode(Message message) {
        List<String> members = new ArrayList<>();
        message.getAllFields()
                .forEach(
                        (field, value) ->
                                members.add(
                                        quote(field.getJsonName()) + ":" + value(field, value)));
        if (random.nextInt(3) == 0) {
            members.add("\"unknownKey\":{\"nested\":[1,\"x\",{\"a\":null}]}");
        }
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.getName().contains("_") && random.nextInt(6) == 0) {
                members.add(quote(field.getName()) + ":\"snake case is unknown\"");
            }
            if (!message.getAllFields().containsKey(field) && random.nextInt(8) == 0) {
                members.add(quote(field.getJsonName()) + ":null");
            }
        }
        Collections.shuffle(members, random);
        return "{" + String.join(",", members) + "}";
    }

    private String value(FieldDescriptor field, Object value) {
        if (!field.isRepeated()) {
            return single(field, value);
        }
        List<String> items = ((List<?>) value).stream().map(item -> single(field, item)).toList();
        return "[" + String.join(", ", items) + "]";
    }

    private String single(FieldDescriptor field, Object value) {
        return switch (field.getJavaType()) {
            case MESSAGE -> encode((Message) value);
            case ENUM -> Integer.toString(((EnumValueDescriptor) value).getNumber());
            case STRING -> quote((String) value);
            case BYTE_STRING -> quote(bytes(field, (ByteString) value));
            case INT -> number(Integer.toString((Integer) value));
            case LONG -> {
                boolean unsigned = field.getType() == FieldDescriptor.Type.FIXED64;
                yield number(unsigned ? Long.toUnsignedString((Long) value) : value.toString());
            }
            case DOUBLE -> {
                double number = (Double) value;
                yield Double.isFinite(number)
                        ? number(Double.toString(number))
                        : quote(Double.toString(number));
            }
            case BOOLEAN -> value.toString();
            case FLOAT -> throw new IllegalArgumentException("OTLP has no floats");
        };
    }

    private String bytes(FieldDescriptor field, ByteString value) {
        if (!IDS.contains(field.getName())) {
            return Base64.getEncoder().encodeToString(value.toByteArray());
        }
        HexFormat hex = random.nextBoolean() ? HexFormat.of() : HexFormat.of().withUpperCase();
        return hex.formatHex(value.toByteArray());
    }

    private String number(String digits) {
        return random.nextBoolean() ? digits : quote(digits);
    }

    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
