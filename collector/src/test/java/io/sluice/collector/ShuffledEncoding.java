package io.sluice.collector;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Encodes a message as protobuf allows and nobody does: fields in any order, unknown fields of
 * every wire type between them, singular messages in two parts, repeated numbers packed or not.
 * Parsers must see the same message.
 */
public final class ShuffledEncoding {

    private final Random random;

    public ShuffledEncoding(long seed) {
        random = new Random(seed);
    }

    public byte[] encode(Message message) {
        // Repeated fields and parts of one message keep their order among themselves, whatever
        // comes between.
        List<List<byte[]>> queues = new ArrayList<>();
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            queues.add(field(entry.getKey(), entry.getValue()));
        }
        if (random.nextInt(3) == 0) {
            queues.add(List.of(unknown()));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < queues.size(); i++) {
            order.addAll(Collections.nCopies(queues.get(i).size(), i));
        }
        Collections.shuffle(order, random);
        int[] next = new int[queues.size()];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int queue : order) {
            out.writeBytes(queues.get(queue).get(next[queue]++));
        }
        return out.toByteArray();
    }

    private List<byte[]> field(FieldDescriptor field, Object value) {
        List<byte[]> parts = new ArrayList<>();
        if (field.isRepeated() && field.isPackable()) {
            List<?> values = (List<?>) value;
            int split = random.nextInt(values.size() + 1);
            Message.Builder packed = DynamicMessage.newBuilder(field.getContainingType());
            values.subList(0, split).forEach(one -> packed.addRepeatedField(field, one));
            parts.add(packed.build().toByteArray());
            values.subList(split, values.size()).forEach(one -> parts.add(unpacked(field, one)));
        } else if (field.isRepeated()) {
            ((List<?>) value).forEach(one -> parts.addAll(single(field, one, false)));
        } else {
            parts.addAll(single(field, value, true));
        }
        return parts;
    }

    private List<byte[]> single(FieldDescriptor field, Object value, boolean maySplit) {
        if (!(value instanceof Message nested)) {
            return List.of(
                    DynamicMessage.newBuilder(field.getContainingType())
                            .setField(field, field.isRepeated() ? List.of(value) : value)
                            .build()
                            .toByteArray());
        }
        byte[] whole = encode(nested);
        if (!maySplit || random.nextInt(3) > 0) {
            return List.of(delimited(field.getNumber(), whole));
        }
        List<byte[]> parts = new ArrayList<>();
        Message.Builder first = nested.newBuilderForType();
        Message.Builder second = nested.newBuilderForType();
        nested.getAllFields()
                .forEach(
                        (inner, one) ->
                                (random.nextBoolean() ? first : second).setField(inner, one));
        parts.add(delimited(field.getNumber(), encode(first.build())));
        parts.add(delimited(field.getNumber(), encode(second.build())));
        return parts;
    }

    private static byte[] unpacked(FieldDescriptor field, Object one) {
        UnknownFieldSet.Field.Builder raw = UnknownFieldSet.Field.newBuilder();
        switch (field.getType()) {
            case FIXED64 -> raw.addFixed64((Long) one);
            case DOUBLE -> raw.addFixed64(Double.doubleToRawLongBits((Double) one));
            case UINT64 -> raw.addVarint((Long) one);
            case UINT32 -> raw.addVarint((Integer) one);
            case SINT64 -> raw.addVarint((Long) one << 1 ^ (Long) one >> 63);
            default -> throw new IllegalArgumentException(field.toString());
        }
        return UnknownFieldSet.newBuilder()
                .addField(field.getNumber(), raw.build())
                .build()
                .toByteArray();
    }

    private static byte[] delimited(int number, byte[] bytes) {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(buffer);
            out.writeByteArray(number, bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.toByteArray();
    }

    private byte[] unknown() {
        int number = 2000 + random.nextInt(1_000_000);
        UnknownFieldSet.Field.Builder field = UnknownFieldSet.Field.newBuilder();
        switch (random.nextInt(5)) {
            case 0 -> field.addVarint(random.nextLong());
            case 1 -> field.addFixed32(random.nextInt());
            case 2 -> field.addFixed64(random.nextLong());
            case 3 -> field.addLengthDelimited(ByteString.copyFromUtf8("unknown"));
            default ->
                    field.addGroup(
                            UnknownFieldSet.newBuilder()
                                    .addField(
                                            1,
                                            UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                                    .addField(
                                            2,
                                            UnknownFieldSet.Field.newBuilder()
                                                    .addGroup(UnknownFieldSet.getDefaultInstance())
                                                    .build())
                                    .build());
        }
        return UnknownFieldSet.newBuilder().addField(number, field.build()).build().toByteArray();
    }
}
