package io.sluice.server.bench;

import io.grpc.CallOptions;
import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** OTLP/gRPC over one channel, with bytes instead of generated classes. */
final class GrpcSender implements Sender {
    static final MethodDescriptor<ByteBuffer, ByteBuffer> EXPORT =
            MethodDescriptor.newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("opentelemetry.proto.collector.trace.v1.TraceService/Export")
                    .build();

    private final ManagedChannel channel;
    private final Requests requests;
    private final CallOptions options;

    /** What is to be sent again, or null. */
    private @Nullable ByteBuffer unanswered;

    /**
     * @param gzip whether the bodies are gzip already
     */
    GrpcSender(InetSocketAddress address, boolean gzip, Requests requests) {
        CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
        compressors.register(new Compressed());
        this.channel =
                NettyChannelBuilder.forAddress(address)
                        .usePlaintext()
                        .directExecutor()
                        .compressorRegistry(compressors)
                        .build();
        this.requests = requests;
        this.options = gzip ? CallOptions.DEFAULT.withCompression("gzip") : CallOptions.DEFAULT;
    }

    @Override
    public int send() throws IOException {
        ByteBuffer body = unanswered == null ? requests.next() : unanswered;
        unanswered = body;
        try {
            ClientCalls.blockingUnaryCall(channel, EXPORT, options, body);
        } catch (StatusRuntimeException e) {
            Status.Code code = e.getStatus().getCode();
            // A server that is gone is unavailable, too, but has no details to say so.
            boolean asks =
                    code == Status.Code.RESOURCE_EXHAUSTED
                            || (code == Status.Code.UNAVAILABLE && e.getTrailers() != null);
            if (asks && e.getStatus().getCause() == null) {
                return 0;
            }
            throw new IOException("the server answered " + e.getStatus(), e);
        }
        unanswered = null;
        return requests.items();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** Lets through what is compressed. */
    private static final class Compressed implements Codec {
        @Override
        public String getMessageEncoding() {
            return "gzip";
        }

        @Override
        public OutputStream compress(OutputStream out) {
            return out;
        }

        @Override
        public InputStream decompress(InputStream in) {
            return in;
        }
    }

    private enum Bytes implements MethodDescriptor.Marshaller<ByteBuffer> {
        INSTANCE;

        @Override
        public InputStream stream(ByteBuffer value) {
            int from = value.arrayOffset() + value.position();
            return new ByteArrayInputStream(value.array(), from, value.remaining());
        }

        @Override
        public ByteBuffer parse(InputStream stream) {
            try {
                return ByteBuffer.wrap(stream.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
