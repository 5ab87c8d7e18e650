package io.sluice.server;

import io.sluice.collector.dogstatsd.DogStatsdLimits;
import io.sluice.collector.dogstatsd.DogStatsdReceiver;
import io.sluice.collector.dogstatsd.DogStatsdStreamReceiver;
import io.sluice.collector.dogstatsd.UnixSocket;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.otlp.OtlpGrpcReceiver;
import io.sluice.collector.otlp.OtlpHttpReceiver;
import io.sluice.collector.query.QueryPoller;
import io.sluice.collector.query.Reached;
import io.sluice.collector.receive.Accept;
import io.sluice.collector.receive.CollectorLimits;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.collector.receive.Tls;
import io.sluice.collector.remotewrite.RemoteWrite;
import io.sluice.collector.scrape.Scraper;
import io.sluice.collector.scrape.TargetFiles;
import io.sluice.collector.trace.LogTraceReader;
import io.sluice.collector.trace.Redaction;
import io.sluice.dashboard.DashboardLimits;
import io.sluice.dashboard.DashboardServer;
import io.sluice.dashboard.DashboardSettings;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.EngineLimits;
import io.sluice.engine.EngineRuntime;
import io.sluice.engine.EngineSettings;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.log.ReservingLog;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.sqlite.SqliteFile;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.sqlite.SqliteStore;
import io.sluice.engine.time.SteadyClock;
import io.sluice.server.config.AllLimits;
import io.sluice.server.config.ServerConfig;
import io.sluice.server.notify.Sender;
import io.sluice.server.notify.Target;
import io.sluice.server.telemetry.OwnMetrics;
import io.sluice.server.trust.TlsFiles;
import io.sluice.server.trust.TlsWatch;
import io.sluice.server.trust.TokenRing;
import io.sluice.server.watch.DefinitionsWatch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * The composition root: everything is made here, started in the order in which data flows backwards
 * (store, log, engine, pages and receivers last), and closed in reverse, so that what was accepted
 * is applied and stored before the store closes.
 */
public final class Sluice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sluice.class);

    /** A changed definition is in force after two of these, and the time to load it. */
    private static final Duration LOOK_AT_DEFINITIONS = Duration.ofMillis(500);

    /** A changed certificate is shown within two of these. */
    private static final Duration LOOK_AT_CERTIFICATES = Duration.ofSeconds(1);

    /** New targets are scraped after at most this, and their first interval. */
    private static final Duration LOOK_AT_TARGETS = Duration.ofSeconds(2);

    /** The heap may grow by what is allocated in this time beyond what it should. */
    private static final Duration LOOK_AT_HEAP = Duration.ofSeconds(1);

    /** An instant is asked for at most so late. */
    private static final Duration LOOK_AT_QUERIES = Duration.ofSeconds(1);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final List<Address> addresses = new ArrayList<>();

    /** From when everything listens until it begins to stop: then load balancers look elsewhere. */
    private volatile boolean ready;

    /**
     * Where a part listens.
     *
     * @param name for example {@code otlp-http}
     * @param text for people and programs, for example {@code http://127.0.0.1:4318}
     */
    public record Address(String name, String text) {}

    private Sluice() {}

    /**
     * Begins with what any start needs, beside whatever the caller has to read before it can start
     * a server. Nothing has to be undone.
     */
    public static void prepare() {
        Thread.ofPlatform()
                .daemon()
                .name("sluice-sqlite")
                .start(
                        () -> {
                            SqliteFile.loadLibrary();
                            loadStoreClasses();
                        });
    }

    /** jOOQ's, above all. */
    private static void loadStoreClasses() {
        try {
            MethodHandles.lookup().ensureInitialized(SqliteStore.class);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the store's class is public", e);
        }
    }

    /**
     * Starts a server; on return it answers on every port.
     *
     * @param data its folder, made if it is missing; one server at a time
     * @param definitions the folder of definition files, followed from here on
     * @throws StartException if a part cannot start; its message says what to do, and everything is
     *     closed again
     */
    public static Sluice start(
            Path data, DefinitionsFolder definitions, ServerConfig config, InstantSource clock)
            throws StartException {
        return start(
                data,
                definitions,
                config,
                new Machine(clock, System::nanoTime, DataFolder::usableBytes));
    }

    /** What a test plays tricks with: the machine's clocks and its disk. */
    record Machine(
            InstantSource wall, LongSupplier nanoTime, ToLongFunction<DataFolder> usableBytes) {}

    static Sluice start(
            Path data, DefinitionsFolder definitions, ServerConfig config, Machine machine)
            throws StartException {
        Sluice sluice = new Sluice();
        try {
            sluice.compose(data, definitions, config, machine);
            return sluice;
        } catch (IOException | OverloadedException | RuntimeException e) {
            sluice.close();
            throw StartException.of(e, data);
        }
    }

    /** A folder with what was found in it. */
    public record DefinitionsFolder(Path path, Loaded loaded) {}

    private void compose(
            Path data, DefinitionsFolder definitions, ServerConfig config, Machine machine)
            throws IOException, OverloadedException {
        SteadyClock clock = new SteadyClock(machine.wall, machine.nanoTime);
        LimitTable limits = AllLimits.table(config.limits());
        Extractors extractors = extractors();

        DataFolder folder = closing(DataFolder.open(data));
        Store store = closing(folder.openStore());
        ReservingLog log = openLog(folder, machine, limits);
        DataFolder.requireTogether(data, store, log);
        EngineRuntime engine =
                closing(
                        EngineRuntime.start(
                                log,
                                store,
                                engineSettings(
                                        config,
                                        extractors,
                                        new LoggedDefinitions(definitions.loaded().definitions()),
                                        clock,
                                        limits)));
        clock.onMove(engine::clockMoved);
        // What reading a store leaves behind is collected now, rather than before the first reader.
        Optional<OldGarbage> heap = OldGarbage.ofThisJvm();
        heap.ifPresent(OldGarbage::look);
        DefinitionsWatch watch = follow(definitions, engine, clock);

        ReceiverCounters counters = new ReceiverCounters();
        OwnMetrics metrics = closing(new OwnMetrics(engine.desk(), counters, watch::status));
        PartMetrics parts = new PartMetrics(metrics);
        parts.tellOf(log);
        parts.tellOf(engine, log, () -> ready);
        parts.tellOf(clock);
        parts.tellOf(limits);

        Optional<TokenRing> tokens =
                config.tokens().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new TokenRing(config.tokens()));
        Optional<Tls> pagesTls = tls(config.tls().api());
        // Loading classes is most of a start, and pages and receivers have few in common.
        CompletableFuture<DashboardServer> pages =
                beside(
                        "sluice-pages",
                        () ->
                                startPages(
                                        new DashboardServer(
                                                engine.desk(),
                                                counters,
                                                new LogTraceReader(
                                                        log,
                                                        extractors,
                                                        new Redaction(Redaction.DEFAULT_KEYS)),
                                                pagesSettings(
                                                        config.listen(), tokens, pagesTls, limits),
                                                metrics::scrape,
                                                () -> ready),
                                        limits));

        Intake intake = intake(engine, counters, tokens, config, clock, limits);
        // A receiver is one line in here, and a package of its own in the collector.
        receive(intake, config, limits);
        scrape(intake, config, parts);
        query(intake, config, engine, clock, parts);

        DashboardServer dashboard = joined(pages);
        parts.tellOf(dashboard);
        addresses.addFirst(
                new Address(
                        "api",
                        scheme(config.tls().api())
                                + config.listen().host()
                                + ":"
                                + dashboard.port()));
        OpenDoors.warnings(config).forEach(LOG::warn);
        heap.ifPresent(garbage -> every(LOOK_AT_HEAP, "sluice-heap", garbage::look));
        ready = true;
        Thread.ofVirtual().name("sluice-jvm-metrics").start(metrics::tellOfJvm);
    }

    /** The ingest log, which leaves its disk's reserve alone. */
    private ReservingLog openLog(DataFolder folder, Machine machine, LimitTable limits)
            throws IOException {
        ReservingLog log =
                closing(
                        new ReservingLog(
                                folder.openLog(),
                                () -> machine.usableBytes.applyAsLong(folder),
                                limits.of(EngineLimits.DISK_RESERVE)));
        limits.own(EngineLimits.DISK_RESERVE, log::refused);
        return log;
    }

    private static EngineSettings engineSettings(
            ServerConfig config,
            Extractors extractors,
            LoggedDefinitions logged,
            SteadyClock clock,
            LimitTable limits) {
        List<Target> receivers = config.alerting().receivers();
        return new EngineSettings(
                extractors,
                logged,
                new Sender(receivers),
                receivers.stream().map(Target::receiver).toList(),
                config.baseUrl(),
                clock,
                limits);
    }

    private static DashboardSettings pagesSettings(
            ServerConfig.Listen listen,
            Optional<TokenRing> tokens,
            Optional<Tls> tls,
            LimitTable limits) {
        return new DashboardSettings(
                listen.host(),
                listen.api(),
                listen.names(),
                tokens.map(ring -> ring::principal),
                tls.map(
                        port ->
                                new io.sluice.dashboard.Tls(
                                        port.context(), port.clients().isPresent())),
                limits.intOf(DashboardLimits.CONNECTIONS));
    }

    private static DashboardServer startPages(DashboardServer pages, LimitTable limits) {
        try {
            pages.own(limits);
            pages.start();
            return pages;
        } catch (RuntimeException e) {
            pages.close();
            throw e;
        }
    }

    /** What every receiver hands its bodies to, and what the engine and the clock hear of them. */
    private static Intake intake(
            EngineRuntime engine,
            ReceiverCounters counters,
            Optional<TokenRing> tokens,
            ServerConfig config,
            SteadyClock clock,
            LimitTable limits) {
        Extractors received =
                new Extractors(limits.intOf(CollectorLimits.DECOMPRESSED), decoders());
        Intake intake =
                new Intake(
                        new CurrentExtractor(engine::plan, received),
                        new Accept() {
                            @Override
                            public void awaitRoom() throws OverloadedException {
                                engine.awaitRoom();
                            }

                            @Override
                            public void accept(LogEntry entry, Extract extract)
                                    throws IOException, OverloadedException {
                                engine.accept(entry, extract);
                                hear(clock, entry, extract);
                            }
                        },
                        counters,
                        new Sources(config.backfillSources(), tokens.map(ring -> ring::sender)),
                        CollectorLimits.intake(limits),
                        clock,
                        clock::latest);
        CollectorLimits.own(limits, intake, received.held());
        return intake;
    }

    /** Starts a part on a thread of its own; it is closed as if it had been started here. */
    private <T extends AutoCloseable> CompletableFuture<T> beside(String name, Supplier<T> part) {
        CompletableFuture<T> starting =
                CompletableFuture.supplyAsync(
                        part, task -> Thread.ofPlatform().daemon().name(name).start(task));
        closing(
                () -> {
                    try {
                        starting.join().close();
                    } catch (CompletionException e) {
                        // It has closed itself, and whoever waited for it was told.
                    }
                });
        return starting;
    }

    /** What was started beside us; its failure is ours. */
    private static <T> T joined(CompletableFuture<T> part) {
        try {
            return part.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Live events tell what time it is, unless it was we who said when they happened. */
    private static void hear(SteadyClock clock, LogEntry entry, Extract extract) {
        long latest = extract.lastEventNanos();
        if (!entry.backfill() && latest > 0 && latest != entry.receivedAtNanos()) {
            clock.heard(Instant.ofEpochSecond(0, latest));
        }
    }

    /**
     * What reads the log: bodies of any size that any configuration would have let in, since what
     * was accepted once must be counted in every replay.
     */
    static Extractors extractors() {
        return new Extractors(Math.toIntExact(CollectorLimits.DECOMPRESSED.most()), decoders());
    }

    /** What reads the bodies of every receiver; also those in an old log. */
    private static List<Decoder> decoders() {
        List<Decoder> decoders = new ArrayList<>();
        decoders.addAll(OtlpHttpReceiver.decoders());
        decoders.addAll(DogStatsdReceiver.decoders());
        decoders.addAll(Scraper.decoders());
        decoders.addAll(RemoteWrite.decoders());
        decoders.addAll(QueryPoller.decoders());
        return decoders;
    }

    private void receive(Intake intake, ServerConfig config, LimitTable limits) throws IOException {
        ServerConfig.Listen listen = config.listen();
        OtlpHttpReceiver http =
                closing(
                        new OtlpHttpReceiver(
                                at(listen.host(), listen.otlpHttp()),
                                intake,
                                List.of(new RemoteWrite()),
                                tls(config.tls().otlpHttp()),
                                CollectorLimits.connections(
                                        limits, CollectorLimits.HTTP_CONNECTIONS)));
        http.start();
        addresses.add(
                new Address(
                        "otlp-http",
                        scheme(config.tls().otlpHttp()) + listen.host() + ":" + http.port()));
        OtlpGrpcReceiver grpc =
                closing(
                        new OtlpGrpcReceiver(
                                at(listen.host(), listen.otlpGrpc()),
                                intake,
                                tls(config.tls().otlpGrpc()),
                                CollectorLimits.connections(
                                        limits, CollectorLimits.GRPC_CONNECTIONS)));
        grpc.start();
        addresses.add(new Address("otlp-grpc", listen.host() + ":" + grpc.port()));
        DogStatsdReceiver dogstatsd =
                closing(new DogStatsdReceiver(at(listen.host(), listen.dogstatsd()), intake));
        dogstatsd.start();
        limits.ownUse(DogStatsdLimits.BATCHES, dogstatsd::batchesUnderWay);
        addresses.add(new Address("dogstatsd", "udp " + listen.host() + ":" + dogstatsd.port()));
        if (listen.dogstatsdSocket().isPresent()) {
            UnixSocket socket = listen.dogstatsdSocket().get();
            DogStatsdStreamReceiver stream =
                    closing(
                            new DogStatsdStreamReceiver(
                                    socket,
                                    intake,
                                    CollectorLimits.connections(
                                            limits, CollectorLimits.DOGSTATSD_CONNECTIONS)));
            stream.start();
            addresses.add(new Address("dogstatsd-stream", "unix " + socket.path()));
        }
    }

    private void scrape(Intake intake, ServerConfig config, PartMetrics parts) {
        Scraper scraper = closing(new Scraper(intake));
        TargetFiles files = new TargetFiles(config.scrape(), scraper::scrape);
        parts.tellOf(scraper, files);
        files.look();
        every(LOOK_AT_TARGETS, "sluice-targets", files::look);
    }

    private void query(
            Intake intake,
            ServerConfig config,
            EngineRuntime engine,
            InstantSource clock,
            PartMetrics parts) {
        QueryPoller poller =
                closing(
                        new QueryPoller(
                                engine::plan, config.prometheus(), reached(engine), intake, clock));
        parts.tellOf(poller, clock);
        every(LOOK_AT_QUERIES, "sluice-queries", poller::look);
    }

    private static Reached reached(EngineRuntime engine) {
        return new Reached() {
            @Override
            public OptionalLong countedUntil(String measure) {
                return engine.countedUntil(measure);
            }

            @Override
            public OptionalLong historyUntil(String measure) {
                return engine.historyUntil(measure);
            }
        };
    }

    /** A port's TLS, whose files are followed from here on. */
    private Optional<Tls> tls(Optional<TlsFiles> files) throws IOException {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        TlsWatch watch = TlsWatch.open(files.get());
        every(LOOK_AT_CERTIFICATES, "sluice-certificates", watch::look);
        return Optional.of(watch.tls());
    }

    private static String scheme(Optional<TlsFiles> tls) {
        return tls.isPresent() ? "https://" : "http://";
    }

    /** Runs a task on a thread of its own until this closes. */
    private void every(Duration period, String name, Runnable task) {
        ScheduledExecutorService thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name(name).factory());
        closing(thread::shutdownNow);
        long millis = period.toMillis();
        Runnable guarded =
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        // A mistake of ours in one look must not end all looking.
                        LOG.error("{} failed, and tries again", name, e);
                    }
                };
        var _ = thread.scheduleWithFixedDelay(guarded, millis, millis, TimeUnit.MILLISECONDS);
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    /**
     * Puts the folder's definitions in force, and follows it. A bad set at the start leaves the
     * store's own in force.
     */
    private DefinitionsWatch follow(
            DefinitionsFolder folder, EngineRuntime engine, InstantSource clock)
            throws IOException, OverloadedException {
        if (folder.loaded().definitions().isPresent()) {
            engine.putDefinitions(folder.loaded().definitions().get());
        } else {
            engine.setDefinitionProblems(folder.loaded().problems());
        }
        DefinitionsWatch watch =
                new DefinitionsWatch(
                        folder.path(),
                        folder.loaded(),
                        new DefinitionsWatch.Engine() {
                            @Override
                            public void putInForce(DefinitionSet set) throws IOException {
                                try {
                                    engine.putDefinitions(set);
                                } catch (OverloadedException e) {
                                    throw new IOException("too much is in flight", e);
                                }
                            }

                            @Override
                            public void refuse(List<Problem> problems) {
                                engine.setDefinitionProblems(problems);
                            }
                        },
                        clock);
        every(LOOK_AT_DEFINITIONS, "sluice-definitions", watch::look);
        return watch;
    }

    /** Where every part listens, in the order of their start. */
    public List<Address> addresses() {
        return List.copyOf(addresses);
    }

    private <T extends AutoCloseable> T closing(T part) {
        started.push(part);
        return part;
    }

    /** Stops receiving, then applies and stores what was accepted. */
    @Override
    public void close() {
        ready = false;
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("{} did not close", part.getClass().getSimpleName(), e);
            }
        }
    }
}
