package io.sluice.server.bench;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;

/** OTLP/gRPC over one channel, with bytes instead of generated classes. */
final class GrpcSender implements Sender {
    static final MethodDescriptor<byte[], byte[]> EXPORT =
            MethodDescriptor.newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("opentelemetry.proto.collector.trace.v1.TraceService/Export")
                    .build();

    private final ManagedChannel channel;
    private final SpanRequest request;
    private final CallOptions options;
    private final LongSupplier sequence;
    private final LongSupplier nowNanos;

    GrpcSender(
            InetSocketAddress address,
            int spans,
            boolean gzip,
            LongSupplier sequence,
            LongSupplier nowNanos) {
        this.channel =
                NettyChannelBuilder.forAddress(address).usePlaintext().directExecutor().build();
        this.request = SpanRequest.of(spans);
        this.options = gzip ? CallOptions.DEFAULT.withCompression("gzip") : CallOptions.DEFAULT;
        this.sequence = sequence;
        this.nowNanos = nowNanos;
    }

    @Override
    public int send() throws IOException {
        try {
            ClientCalls.blockingUnaryCall(
                    channel,
                    EXPORT,
                    options,
                    request.next(sequence.getAsLong(), nowNanos.getAsLong()));
            return request.spans();
        } catch (StatusRuntimeException e) {
            Status.Code code = e.getStatus().getCode();
            if (code == Status.Code.UNAVAILABLE || code == Status.Code.RESOURCE_EXHAUSTED) {
                return 0;
            }
            throw new IOException("the server answered " + e.getStatus(), e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
        INSTANCE;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
