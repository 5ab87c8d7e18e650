package io.sluice.collector.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.wire.ProtoWriter;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.series.SeriesKey;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The two encodings of OTLP over HTTP: a request names its own by its media type and is answered in
 * it.
 */
enum OtlpFormat {
    PROTOBUF("application/x-protobuf", "") {
        @Override
        byte[] success(OtlpSignal signal, Extract extract) {
            ProtoWriter out = new ProtoWriter();
            String message = message(extract);
            if (!message.isEmpty()) {
                int partial = out.begin(RESPONSE_PARTIAL_SUCCESS);
                out.varint(PARTIAL_SUCCESS_REJECTED, extract.rejectedItems());
                out.text(PARTIAL_SUCCESS_MESSAGE, message);
                out.end(partial);
            }
            return out.toBytes();
        }

        @Override
        byte[] status(RefusedException refused) {
            return StatusMessage.protobuf(refused);
        }
    },

    JSON("application/json", "-json") {
        @Override
        byte[] success(OtlpSignal signal, Extract extract) {
            String message = message(extract);
            return json(
                    out -> {
                        if (!message.isEmpty()) {
                            out.writeObjectFieldStart("partialSuccess");
                            out.writeStringField(
                                    signal.rejectedField(), Long.toString(extract.rejectedItems()));
                            out.writeStringField("errorMessage", message);
                            out.writeEndObject();
                        }
                    });
        }

        @Override
        byte[] status(RefusedException refused) {
            return json(out -> StatusMessage.json(refused, out));
        }
    };

    private static final int RESPONSE_PARTIAL_SUCCESS = 1;
    private static final int PARTIAL_SUCCESS_REJECTED = 1;
    private static final int PARTIAL_SUCCESS_MESSAGE = 2;
    private static final JsonFactory JSON_FACTORY = new JsonFactory();

    private final String mediaType;
    private final String kindSuffix;

    OtlpFormat(String mediaType, String kindSuffix) {
        this.mediaType = mediaType;
        this.kindSuffix = kindSuffix;
    }

    /** The format of a Content-Type, whatever its parameters, or null if it is none of OTLP's. */
    static @Nullable OtlpFormat of(@Nullable String contentType) {
        if (contentType == null) {
            return null;
        }
        int parameters = contentType.indexOf(';');
        String type = (parameters < 0 ? contentType : contentType.substring(0, parameters)).strip();
        for (OtlpFormat format : values()) {
            if (format.mediaType.equals(type.toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        return null;
    }

    String mediaType() {
        return mediaType;
    }

    /** The kind of log entry that a body of this format becomes. */
    String kind(String protobufKind) {
        return protobufKind + kindSuffix;
    }

    /**
     * The body of {@code ExportTraceServiceResponse} and its siblings, whose fields have the same
     * numbers.
     */
    abstract byte[] success(OtlpSignal signal, Extract extract);

    /** The body of {@code google.rpc.Status}. */
    abstract byte[] status(RefusedException refused);

    /**
     * How many items were refused for which reason, {@code refused: 2 invalid_id, 1 too_old}, and
     * what else the sender should know; empty if all is well.
     */
    private static String message(Extract extract) {
        List<String> parts = new ArrayList<>();
        if (extract.rejectedItems() > 0) {
            parts.add(
                    extract.rejected().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(entry -> entry.getValue() + " " + entry.getKey().label())
                            .collect(Collectors.joining(", ", "refused: ", "")));
        }
        if (extract.counts().stream()
                .anyMatch(counted -> counted.group().equals(SeriesKey.OVERFLOW_GROUP))) {
            parts.add(
                    "groups that are too long, or more than "
                            + Accumulator.MAX_GROUPS
                            + " in a request, are counted together");
        }
        return String.join("; ", parts);
    }

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    private static byte[] json(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON_FACTORY.createGenerator(bytes)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array takes everything", e);
        }
        return bytes.toByteArray();
    }
}
