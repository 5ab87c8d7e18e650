package io.sluice.collector.prometheus;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Prometheus's messages, described field by field for protobuf's own library: an encoder and a
 * parser that know nothing of ours.
 */
public final class PrometheusProtos {

    private static final String HISTOGRAM =
            "count_int=1 uint64, count_float=2 double, sum=3 double, schema=4 sint32,"
                    + " zero_threshold=5 double, zero_count_int=6 uint64, zero_count_float=7 double,"
                    + " negative_spans=8 *BucketSpan, negative_deltas=9 *sint64, negative_counts=10 *double,"
                    + " positive_spans=11 *BucketSpan, positive_deltas=12 *sint64, positive_counts=13 *double,"
                    + " reset_hint=14 uint32, timestamp=15 int64, custom_values=16 *double";
    private static final String SPAN = "offset=1 sint32, length=2 uint32";

    public static final PrometheusProtos WRITE_1 =
            new PrometheusProtos(
                    Map.of(
                            "Request", "timeseries=1 *TimeSeries, metadata=3 *Metadata",
                            "TimeSeries",
                                    "labels=1 *Label, samples=2 *Sample, exemplars=3 *Exemplar,"
                                            + " histograms=4 *Histogram",
                            "Label", "name=1 bytes, value=2 bytes",
                            "Sample", "value=1 double, timestamp=2 int64",
                            "Exemplar", "labels=1 *Label, value=2 double, timestamp=3 int64",
                            "Metadata", "type=1 uint32, metric_family_name=2 string",
                            "Histogram", HISTOGRAM,
                            "BucketSpan", SPAN));

    public static final PrometheusProtos WRITE_2 =
            new PrometheusProtos(
                    Map.of(
                            "Request", "symbols=4 *bytes, timeseries=5 *TimeSeries",
                            "TimeSeries",
                                    "labels_refs=1 *uint32, samples=2 *Sample, histograms=3 *Histogram,"
                                            + " exemplars=4 *Exemplar, metadata=5 Metadata, created_timestamp=6 int64",
                            "Sample", "value=1 double, timestamp=2 int64, start_timestamp=3 int64",
                            "Exemplar", "labels_refs=1 *uint32, value=2 double, timestamp=3 int64",
                            "Metadata", "type=1 uint32, help_ref=3 uint32, unit_ref=4 uint32",
                            "Histogram", HISTOGRAM + ", start_timestamp=17 int64",
                            "BucketSpan", SPAN));

    public static final PrometheusProtos EXPOSITION =
            new PrometheusProtos(
                    Map.of(
                            "MetricFamily",
                                    "name=1 string, help=2 string, type=3 uint32, metric=4 *Metric, unit=5 string",
                            "Metric",
                                    "label=1 *LabelPair, gauge=2 Value, counter=3 Counter, summary=4 Summary,"
                                            + " untyped=5 Value, timestamp_ms=6 int64, histogram=7 Histogram",
                            "LabelPair", "name=1 string, value=2 string",
                            "Value", "value=1 double",
                            "Counter", "value=1 double, created_timestamp=3 Timestamp",
                            "Timestamp", "seconds=1 int64, nanos=2 int32",
                            "Summary",
                                    "sample_count=1 uint64, sample_sum=2 double, quantile=3 *Quantile,"
                                            + " created_timestamp=4 Timestamp",
                            "Quantile", "quantile=1 double, value=2 double",
                            "Histogram",
                                    "sample_count=1 uint64, sample_sum=2 double, bucket=3 *Bucket,"
                                            + " sample_count_float=4 double, schema=5 sint32, zero_threshold=6 double,"
                                            + " zero_count=7 uint64, zero_count_float=8 double, negative_span=9 *BucketSpan,"
                                            + " negative_delta=10 *sint64, negative_count=11 *double,"
                                            + " positive_span=12 *BucketSpan, positive_delta=13 *sint64,"
                                            + " positive_count=14 *double, created_timestamp=15 Timestamp",
                            "Bucket",
                                    "cumulative_count=1 uint64, upper_bound=2 double,"
                                            + " cumulative_count_float=4 double"),
                    "BucketSpan",
                    SPAN);

    private final FileDescriptor file;

    private PrometheusProtos(Map<String, String> messages, String more, String fields) {
        this(with(messages, more, fields));
    }

    private PrometheusProtos(Map<String, String> messages) {
        FileDescriptorProto.Builder described =
                FileDescriptorProto.newBuilder().setName("prometheus").setSyntax("proto3");
        messages.forEach((name, fields) -> described.addMessageType(message(name, fields)));
        try {
            file = FileDescriptor.buildFrom(described.build(), new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Map<String, String> with(
            Map<String, String> messages, String more, String fields) {
        Map<String, String> all = new java.util.TreeMap<>(messages);
        all.put(more, fields);
        return all;
    }

    private static DescriptorProto message(String name, String fields) {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
        for (String field : fields.split(", ")) {
            String[] parts = field.split("[= ]");
            boolean repeated = parts[2].startsWith("*");
            String type = repeated ? parts[2].substring(1) : parts[2];
            FieldDescriptorProto.Builder described =
                    FieldDescriptorProto.newBuilder()
                            .setName(parts[0])
                            .setNumber(Integer.parseInt(parts[1]))
                            .setLabel(repeated ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL);
            if (Character.isUpperCase(type.charAt(0))) {
                described.setTypeName("." + type).setType(Type.TYPE_MESSAGE);
            } else {
                described.setType(Type.valueOf("TYPE_" + type.toUpperCase(java.util.Locale.ROOT)));
            }
            message.addField(described);
        }
        return message.build();
    }

    /** A message of that type; the fields are set by name. */
    public Message make(String type, Consumer<Fields> fields) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(descriptor(type));
        fields.accept(new Fields(builder));
        return builder.build();
    }

    public Message parse(String type, byte[] bytes)
            throws com.google.protobuf.InvalidProtocolBufferException {
        return DynamicMessage.parseFrom(descriptor(type), bytes);
    }

    private Descriptor descriptor(String type) {
        return file.findMessageTypeByName(type);
    }

    /** Sets fields by name. */
    public record Fields(DynamicMessage.Builder builder) {

        public Fields set(String field, Object value) {
            builder.setField(field(field), value);
            return this;
        }

        public Fields add(String field, Object value) {
            builder.addRepeatedField(field(field), value);
            return this;
        }

        public Fields addAll(String field, List<?> values) {
            values.forEach(value -> add(field, value));
            return this;
        }

        private FieldDescriptor field(String name) {
            FieldDescriptor found = builder.getDescriptorForType().findFieldByName(name);
            if (found == null) {
                throw new IllegalArgumentException("no field " + name);
            }
            return found;
        }
    }

    /** The value of a field of any message, by name. */
    public static Object get(Message message, String field) {
        return message.getField(message.getDescriptorForType().findFieldByName(field));
    }

    public static boolean has(Message message, String field) {
        return message.getAllFields()
                .containsKey(message.getDescriptorForType().findFieldByName(field));
    }

    @SuppressWarnings("unchecked")
    public static <T> List<T> list(Message message, String field) {
        return (List<T>) get(message, field);
    }
}
