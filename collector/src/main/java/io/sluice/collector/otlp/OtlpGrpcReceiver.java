package io.sluice.collector.otlp;

import static io.grpc.MethodDescriptor.generateFullMethodName;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.sluice.collector.receive.ConnectionLimit;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Tls;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Receives OTLP over gRPC: traces, metrics and logs, plain or gzip. Each request is read and stored
 * on a virtual thread of its own and is answered when it is on disk.
 */
public final class OtlpGrpcReceiver implements AutoCloseable {

    /** What the counters call it. */
    public static final String NAME = "otlp-grpc";

    /** OTLP's port. */
    public static final int DEFAULT_PORT = 4317;

    /** How long requests under way may take when a connection has come of age. */
    private static final Duration MAX_CONNECTION_AGE_GRACE = Duration.ofMinutes(2);

    /** Senders may look so often whether a connection still works. */
    private static final Duration MIN_KEEP_ALIVE = Duration.ofSeconds(10);

    /** How many requests a connection may have under way. */
    private static final int MAX_CALLS_PER_CONNECTION = 256;

    /**
     * Who resets more streams than this in so many seconds only makes work; senders whose calls all
     * run into their deadlines stay well below.
     */
    private static final int MAX_RESETS = 8 * MAX_CALLS_PER_CONNECTION;

    private static final int RESETS_SECONDS = 30;

    /** How long requests under way get to be answered when the receiver closes. */
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    private final HealthStatusManager health = new HealthStatusManager();
    private final ExecutorService requests =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(NAME + "-", 0).factory());
    private final ScheduledExecutorService laggards =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name(NAME + "-laggards").factory());
    private final BoundedChannels channels;
    private final Server server;

    /**
     * @param address where to listen; port 0 takes any that is free
     */
    public OtlpGrpcReceiver(InetSocketAddress address, Intake intake) {
        this(address, intake, Optional.empty(), new ConnectionLimit(ConnectionLimit.DEFAULT));
    }

    /**
     * @param address where to listen; port 0 takes any that is free
     * @param tls without it, whoever is between hears everything
     * @param connections of this port alone
     */
    public OtlpGrpcReceiver(
            InetSocketAddress address,
            Intake intake,
            Optional<Tls> tls,
            ConnectionLimit connections) {
        this(address, intake, tls, connections, GrpcTimes.DEFAULT);
    }

    /** With other times than a test would live to see. */
    OtlpGrpcReceiver(
            InetSocketAddress address,
            Intake intake,
            Optional<Tls> tls,
            ConnectionLimit connections,
            GrpcTimes times) {
        OtlpFront front = new OtlpFront(NAME, intake);
        channels = new BoundedChannels(connections);
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(
                                address,
                                tls.map(OtlpGrpcReceiver::credentials)
                                        .orElseGet(InsecureServerCredentials::create))
                        .channelFactory(channels)
                        .bossEventLoopGroup(channels.accepting())
                        .workerEventLoopGroup(channels.working())
                        .handshakeTimeout(times.handshake().toNanos(), TimeUnit.NANOSECONDS)
                        .maxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS)
                        // What runs there only takes a body from the network and starts a request's
                        // thread.
                        .directExecutor()
                        .maxInboundMessageSize(intake.limits().maxBodyBytes())
                        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                        .maxConnectionIdle(times.idle().toNanos(), TimeUnit.NANOSECONDS)
                        .maxConnectionAge(times.age().toNanos(), TimeUnit.NANOSECONDS)
                        .maxConnectionAgeGrace(
                                MAX_CONNECTION_AGE_GRACE.toNanos(), TimeUnit.NANOSECONDS)
                        .permitKeepAliveTime(MIN_KEEP_ALIVE.toNanos(), TimeUnit.NANOSECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .decompressorRegistry(
                                DecompressorRegistry.emptyInstance()
                                        .with(Codec.Identity.NONE, false)
                                        .with(new GzipAsItCame(), true))
                        .addStreamTracerFactory(GrpcArrival.factory(front, intake))
                        .addService(health.getHealthService())
                        .fallbackHandlerRegistry(new NothingElse(front));
        for (OtlpSignal signal : OtlpSignal.all()) {
            OtlpGrpcHandler handler =
                    new OtlpGrpcHandler(signal, front, requests, times.arrival(), System::nanoTime);
            builder.addService(service(signal.service(), handler));
            long everyNanos = times.arrival().dividedBy(4).toNanos();
            var _ =
                    laggards.scheduleWithFixedDelay(
                            () -> handler.refuseLaggards(System.nanoTime()),
                            everyNanos,
                            everyNanos,
                            TimeUnit.NANOSECONDS);
            health.setStatus(signal.service(), ServingStatus.SERVING);
        }
        server = builder.build();
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if the port is in use
     */
    public void start() throws IOException {
        server.start();
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Answers what is under way, refuses what comes then, and stops listening. */
    @Override
    public void close() {
        if (server.isShutdown()) {
            return;
        }
        health.enterTerminalState();
        server.shutdown();
        boolean interrupted = false;
        try {
            server.awaitTermination(DRAIN_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        server.shutdownNow();
        channels.close();
        requests.shutdown();
        laggards.shutdownNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static ServerCredentials credentials(Tls tls) {
        TlsServerCredentials.Builder credentials =
                TlsServerCredentials.newBuilder().keyManager(tls.identity());
        tls.clients()
                .ifPresent(
                        clients ->
                                credentials
                                        .trustManager(clients)
                                        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE));
        return credentials.build();
    }

    private static ServerServiceDefinition service(
            String name, ServerCallHandler<byte[], byte[]> handler) {
        return ServerServiceDefinition.builder(name)
                .addMethod(method(generateFullMethodName(name, "Export"), handler))
                .build();
    }

    private static ServerMethodDefinition<byte[], byte[]> method(
            String fullName, ServerCallHandler<byte[], byte[]> handler) {
        MethodDescriptor<byte[], byte[]> descriptor =
                MethodDescriptor.newBuilder(RawBytes.INSTANCE, RawBytes.INSTANCE)
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(fullName)
                        .build();
        return ServerMethodDefinition.create(descriptor, handler);
    }

    /** Answers whatever else is called, the profiles service for one, and counts it. */
    private static final class NothingElse extends HandlerRegistry {

        private final OtlpFront front;

        NothingElse(OtlpFront front) {
            this.front = front;
        }

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(
                String methodName, @Nullable String authority) {
            return method(
                    methodName,
                    (call, _) -> {
                        front.counted(RejectReason.UNSUPPORTED);
                        call.close(
                                Status.UNIMPLEMENTED.withDescription(
                                        "there is no "
                                                + methodName
                                                + " here, only Export of "
                                                + OtlpSignal.all().stream()
                                                        .map(OtlpSignal::service)
                                                        .toList()),
                                new Metadata());
                        return new ServerCall.Listener<>() {};
                    });
        }
    }
}
