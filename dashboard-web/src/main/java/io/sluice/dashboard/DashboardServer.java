package io.sluice.dashboard;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.router.Endpoint;
import io.sluice.dashboard.api.ApiRoutes;
import io.sluice.dashboard.api.MetricsText;
import io.sluice.dashboard.api.SystemRoutes;
import io.sluice.dashboard.doors.Doors;
import io.sluice.dashboard.http.Problems;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.live.LiveUpdates;
import io.sluice.dashboard.pages.PageRoutes;
import io.sluice.dashboard.security.AuditLog;
import io.sluice.dashboard.security.Login;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.TraceReader;
import io.sluice.engine.limit.LimitTable;

import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The API and the pages on one port. Every request has a virtual thread of its own, so a slow
 * reader holds up nobody.
 *
 * <p>Start once, close once; both from one thread.
 */
public final class DashboardServer implements AutoCloseable {
    /** Largest body that is read; most are a few members, a definition set is the largest. */
    static final long MAX_BODY_BYTES = 1024 * 1024;

    private final Connections connections;
    private final LiveUpdates live;
    private final ApiRoutes api;
    private final SloEngine.Subscription changes;
    private final Javalin javalin;

    /**
     * Prepares a server that does not listen yet.
     *
     * @param metrics our own
     * @param ready whether the engine is ready to be asked
     */
    public DashboardServer(
            SloEngine engine,
            IngestStatus ingest,
            TraceReader traces,
            DashboardSettings settings,
            MetricsText metrics,
            BooleanSupplier ready) {
        this.connections = new Connections(settings.connections());
        AuditLog audit = new AuditLog(engine::now);
        Optional<Login> login =
                settings.tokens().map(tokens -> new Login(tokens, engine::now, audit));
        RequestGuard guard = new RequestGuard(hosts(settings), settings.tokens(), login, audit);
        this.live = new LiveUpdates(engine);
        SharedAnswers shared = new SharedAnswers(live::changes, engine::now);
        PageRoutes pages = new PageRoutes(engine, ingest, traces, live::changes, shared);
        this.changes = engine.onChange(pages::changed);
        this.api = new ApiRoutes(engine, ingest, traces, shared, audit);
        Doors doors = new Doors(engine);
        SystemRoutes system = new SystemRoutes(metrics, ready, engine::troubles, api::description);
        this.javalin =
                Javalin.create(
                        config -> {
                            configure(config, settings, connections);
                            config.routes.before(guard::receive);
                            config.routes.before(connections::receive);
                            config.routes.beforeMatched(guard::authorize);
                            config.routes.after(guard::audit);
                            login.ifPresent(l -> l.register(config.routes, pages::login));
                            api.register(config.routes);
                            doors.register(config.routes);
                            system.register(config.routes);
                            pages.register(config.routes);
                            live.register(config.routes);
                            config.routes.get(
                                    "/api",
                                    ctx ->
                                            pages.reference(
                                                    ctx, api.description(), guard.needsToken()));
                            new Problems(pages::problem, guard::toStranger).register(config.routes);
                        });
    }

    private static void configure(
            JavalinConfig config, DashboardSettings settings, Connections connections) {
        config.concurrency.useVirtualThreads = true;
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.maxRequestSize = MAX_BODY_BYTES;
        config.http.prefer405over404 = true;
        config.jetty.host = settings.host();
        config.jetty.port = settings.port();
        config.jetty.addConnector((server, http) -> connector(server, http, settings, connections));
        config.jetty.modifyServer(server -> server.setErrorHandler(new JettyProblems()));
    }

    private static ServerConnector connector(
            Server server,
            HttpConfiguration http,
            DashboardSettings settings,
            Connections connections) {
        // Tells requests whether they are secure; which names are ours is the guard's to say.
        settings.tls().ifPresent(tls -> http.addCustomizer(new SecureRequestCustomizer(false)));
        ServerConnector connector =
                new BoundedConnector(
                        server,
                        http,
                        connections,
                        settings.tls().map(DashboardServer::factory).orElse(null));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        return connector;
    }

    private static SslContextFactory.Server factory(Tls tls) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(tls.context());
        factory.setNeedClientAuth(tls.clientCertificates());
        return factory;
    }

    /** An address in a Host header wears brackets if it has colons; a wildcard is nobody's name. */
    private static Set<String> hosts(DashboardSettings settings) {
        Set<String> hosts = new HashSet<>(settings.allowedHosts());
        String host = settings.host();
        if (!host.equals("0.0.0.0") && !host.equals("::")) {
            hosts.add(host.contains(":") ? "[" + host + "]" : host);
        }
        return hosts;
    }

    /** Lets the table of limits know what only this knows. */
    public void own(LimitTable table) {
        table.own(DashboardLimits.CONNECTIONS, connections::open, connections::refused);
        table.own(DashboardLimits.LIVE_PAGES, live::open, live::refused);
    }

    /**
     * Begins to listen.
     *
     * @throws RuntimeException if the port is taken; the message says so
     */
    public void start() {
        javalin.start();
    }

    /** How the streams of events do. */
    public ApiRoutes.EventStreams eventStreams() {
        return api.streams();
    }

    /** Every route, with the roles of which any is enough; none where the method decides. */
    List<Endpoint> routes() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod())
                .toList();
    }

    /** The port that is listened on; only after {@link #start}. */
    public int port() {
        return javalin.port();
    }

    /** Ends live streams, answers what is under way, and stops listening. */
    @Override
    public void close() {
        changes.close();
        live.close();
        api.close();
        javalin.stop();
    }
}
