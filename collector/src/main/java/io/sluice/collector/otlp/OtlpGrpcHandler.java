package io.sluice.collector.otlp;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.sluice.collector.receive.Sources;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Answers the calls of one Export method. Bodies arrive on the network's threads; each call is then
 * taken on a thread of its own.
 *
 * <p>Of gRPC's codes, senders come again for UNAVAILABLE, and for RESOURCE_EXHAUSTED only if it
 * says when. So what is too large never says when, and nothing that is not the sender's fault is
 * INTERNAL or UNKNOWN: it would throw its data away.
 */
final class OtlpGrpcHandler implements ServerCallHandler<byte[], byte[]> {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("Authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> SOURCE =
            Metadata.Key.of(Sources.HEADER, Metadata.ASCII_STRING_MARSHALLER);

    private final OtlpSignal signal;
    private final OtlpFront front;
    private final Executor requests;
    private final Duration arrivalTimeout;
    private final LongSupplier nanoTime;
    private final Set<Call> arriving = ConcurrentHashMap.newKeySet();

    /**
     * @param requests runs one request a thread
     * @param arrivalTimeout how long a message may take to arrive
     * @param nanoTime tells elapsed time
     */
    OtlpGrpcHandler(
            OtlpSignal signal,
            OtlpFront front,
            Executor requests,
            Duration arrivalTimeout,
            LongSupplier nanoTime) {
        this.signal = signal;
        this.front = front;
        this.requests = requests;
        this.arrivalTimeout = arrivalTimeout;
        this.nanoTime = nanoTime;
    }

    @Override
    public ServerCall.Listener<byte[]> startCall(
            ServerCall<byte[], byte[]> call, Metadata headers) {
        try {
            String source = front.source(headers.get(AUTHORIZATION), headers.get(SOURCE));
            Call listener = new Call(call, source);
            GrpcArrival.refuseBy(listener::refuse);
            arriving.add(listener);
            call.request(2); // one more than there may be, so that gRPC refuses a second
            return listener;
        } catch (RefusedException e) {
            close(call, e); // its message is not even asked for
            return new ServerCall.Listener<>() {};
        }
    }

    /** Refuses calls that have not brought their message in time: what they hold, others need. */
    void refuseLaggards(long nowNanos) {
        for (Call call : arriving) {
            if (nowNanos - call.begunNanos > arrivalTimeout.toNanos()) {
                call.refuseLate();
            }
        }
    }

    /** One call. gRPC tells it of one event at a time, on the connection's thread. */
    private final class Call extends ServerCall.Listener<byte[]> {

        private final ServerCall<byte[], byte[]> call;
        private final String source;
        private final long begunNanos = nanoTime.getAsLong();
        private final AtomicBoolean ended = new AtomicBoolean();
        private byte @Nullable [] body;

        Call(ServerCall<byte[], byte[]> call, String source) {
            this.call = call;
            this.source = source;
        }

        @Override
        public void onMessage(byte[] message) {
            body = message;
        }

        @Override
        public void onHalfClose() {
            arriving.remove(this);
            if (ended.compareAndSet(false, true)) {
                requests.execute(this::answer);
            }
        }

        @Override
        public void onCancel() {
            arriving.remove(this);
        }

        @Override
        public void onComplete() {
            arriving.remove(this);
        }

        /** There is no room for what arrives. */
        private void refuse(OverloadedException e) {
            if (ended.compareAndSet(false, true)) {
                close(call, front.counted(RefusedException.of(e)));
            }
        }

        private void refuseLate() {
            if (ended.compareAndSet(false, true)) {
                close(call, front.counted(RefusedException.late(arrivalTimeout)));
            }
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
                close(call, e);
            }
        }

        private Extract take() throws RefusedException {
            byte[] message = body;
            if (message == null) {
                throw front.counted(
                        RefusedException.of(RejectReason.MALFORMED, "the call has no message"));
            }
            Encoding encoding = GzipAsItCame.isGzip(message) ? Encoding.GZIP : Encoding.IDENTITY;
            return front.take(signal.kind(OtlpFormat.PROTOBUF), source, encoding, message);
        }
    }

    private static void close(ServerCall<byte[], byte[]> call, RefusedException refused) {
        Status status = Status.fromCodeValue(refused.code()).withDescription(refused.getMessage());
        call.close(status, StatusMessage.trailers(refused));
    }
}
