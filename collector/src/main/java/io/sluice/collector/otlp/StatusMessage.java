package io.sluice.collector.otlp;

import com.fasterxml.jackson.core.JsonGenerator;

import io.grpc.Metadata;
import io.sluice.collector.wire.ProtoWriter;

import java.io.IOException;
import java.time.Duration;

/**
 * A refusal as {@code google.rpc.Status}: what is temporary has a {@code RetryInfo} that says when
 * to come again, what is the sender's mistake a {@code BadRequest}.
 */
final class StatusMessage {

    /**
     * Where gRPC's senders look, see <a href="https://grpc.io/docs/guides/error/">Richer error
     * model</a>.
     */
    static final Metadata.Key<byte[]> TRAILER =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private static final int STATUS_CODE = 1;
    private static final int STATUS_MESSAGE = 2;
    private static final int STATUS_DETAILS = 3;
    private static final int ANY_TYPE_URL = 1;
    private static final int ANY_VALUE = 2;
    private static final int RETRY_INFO_DELAY = 1;
    private static final int DURATION_SECONDS = 1;
    private static final int DURATION_NANOS = 2;
    private static final int BAD_REQUEST_VIOLATIONS = 1;
    private static final int VIOLATION_FIELD = 1;
    private static final int VIOLATION_DESCRIPTION = 2;
    private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
    private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

    /** What is wrong is the request; where in it, the description says. */
    private static final String FIELD = "request";

    private StatusMessage() {}

    /** What a call ends with; empty if a code and a message say it all. */
    static Metadata trailers(RefusedException refused) {
        Metadata trailers = new Metadata();
        if (isTemporary(refused) || isBadRequest(refused)) {
            trailers.put(TRAILER, protobuf(refused));
        }
        return trailers;
    }

    /** In wire form. */
    static byte[] protobuf(RefusedException refused) {
        ProtoWriter out = new ProtoWriter();
        out.varint(STATUS_CODE, refused.code());
        out.text(STATUS_MESSAGE, message(refused));
        if (isTemporary(refused)) {
            int any = beginDetail(out, RETRY_INFO);
            int retryInfo = out.begin(ANY_VALUE);
            int delay = out.begin(RETRY_INFO_DELAY);
            out.varint(DURATION_SECONDS, refused.retryAfter().toSeconds());
            out.varint(DURATION_NANOS, refused.retryAfter().toNanosPart());
            out.end(delay);
            out.end(retryInfo);
            out.end(any);
        } else if (isBadRequest(refused)) {
            int any = beginDetail(out, BAD_REQUEST);
            int badRequest = out.begin(ANY_VALUE);
            int violation = out.begin(BAD_REQUEST_VIOLATIONS);
            out.text(VIOLATION_FIELD, FIELD);
            out.text(VIOLATION_DESCRIPTION, message(refused));
            out.end(violation);
            out.end(badRequest);
            out.end(any);
        }
        return out.toBytes();
    }

    private static int beginDetail(ProtoWriter out, String type) {
        int any = out.begin(STATUS_DETAILS);
        out.text(ANY_TYPE_URL, type);
        return any;
    }

    /** Its fields as JSON. */
    static void json(RefusedException refused, JsonGenerator out) throws IOException {
        out.writeNumberField("code", refused.code());
        out.writeStringField("message", message(refused));
        if (isTemporary(refused)) {
            beginDetail(out, RETRY_INFO);
            out.writeStringField("retryDelay", seconds(refused.retryAfter()));
            endDetail(out);
        } else if (isBadRequest(refused)) {
            beginDetail(out, BAD_REQUEST);
            out.writeArrayFieldStart("fieldViolations");
            out.writeStartObject();
            out.writeStringField("field", FIELD);
            out.writeStringField("description", message(refused));
            out.writeEndObject();
            out.writeEndArray();
            endDetail(out);
        }
    }

    private static void beginDetail(JsonGenerator out, String type) throws IOException {
        out.writeArrayFieldStart("details");
        out.writeStartObject();
        out.writeStringField("@type", type);
    }

    private static void endDetail(JsonGenerator out) throws IOException {
        out.writeEndObject();
        out.writeEndArray();
    }

    /** A duration as protobuf's JSON has it: {@code 1.500s}. */
    private static String seconds(Duration duration) {
        return "%d.%09ds".formatted(duration.toSeconds(), duration.toNanosPart());
    }

    private static boolean isTemporary(RefusedException refused) {
        return !refused.retryAfter().isZero();
    }

    private static boolean isBadRequest(RefusedException refused) {
        return refused.code() == RefusedException.INVALID_ARGUMENT;
    }

    private static String message(RefusedException refused) {
        return String.valueOf(refused.getMessage());
    }
}
