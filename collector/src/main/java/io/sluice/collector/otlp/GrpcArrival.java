package io.sluice.collector.otlp;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.sluice.collector.receive.BytesInFlight;
import io.sluice.collector.receive.Intake;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * What a call brings, from its first byte on: gRPC gathers messages by itself and shows them only
 * when they are whole. Accounts for them while they arrive, and counts what gRPC refuses by itself,
 * before there is a call to speak of. Used by one connection's thread.
 */
final class GrpcArrival extends ServerStreamTracer {

    private static final Context.Key<GrpcArrival> KEY = Context.key("arrival");

    private final OtlpFront front;
    private final BytesInFlight.Hold hold;
    private boolean called;
    private boolean hadMessage;
    private Consumer<OverloadedException> refuse = _ -> {};
    private @Nullable OverloadedException overload;

    private GrpcArrival(OtlpFront front, BytesInFlight.Hold hold) {
        this.front = front;
        this.hold = hold;
    }

    static Factory factory(OtlpFront front, Intake intake) {
        return new Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new GrpcArrival(front, intake.bytesInFlight().hold());
            }
        };
    }

    /** Has the call refused as soon as there is no room for more of it. */
    static void refuseBy(Consumer<OverloadedException> refuse) {
        KEY.get().refuse = refuse;
    }

    @Override
    public Context filterContext(Context context) {
        return context.withValue(KEY, this);
    }

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> call) {
        called = true;
    }

    @Override
    public void inboundMessage(int number) {
        hadMessage = true;
    }

    @Override
    public void inboundWireSize(long bytes) {
        if (overload == null) {
            try {
                hold.add(bytes);
            } catch (OverloadedException e) {
                overload = e;
                refuse.accept(e);
            }
        }
    }

    @Override
    public void streamClosed(Status status) {
        hold.close();
        if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && !hadMessage) {
            front.counted(RejectReason.OVERSIZE);
        } else if (status.getCode() == Status.Code.UNIMPLEMENTED && !called) {
            front.counted(RejectReason.UNSUPPORTED); // an encoding that nobody knows
        }
    }
}
