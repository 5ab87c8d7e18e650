package io.sluice.collector.otlp;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.sluice.collector.receive.BytesInFlight;
import io.sluice.collector.receive.Intake;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Executor;

/**
 * Answers the calls of one Export method. Bodies arrive on the network's threads; each call is then
 * taken on a thread of its own.
 *
 * <p>Of gRPC's codes, senders come again for UNAVAILABLE, and for RESOURCE_EXHAUSTED only if it
 * says when. So what is too large never says when, and nothing that is not the sender's fault is
 * INTERNAL or UNKNOWN: it would throw its data away.
 */
final class OtlpGrpcHandler implements ServerCallHandler<byte[], byte[]> {

    private static final Metadata.Key<String> SOURCE =
            Metadata.Key.of(OtlpFront.SOURCE_HEADER, Metadata.ASCII_STRING_MARSHALLER);

    private final OtlpSignal signal;
    private final Intake intake;
    private final OtlpFront front;
    private final Executor requests;

    /**
     * @param requests runs one request a thread
     */
    OtlpGrpcHandler(OtlpSignal signal, Intake intake, OtlpFront front, Executor requests) {
        this.signal = signal;
        this.intake = intake;
        this.front = front;
        this.requests = requests;
    }

    @Override
    public ServerCall.Listener<byte[]> startCall(
            ServerCall<byte[], byte[]> call, Metadata headers) {
        call.request(2); // one more than there may be, so that gRPC refuses a second
        return new Call(call, headers.get(SOURCE));
    }

    /** One call. gRPC tells it of one event at a time. */
    private final class Call extends ServerCall.Listener<byte[]> {

        private final ServerCall<byte[], byte[]> call;
        private final @Nullable String source;
        private byte @Nullable [] body;

        Call(ServerCall<byte[], byte[]> call, @Nullable String source) {
            this.call = call;
            this.source = source;
        }

        @Override
        public void onMessage(byte[] message) {
            body = message;
        }

        @Override
        public void onHalfClose() {
            requests.execute(this::answer);
        }

        private void answer() {
            if (call.isCancelled()) {
                return; // by its deadline, too: nobody would hear the answer
            }
            try {
                byte[] success = OtlpFormat.PROTOBUF.success(signal, take());
                call.sendHeaders(new Metadata());
                call.sendMessage(success);
                call.close(Status.OK, new Metadata());
            } catch (RefusedException e) {
                refuse(e);
            }
        }

        private Extract take() throws RefusedException {
            byte[] message = body;
            if (message == null) {
                throw front.counted(
                        RefusedException.of(RejectReason.MALFORMED, "the call has no message"));
            }
            try (BytesInFlight.Hold hold = intake.bytesInFlight().hold()) {
                hold.add(message.length);
                Encoding encoding =
                        GzipAsItCame.isGzip(message) ? Encoding.GZIP : Encoding.IDENTITY;
                return front.take(
                        signal.kind(OtlpFormat.PROTOBUF), front.source(source), encoding, message);
            } catch (OverloadedException e) {
                throw front.counted(RefusedException.of(e));
            }
        }

        private void refuse(RefusedException refused) {
            Status status =
                    Status.fromCodeValue(refused.code()).withDescription(refused.getMessage());
            call.close(status, StatusDetails.trailers(refused));
        }
    }
}
