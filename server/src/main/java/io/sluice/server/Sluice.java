package io.sluice.server;

import io.micrometer.core.instrument.Tags;
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
import io.sluice.collector.receive.CollectorLimits;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.collector.receive.Tls;
import io.sluice.collector.remotewrite.RemoteWrite;
import io.sluice.collector.scrape.ScrapeTarget;
import io.sluice.collector.scrape.Scraper;
import io.sluice.collector.scrape.TargetFiles;
import io.sluice.collector.trace.LogTraceReader;
import io.sluice.collector.trace.Redaction;
import io.sluice.dashboard.DashboardServer;
import io.sluice.dashboard.DashboardSettings;
import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.EngineLimits;
import io.sluice.engine.EngineRuntime;
import io.sluice.engine.EngineSettings;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.limit.LimitTable.Row;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.log.ReservingLog;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.store.Store;
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
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
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
        ServerConfig.Listen listen = config.listen();
        SteadyClock clock = new SteadyClock(machine.wall, machine.nanoTime);
        DataFolder folder = closing(DataFolder.open(data));
        Store store = closing(folder.openStore());
        LimitTable limits = AllLimits.table(config.limits());
        ReservingLog log =
                closing(
                        new ReservingLog(
                                folder.openLog(),
                                () -> machine.usableBytes.applyAsLong(folder),
                                limits.of(EngineLimits.DISK_RESERVE)));
        limits.own(EngineLimits.DISK_RESERVE, log::refused);
        Extractors extractors = extractors();
        EngineRuntime engine =
                closing(
                        EngineRuntime.start(
                                log,
                                store,
                                new EngineSettings(
                                        extractors,
                                        Sluice::parse,
                                        new Sender(config.alerting().receivers()),
                                        config.alerting().receivers().stream()
                                                .map(Target::receiver)
                                                .toList(),
                                        config.baseUrl(),
                                        clock,
                                        limits)));
        clock.onMove(engine::clockMoved);
        DefinitionsWatch watch = follow(definitions, engine, clock);

        ReceiverCounters counters = new ReceiverCounters();
        OwnMetrics metrics = closing(new OwnMetrics(engine, counters, watch::status));
        metrics.gauge(
                "sluice.log.bytes", "The ingest log's size on disk.", log, IngestLog::sizeBytes);
        metrics.gauge(
                "sluice.disk.free.bytes",
                "What may still be written on the data folder's disk.",
                log,
                ReservingLog::freeBytes);
        metrics.gauge(
                "sluice.ready",
                "1 if Sluice takes in and stores what is sent, 0 if not: /readyz says why.",
                engine,
                e -> ready && e.troubles().isEmpty() ? 1 : 0);
        metrics.counter(
                "sluice.clock.steps",
                "How often the machine's clock was set by more than half a minute.",
                clock,
                SteadyClock::steps);
        metrics.gauge(
                "sluice.clock.ahead.seconds",
                "How far the machine's clock is ahead of the time that is believed.",
                clock,
                SteadyClock::aheadSeconds);
        metrics.gauge(
                "sluice.apply.lag.records",
                "Records that are on disk and not yet counted.",
                log,
                l -> l.nextOffset() - 1 - engine.status().appliedOffset());
        metrics.counter(
                "sluice.apply.repeats",
                "Requests that were sent again and are counted once.",
                engine,
                e -> e.status().repeatedRequests());

        metrics.gauge(
                "sluice.retroactive.measures",
                "Measures that came in force late, whose older records are being counted.",
                engine,
                e -> e.retroactive().map(job -> job.measures().size()).orElse(0));
        metrics.gauge(
                "sluice.retroactive.lag.records",
                "Records that are still to be counted for them.",
                engine,
                e -> e.retroactive().map(job -> log.nextOffset() - 1 - job.offset()).orElse(0L));

        Optional<TokenRing> tokens =
                config.tokens().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new TokenRing(config.tokens()));
        // Loading classes is most of a start, and pages and receivers have few in common.
        Optional<io.sluice.dashboard.Tls> pagesTls =
                tls(config.tls().api())
                        .map(
                                tls ->
                                        new io.sluice.dashboard.Tls(
                                                tls.context(), tls.clients().isPresent()));
        CompletableFuture<DashboardServer> pages =
                CompletableFuture.supplyAsync(
                        () -> {
                            DashboardServer dashboard =
                                    new DashboardServer(
                                            engine,
                                            counters,
                                            new LogTraceReader(
                                                    log,
                                                    extractors,
                                                    new Redaction(Redaction.DEFAULT_KEYS)),
                                            new DashboardSettings(
                                                    listen.host(),
                                                    listen.api(),
                                                    listen.names(),
                                                    tokens.map(ring -> ring::principal),
                                                    pagesTls),
                                            metrics::scrape,
                                            () -> ready);
                            try {
                                dashboard.own(limits);
                                dashboard.start();
                                return dashboard;
                            } catch (RuntimeException e) {
                                dashboard.close();
                                throw e;
                            }
                        },
                        task -> Thread.ofPlatform().daemon().name("sluice-pages").start(task));
        closing(
                () -> {
                    try {
                        pages.join().close();
                    } catch (CompletionException e) {
                        // It has closed itself, and whoever waited for it was told.
                    }
                });

        Extractors received =
                new Extractors(limits.intOf(CollectorLimits.DECOMPRESSED), decoders());
        Intake intake =
                new Intake(
                        new CurrentExtractor(engine::plan, received),
                        (entry, extract) -> {
                            engine.accept(entry, extract);
                            hear(clock, entry, extract);
                        },
                        counters,
                        new Sources(config.backfillSources(), tokens.map(ring -> ring::sender)),
                        CollectorLimits.intake(limits),
                        clock,
                        clock::latest);
        CollectorLimits.own(limits, intake, received.held());
        limitRows(limits, metrics);
        // A receiver is one line here, and a package of its own in the collector.
        receive(intake, config, limits);
        scrape(intake, config, metrics);
        query(intake, config, metrics, engine, clock);
        DashboardServer dashboard = joined(pages);
        metrics.gauge(
                "sluice.events.listening",
                "Streams of events that are open.",
                dashboard,
                d -> d.eventStreams().listening());
        metrics.counter(
                "sluice.events.cut.off",
                "Streams of events that were ended because their readers were too far behind.",
                dashboard,
                d -> d.eventStreams().cutOff());
        metrics.counter(
                "sluice.events.refused",
                "Streams of events that were not begun because there were too many.",
                dashboard,
                d -> d.eventStreams().refused());
        addresses.addFirst(
                new Address(
                        "api",
                        scheme(config.tls().api()) + listen.host() + ":" + dashboard.port()));
        OpenDoors.warnings(config).forEach(LOG::warn);
        ready = true;
        Thread.ofVirtual().name("sluice-jvm-metrics").start(metrics::tellOfJvm);
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

    private static void limitRows(LimitTable limits, OwnMetrics metrics) {
        metrics.rows(
                "sluice.limit.bound",
                "What may be used at most, or how large one thing may be.",
                () -> perLimit(limits, row -> OptionalLong.of(row.bound())));
        metrics.rows(
                "sluice.limit.in.use", "How much is used.", () -> perLimit(limits, Row::inUse));
        metrics.rows(
                "sluice.limit.reached",
                "How often the limit was reached, since start.",
                () -> perLimit(limits, Row::reached));
    }

    private static Map<Tags, Number> perLimit(
            LimitTable limits, Function<Row, OptionalLong> value) {
        Map<Tags, Number> rows = new LinkedHashMap<>();
        for (Row row : limits.rows()) {
            value.apply(row)
                    .ifPresent(number -> rows.put(Tags.of("limit", row.limit().name()), number));
        }
        return rows;
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

    /** Reads a set again that the ingest log keeps; it was valid when it went in. */
    static DefinitionSet parse(List<SourceFile> files) {
        return new DefinitionLoader()
                .loadSources(files)
                .definitions()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "definitions in the log are no longer valid"));
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

    private void scrape(Intake intake, ServerConfig config, OwnMetrics metrics) {
        Scraper scraper = closing(new Scraper(intake));
        metrics.rows(
                "sluice.scrape.up",
                "1 if the target's last scrape was read, 0 if not.",
                () -> perTarget(scraper, status -> status.up() ? 1.0 : 0.0));
        metrics.rows(
                "sluice.scrape.duration.seconds",
                "How long the target's last scrape took.",
                () -> perTarget(scraper, status -> status.duration().toNanos() / 1e9));
        TargetFiles files = new TargetFiles(config.scrape(), scraper::scrape);
        metrics.gauge(
                "sluice.scrape.bad.files",
                "Files with targets that are not in use as they are now.",
                files,
                TargetFiles::badFiles);
        files.look();
        every(LOOK_AT_TARGETS, "sluice-targets", files::look);
    }

    private void query(
            Intake intake,
            ServerConfig config,
            OwnMetrics metrics,
            EngineRuntime engine,
            InstantSource clock) {
        QueryPoller poller =
                closing(
                        new QueryPoller(
                                engine::plan,
                                config.prometheus(),
                                new Reached() {
                                    @Override
                                    public OptionalLong countedUntil(String measure) {
                                        return engine.countedUntil(measure);
                                    }

                                    @Override
                                    public OptionalLong historyUntil(String measure) {
                                        return engine.historyUntil(measure);
                                    }
                                },
                                intake,
                                clock));
        metrics.rows(
                "sluice.query.up",
                "1 if the queries of an SLI were answered when they were last asked, 0 if not.",
                () -> perMeasure(poller, status -> status.failure().isEmpty() ? 1 : 0));
        metrics.rows(
                "sluice.query.lag.seconds",
                "How long ago the last instant is for which the queries of an SLI were answered.",
                () ->
                        perMeasure(
                                poller,
                                status ->
                                        status.answeredUntil()
                                                .map(at -> Duration.between(at, clock.instant()))
                                                .map(lag -> lag.toMillis() / 1e3)
                                                .orElse(Double.NaN)));
        metrics.rows(
                "sluice.query.failures",
                "How often the queries of an SLI were not answered, since start.",
                () -> perMeasure(poller, QueryPoller.Status::failures));
        every(LOOK_AT_QUERIES, "sluice-queries", poller::look);
    }

    private static Map<Tags, Number> perMeasure(
            QueryPoller poller, Function<QueryPoller.Status, Number> value) {
        Map<Tags, Number> rows = new LinkedHashMap<>();
        for (QueryPoller.Status status : poller.status()) {
            rows.put(
                    Tags.of("sli", status.sli(), "measure", status.measure()), value.apply(status));
        }
        return rows;
    }

    private static Map<Tags, Number> perTarget(
            Scraper scraper, Function<Scraper.Status, Double> value) {
        Map<Tags, Number> rows = new LinkedHashMap<>();
        for (Scraper.Status status : scraper.status()) {
            ScrapeTarget target = status.target();
            rows.put(
                    Tags.of("job", target.job(), "instance", target.url().toString()),
                    value.apply(status));
        }
        return rows;
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
