package io.sluice.collector.otlp;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.sluice.engine.measure.RejectReason;

/**
 * Counts messages over the limit. gRPC refuses them by itself, before there is a call to speak of;
 * all that shows is a stream that ends as RESOURCE_EXHAUSTED without having had a message.
 */
final class OversizeTracer extends ServerStreamTracer {

    private final OtlpFront front;
    private volatile boolean hadMessage;

    private OversizeTracer(OtlpFront front) {
        this.front = front;
    }

    static Factory factory(OtlpFront front) {
        return new Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new OversizeTracer(front);
            }
        };
    }

    @Override
    public void inboundMessage(int number) {
        hadMessage = true;
    }

    @Override
    public void streamClosed(Status status) {
        if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && !hadMessage) {
            front.counted(RejectReason.OVERSIZE);
        }
    }
}
