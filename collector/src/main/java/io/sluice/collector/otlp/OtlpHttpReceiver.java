package io.sluice.collector.otlp;

import static java.util.Objects.requireNonNull;

import io.sluice.collector.extract.Decoder;
import io.sluice.collector.receive.ConnectionLimit;
import io.sluice.collector.receive.HttpRoute;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Tls;
import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.measure.RejectReason;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Receives OTLP over HTTP: {@code /v1/traces}, {@code /v1/metrics} and {@code /v1/logs}, protobuf
 * and JSON, plain, gzip or zstd. Each request runs on a virtual thread of its own and is answered
 * when it is on disk.
 */
public final class OtlpHttpReceiver implements AutoCloseable {

    /** What the counters call it. */
    public static final String NAME = "otlp-http";

    /** OTLP's port. */
    public static final int DEFAULT_PORT = 4318;

    /**
     * A body of 200 KB takes seven reads of the socket, where Jetty's own 8 KiB would take 25: each
     * costs the kernel more than the bytes do. A connection has such a buffer only while it reads a
     * request or has one under way.
     */
    private static final int INPUT_BUFFER_BYTES = 32 << 10;

    /** How long requests under way get to be answered when the receiver closes. */
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    private final Server server;
    private final BoundedConnector connector;
    private final ConnectionWatch watch;
    private final long everyMillis;
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name(NAME + "-watch").factory());

    /**
     * @param address where to listen; port 0 takes any that is free
     * @param others protocols that are spoken to paths of their own on the same port
     */
    public OtlpHttpReceiver(InetSocketAddress address, Intake intake, List<HttpRoute> others) {
        this(
                address,
                intake,
                others,
                Optional.empty(),
                new ConnectionLimit(ConnectionLimit.DEFAULT));
    }

    /**
     * @param address where to listen; port 0 takes any that is free
     * @param others protocols that are spoken to paths of their own on the same port
     * @param tls without it, whoever is between hears everything
     * @param connections of this port alone
     */
    public OtlpHttpReceiver(
            InetSocketAddress address,
            Intake intake,
            List<HttpRoute> others,
            Optional<Tls> tls,
            ConnectionLimit connections) {
        this(address, intake, others, tls, connections, Patience.DEFAULT);
    }

    /** With another patience than a test would live to see the end of. */
    OtlpHttpReceiver(
            InetSocketAddress address,
            Intake intake,
            List<HttpRoute> others,
            Optional<Tls> tls,
            ConnectionLimit connections,
            Patience patience) {
        // Platform threads only accept and select; a handful is plenty.
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName(NAME);
        threads.setVirtualThreadsExecutor(
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name(NAME + "-", 0).factory()));
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        HttpConnectionFactory factory = new HttpConnectionFactory(http);
        factory.setInputBufferSize(INPUT_BUFFER_BYTES);
        connector =
                new BoundedConnector(
                        server, connections, tls.map(OtlpHttpReceiver::tls).orElse(null), factory);
        InetAddress bound =
                requireNonNull(
                        address.getAddress(), () -> "nobody knows " + address.getHostString());
        connector.setHost(bound.getHostAddress());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(patience.silence().toMillis());
        server.addConnector(connector);
        server.setStopTimeout(DRAIN_TIMEOUT.toMillis());
        server.setErrorHandler(new StatusErrorHandler());
        Handler.Sequence handlers = new Handler.Sequence();
        for (HttpRoute route : others) {
            handlers.addHandler(
                    new RouteHandler(route, intake, bound.isLoopbackAddress(), patience.arrival()));
        }
        handlers.addHandler(
                new OtlpHttpHandler(intake, bound.isLoopbackAddress(), patience.arrival()));
        watch =
                new ConnectionWatch(
                        new GracefulHandler(handlers),
                        patience,
                        System::nanoTime,
                        new OtlpFront(NAME, intake));
        connector.watchedBy(watch);
        server.setHandler(watch);
        everyMillis = patience.look().toMillis();
    }

    private static SslContextFactory.Server tls(Tls tls) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(tls.context());
        factory.setNeedClientAuth(tls.clients().isPresent());
        return factory;
    }

    /** What reads the bodies that this receiver brings. */
    public static List<Decoder> decoders() {
        return OtlpSignal.all().stream().flatMap(OtlpSignal::decoders).toList();
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if the port is in use
     */
    public void start() throws IOException {
        try {
            server.start();
            var _ =
                    looks.scheduleWithFixedDelay(
                            watch::look, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(
                    "cannot listen on " + connector.getHost() + ":" + connector.getPort(), e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Answers what is under way, refuses what comes then, and stops listening. */
    @Override
    public void close() {
        looks.shutdownNow();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the receiver did not stop", e);
        }
    }

    /** Also what Jetty itself refuses is a {@code google.rpc.Status}. */
    private static final class StatusErrorHandler extends ErrorHandler {

        @Override
        protected void generateResponse(
                Request request,
                Response response,
                int status,
                String message,
                @Nullable Throwable cause,
                Callback callback) {
            RefusedException refused =
                    status == HttpStatus.SERVICE_UNAVAILABLE_503
                            ? RefusedException.unavailable(message, GroupCommit.RETRY_AFTER)
                            : RefusedException.of(RejectReason.MALFORMED, message);
            OtlpHttpHandler.refuse(refused, status, request, response, callback);
        }
    }
}
