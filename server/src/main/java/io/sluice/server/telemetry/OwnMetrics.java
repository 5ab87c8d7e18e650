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
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.yaml.Durations;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.measure.RejectReason;
import io.sluice.engine.slo.SloStatus;
import io.sluice.server.watch.DefinitionsWatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
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
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private boolean tellsOfJvm;
    private final SloEngine engine;
    private final IngestStatus ingest;
    private final MultiGauge inForce;
    private final ObjectiveCounters objectives;
    private final MultiGauge good;
    private final MultiGauge total;
    private final MultiGauge budget;
    private final MultiGauge target;
    private final MultiGauge burnRate;
    private final MultiGauge firing;
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
        objectives = new ObjectiveCounters(registry, engine);
        good =
                MultiGauge.builder("sluice.slo.good")
                        .description("Good events or slices in the SLO's window.")
                        .register(registry);
        total =
                MultiGauge.builder("sluice.slo.total")
                        .description("All events or slices in the SLO's window.")
                        .register(registry);
        budget =
                MultiGauge.builder("sluice.slo.budget.remaining.ratio")
                        .description("1 untouched, 0 spent, NaN unmeasured.")
                        .register(registry);
        target =
                MultiGauge.builder("sluice.slo.target")
                        .description("The share of events or slices that should be good.")
                        .register(registry);
        burnRate =
                MultiGauge.builder("sluice.slo.burn.rate")
                        .description(
                                "How fast the budget goes, by window; 1 spends it in the SLO's"
                                        + " window, NaN unmeasured.")
                        .register(registry);
        firing =
                MultiGauge.builder("sluice.alerts.firing")
                        .description("Alerts of an SLO that fire or are frozen while firing.")
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

    /** All metrics in Prometheus' text format 0.0.4. Thread-safe. */
    public synchronized String scrape() {
        tellOfJvm();
        inForce.register(
                List.of(
                        MultiGauge.Row.of(
                                Tags.of("digest", engine.definitions().digest()),
                                engine.definitions().slos().size())),
                true);
        ingestRows();
        sloRows();
        alertRows();
        cutoverRows();
        objectives.refresh();
        refreshed.forEach(Runnable::run);
        return registry.scrape();
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

    /** Registering the same counter again changes nothing. */
    private void bind(
            String name,
            String description,
            Tags tags,
            String receiver,
            String signal,
            ToLongFunction<IngestStatus.Row> value) {
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

    private void sloRows() {
        List<MultiGauge.Row<?>> goods = new ArrayList<>();
        List<MultiGauge.Row<?>> totals = new ArrayList<>();
        List<MultiGauge.Row<?>> budgets = new ArrayList<>();
        List<MultiGauge.Row<?>> targets = new ArrayList<>();
        List<MultiGauge.Row<?>> burnRates = new ArrayList<>();
        for (SloStatus status : engine.slos()) {
            for (int i = 0; i < status.objectives().size(); i++) {
                SloStatus.ObjectiveStatus objective = status.objectives().get(i);
                Tags tags = Tags.of("slo", status.slo().name(), "objective", Integer.toString(i));
                goods.add(MultiGauge.Row.of(tags, objective.good()));
                totals.add(MultiGauge.Row.of(tags, objective.total()));
                budgets.add(
                        MultiGauge.Row.of(
                                tags, objective.budget().remainingRatio().orElse(Double.NaN)));
                targets.add(MultiGauge.Row.of(tags, objective.objective().target().doubleValue()));
                for (SloStatus.BurnRate rate : objective.burnRates()) {
                    burnRates.add(
                            MultiGauge.Row.of(
                                    tags.and("window", Durations.written(rate.window())),
                                    rate.rate().orElse(Double.NaN)));
                }
            }
        }
        good.register(goods, true);
        total.register(totals, true);
        budget.register(budgets, true);
        target.register(targets, true);
        burnRate.register(burnRates, true);
    }

    /** An SLO is there with 0, too: a series that comes and goes cannot be plotted. */
    private void alertRows() {
        Map<Tags, Long> counts = new LinkedHashMap<>();
        for (String slo : engine.definitions().slos().keySet()) {
            for (AlertPolicy.Severity severity : AlertPolicy.Severity.values()) {
                counts.put(firingTags(slo, severity), 0L);
            }
        }
        for (Alert alert : engine.alerts()) {
            if (alert.active()) {
                counts.merge(firingTags(alert.slo(), alert.severity()), 1L, Long::sum);
            }
        }
        firing.register(
                counts.entrySet().stream()
                        .<MultiGauge.Row<?>>map(
                                row -> MultiGauge.Row.of(row.getKey(), row.getValue()))
                        .toList(),
                true);
    }

    private static Tags firingTags(String slo, AlertPolicy.Severity severity) {
        return Tags.of("slo", slo, "severity", severity.name().toLowerCase(Locale.ROOT));
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
