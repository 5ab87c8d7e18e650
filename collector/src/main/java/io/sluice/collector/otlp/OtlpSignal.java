package io.sluice.collector.otlp;

import io.sluice.collector.extract.Decoder;
import io.sluice.collector.wire.JsonToProto.Field;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The signals that are taken, and by which names OTLP's transports and encodings know them. */
enum OtlpSignal {
    TRACES(
            new TracesDecoder(),
            JsonSchema.TRACES,
            "/v1/traces",
            "opentelemetry.proto.collector.trace.v1.TraceService",
            "rejectedSpans"),
    METRICS(
            new MetricsDecoder(),
            JsonSchema.METRICS,
            "/v1/metrics",
            "opentelemetry.proto.collector.metrics.v1.MetricsService",
            "rejectedDataPoints"),
    LOGS(
            new LogsDecoder(),
            JsonSchema.LOGS,
            "/v1/logs",
            "opentelemetry.proto.collector.logs.v1.LogsService",
            "rejectedLogRecords");

    private static final List<OtlpSignal> ALL = List.of(values());

    @SuppressWarnings("ImmutableEnumChecker") // decoders have no state
    private final OtlpDecoder decoder;

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final Map<String, Field> schema;

    private final String path;
    private final String service;
    private final String rejectedField;

    OtlpSignal(
            OtlpDecoder decoder,
            Map<String, Field> schema,
            String path,
            String service,
            String rejectedField) {
        this.decoder = decoder;
        this.schema = schema;
        this.path = path;
        this.service = service;
        this.rejectedField = rejectedField;
    }

    /** All of them, in this order. */
    static List<OtlpSignal> all() {
        return ALL;
    }

    /** The signal that is posted to a path, or null. */
    static @Nullable OtlpSignal ofPath(String path) {
        for (OtlpSignal signal : ALL) {
            if (signal.path.equals(path)) {
                return signal;
            }
        }
        return null;
    }

    /** What reads its bodies, in either encoding. */
    Stream<Decoder> decoders() {
        return Stream.of(decoder, new JsonDecoder(decoder, schema));
    }

    /** The kind of log entry that a body becomes. */
    String kind(OtlpFormat format) {
        return format.kind(decoder.kind());
    }

    /** Where HTTP senders post it. */
    String path() {
        return path;
    }

    /** The gRPC service whose {@code Export} takes it. */
    String service() {
        return service;
    }

    /** What JSON calls the number of refused items in a partial success. */
    String rejectedField() {
        return rejectedField;
    }
}
