package io.sluice.server.bench;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Executors;

/**
 * A receiver's transport without the receiver: takes each request's bytes to their end and answers
 * that all is well.
 */
interface EmptyServer extends AutoCloseable {
    /** Where it listens. */
    InetSocketAddress address();

    @Override
    void close() throws IOException;

    /** Starts one on a free loopback port. */
    static EmptyServer start(Protocol protocol) throws IOException {
        return switch (protocol) {
            case OTLP_HTTP, OTLP_JSON, REMOTE_WRITE, REMOTE_WRITE_2 -> new Http();
            case OTLP_GRPC -> new Grpc();
            case DOGSTATSD ->
                    throw new IllegalArgumentException("nothing answers datagrams: " + protocol);
        };
    }

    /** Jetty, as the receiver sets it up. */
    final class Http implements EmptyServer {
        private final org.eclipse.jetty.server.Server server;
        private final ServerConnector connector;

        private Http() throws IOException {
            QueuedThreadPool threads = new QueuedThreadPool();
            threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server = new org.eclipse.jetty.server.Server(threads);
            connector = new ServerConnector(server);
            connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
            server.addConnector(connector);
            server.setHandler(new Reading());
            try {
                server.start();
            } catch (Exception e) {
                throw new IOException("cannot listen", e);
            }
        }

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), connector.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            try {
                server.stop();
            } catch (Exception e) {
                throw new IOException("the empty server did not stop", e);
            }
        }

        private static final class Reading extends Handler.Abstract {
            @Override
            public boolean handle(Request request, Response response, Callback callback)
                    throws IOException {
                Content.Source.consumeAll(request);
                callback.succeeded();
                return true;
            }
        }
    }

    /** grpc-java, as the receiver sets it up. */
    final class Grpc implements EmptyServer {
        private final Server server;

        private Grpc() throws IOException {
            MethodDescriptor<ByteBuffer, ByteBuffer> export = GrpcSender.EXPORT;
            server =
                    NettyServerBuilder.forAddress(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .directExecutor()
                            .maxInboundMessageSize(64 << 20)
                            .addService(
                                    ServerServiceDefinition.builder(export.getServiceName())
                                            .addMethod(
                                                    export,
                                                    ServerCalls.asyncUnaryCall(
                                                            (body, answer) -> {
                                                                answer.onNext(
                                                                        ByteBuffer.allocate(0));
                                                                answer.onCompleted();
                                                            }))
                                            .build())
                            .build()
                            .start();
        }

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
        }

        @Override
        public void close() {
            server.shutdownNow();
        }
    }
}
