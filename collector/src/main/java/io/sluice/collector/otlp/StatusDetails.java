package io.sluice.collector.otlp;

import io.grpc.Metadata;
import io.sluice.collector.wire.ProtoWriter;

/**
 * Says in a call's trailers when to come again, as a {@code google.rpc.Status} with a {@code
 * RetryInfo}.
 */
final class StatusDetails {

    /**
     * Where senders look, see <a href="https://grpc.io/docs/guides/error/">Richer error model</a>.
     */
    static final Metadata.Key<byte[]> KEY =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private static final int STATUS_CODE = 1;
    private static final int STATUS_MESSAGE = 2;
    private static final int STATUS_DETAILS = 3;
    private static final int ANY_TYPE_URL = 1;
    private static final int ANY_VALUE = 2;
    private static final int RETRY_INFO_DELAY = 1;
    private static final int DURATION_SECONDS = 1;
    private static final int DURATION_NANOS = 2;
    private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

    private StatusDetails() {}

    /** Empty if coming again would not help. */
    static Metadata trailers(RefusedException refused) {
        Metadata trailers = new Metadata();
        if (!refused.retryAfter().isZero()) {
            ProtoWriter out = new ProtoWriter();
            out.varint(STATUS_CODE, refused.code());
            out.text(STATUS_MESSAGE, String.valueOf(refused.getMessage()));
            int any = out.begin(STATUS_DETAILS);
            out.text(ANY_TYPE_URL, RETRY_INFO);
            int retryInfo = out.begin(ANY_VALUE);
            int delay = out.begin(RETRY_INFO_DELAY);
            out.varint(DURATION_SECONDS, refused.retryAfter().toSeconds());
            out.varint(DURATION_NANOS, refused.retryAfter().toNanosPart());
            out.end(delay);
            out.end(retryInfo);
            out.end(any);
            trailers.put(KEY, out.toBytes());
        }
        return trailers;
    }
}
