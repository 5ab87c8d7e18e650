package io.sluice.server.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.measure.RejectReason;
import io.sluice.server.watch.DefinitionsWatch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What Sluice says of itself at {@code /metrics}. Values are read when they are asked for, so an
 * idle server does no work for them.
 *
 * <p>How the ingest counters relate: items sent = accepted + rejected (the sender was told) +
 * dropped (lost before they could be read, UDP only).
 */
public final class OwnMetrics implements AutoCloseable {
    /** What meters have to say, about. */
    private static final int TEXT_BYTES = 64 * 1024;

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private boolean tellsOfJvm;
    private final SloEngine engine;
    private final IngestStatus ingest;
    private final ObjectiveCounters objectives = new ObjectiveCounters();
    private final MultiGauge inForce;
    private final MultiGauge decision;
    private final MultiGauge share;
    private final List<Runnable> refreshed = new CopyOnWriteArrayList<>();

    /** Reads from these when scraped. */
    public OwnMetrics(
            SloEngine engine, IngestStatus ingest, Supplier<DefinitionsWatch.Status> reload) {
        this.engine = engine;
        this.ingest = ingest;
        inForce =
                MultiGauge.builder("sluice.definitions.slos")
                        .description("SLOs in force, by the digest of their definitions.")
                        .register(registry);
        decision =
                MultiGauge.builder("sluice.cutover.decision")
                        .description("What a cutover's gate says: 1 GO, 0 HOLD, -1 NO_GO.")
                        .register(registry);
        share =
                MultiGauge.builder("sluice.cutover.share")
                        .description("The candidate's share in the current step; 0 without a run.")
                        .register(registry);
        Gauge.builder("sluice.alerts.active", engine, OwnMetrics::activeAlerts)
                .description("Alerts that fire or are frozen while firing.")
                .register(registry);
        definitions(reload);
    }

    /**
     * Begins to tell of the JVM, if it does not yet. That loads many classes, so whoever starts
     * calls this when everything else is ready.
     */
    public synchronized void tellOfJvm() {
        if (!tellsOfJvm) {
            tellsOfJvm = true;
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            garbageCollection.bindTo(registry);
        }
    }

    /** As Prometheus does for its own configuration, so that the same alert fits both. */
    private void definitions(Supplier<DefinitionsWatch.Status> reload) {
        Gauge.builder(
                        "sluice.definitions.last.reload.successful",
                        () -> reload.get().successful() ? 1 : 0)
                .description("1 if what the definitions' folder holds is in force, 0 if not.")
                .register(registry);
        Gauge.builder(
                        "sluice.definitions.last.reload.success.timestamp",
                        () -> reload.get().succeededAt().getEpochSecond())
                .baseUnit("seconds")
                .description("When a change of the definitions was last put in force, or a start.")
                .register(registry);
        problems("error", () -> reload.get().problems().errors());
        problems("warning", () -> reload.get().problems().warnings());
        problems("note", () -> reload.get().problems().notes());
    }

    private void problems(String severity, Supplier<Number> count) {
        Gauge.builder("sluice.definitions.problems", count)
                .tag("severity", severity)
                .description("Problems of the files in the definitions' folder, in force or not.")
                .register(registry);
    }

    /** Adds a gauge that another part knows the value of. */
    public <T> void gauge(String name, String description, T of, ToLongFunction<T> value) {
        Gauge.builder(name, of, t -> value.applyAsLong(t))
                .description(description)
                .register(registry);
    }

    /** Adds gauges of which there may be others whenever they are asked for. */
    public void rows(String name, String description, Supplier<Map<Tags, Number>> values) {
        MultiGauge gauge = MultiGauge.builder(name).description(description).register(registry);
        refreshed.add(
                () ->
                        gauge.register(
                                values.get().entrySet().stream()
                                        .<MultiGauge.Row<?>>map(
                                                row ->
                                                        MultiGauge.Row.of(
                                                                row.getKey(), row.getValue()))
                                        .toList(),
                                true));
    }

    /** Adds a counter that another part keeps. */
    public <T> void counter(String name, String description, T of, ToLongFunction<T> value) {
        FunctionCounter.builder(name, of, t -> value.applyAsLong(t))
                .description(description)
                .register(registry);
    }

    /**
     * Writes all metrics in Prometheus' text format 0.0.4. Thread-safe; nobody waits for a reader
     * that is slow.
     *
     * @throws IOException if they cannot be written
     */
    public void scrape(OutputStream out) throws IOException {
        Scrape scrape = read();
        scrape.ofMeters().writeTo(out);
        TextLines lines = new TextLines(out);
        scrape.ofSlos().writeTo(lines);
        lines.finish();
    }

    /** What is written once nobody else waits for it. */
    private record Scrape(ByteArrayOutputStream ofMeters, SloSeries ofSlos) {}

    private synchronized Scrape read() {
        tellOfJvm();
        inForce.register(
                List.of(
                        MultiGauge.Row.of(
                                Tags.of("digest", engine.definitions().digest()),
                                engine.definitions().slos().size())),
                true);
        ingestRows();
        cutoverRows();
        refreshed.forEach(Runnable::run);
        return new Scrape(ofMeters(), SloSeries.of(engine, objectives));
    }

    /**
     * On a thread of the platform: the library's writer begins with a small buffer on a virtual
     * one, and copies it at nearly every word until that is eight thousand characters.
     */
    private ByteArrayOutputStream ofMeters() {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                ByteArrayOutputStream text = new ByteArrayOutputStream(TEXT_BYTES);
                                registry.scrape(text);
                                return text;
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                .join();
    }

    /**
     * Receivers and reasons appear as they are met, so their counters are bound when they are first
     * seen.
     */
    private void ingestRows() {
        for (IngestStatus.Row row : ingest.rows()) {
            Tags tags = Tags.of("receiver", row.receiver(), "signal", row.signal());
            bind(
                    "sluice.ingest.requests",
                    "Requests that were read, or datagrams.",
                    tags,
                    row.receiver(),
                    row.signal(),
                    IngestStatus.Row::requests);
            bind(
                    "sluice.ingest.accepted",
                    "Items that are on disk.",
                    tags,
                    row.receiver(),
                    row.signal(),
                    IngestStatus.Row::accepted);
            reasons(
                    "sluice.ingest.rejected",
                    "Items that were refused; their sender was told.",
                    tags,
                    row,
                    IngestStatus.Row::rejected);
            reasons(
                    "sluice.ingest.dropped",
                    "Items that were lost before they could be read; UDP only.",
                    tags,
                    row,
                    IngestStatus.Row::dropped);
        }
    }

    private void reasons(
            String name,
            String description,
            Tags tags,
            IngestStatus.Row row,
            java.util.function.Function<IngestStatus.Row, Map<RejectReason, Long>> which) {
        for (RejectReason reason : which.apply(row).keySet()) {
            bind(
                    name,
                    description,
                    tags.and("reason", reason.label()),
                    row.receiver(),
                    row.signal(),
                    r -> which.apply(r).getOrDefault(reason, 0L));
        }
    }

    /** Does nothing if it is bound: Micrometer warns of what is registered twice. */
    private void bind(
            String name,
            String description,
            Tags tags,
            String receiver,
            String signal,
            ToLongFunction<IngestStatus.Row> value) {
        if (registry.find(name).tags(tags).functionCounter() != null) {
            return;
        }
        FunctionCounter.builder(
                        name,
                        ingest,
                        status ->
                                status.rows().stream()
                                        .filter(r -> r.receiver().equals(receiver))
                                        .filter(r -> r.signal().equals(signal))
                                        .mapToLong(value)
                                        .sum())
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void cutoverRows() {
        List<MultiGauge.Row<?>> decisions = new ArrayList<>();
        List<MultiGauge.Row<?>> shares = new ArrayList<>();
        for (String cutover : engine.definitions().cutovers().keySet()) {
            Tags tags = Tags.of("cutover", cutover);
            engine.decision(cutover, OptionalDouble.empty())
                    .ifPresent(
                            latest -> {
                                decisions.add(MultiGauge.Row.of(tags, latest.verdict().code()));
                                shares.add(
                                        MultiGauge.Row.of(
                                                tags,
                                                latest.step()
                                                        .map(Run.StepReport::share)
                                                        .orElse(0.0)));
                            });
        }
        decision.register(decisions, true);
        share.register(shares, true);
    }

    private static double activeAlerts(SloEngine engine) {
        return engine.alerts().stream().filter(alert -> alert.active()).count();
    }

    @Override
    public synchronized void close() {
        tellsOfJvm = true; // too late now
        garbageCollection.close();
        registry.close();
    }
}
