package io.sluice.server;

import io.micrometer.core.instrument.Tags;
import io.sluice.collector.query.QueryPoller;
import io.sluice.collector.scrape.ScrapeTarget;
import io.sluice.collector.scrape.Scraper;
import io.sluice.collector.scrape.TargetFiles;
import io.sluice.dashboard.DashboardServer;
import io.sluice.engine.EngineRuntime;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.limit.LimitTable.Row;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.ReservingLog;
import io.sluice.engine.time.SteadyClock;
import io.sluice.server.telemetry.OwnMetrics;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** What the parts know of themselves, by the names that it has at {@code /metrics}. */
record PartMetrics(OwnMetrics metrics) {
    void tellOf(ReservingLog log) {
        metrics.gauge(
                "sluice.log.bytes", "The ingest log's size on disk.", log, IngestLog::sizeBytes);
        metrics.gauge(
                "sluice.disk.free.bytes",
                "What may still be written on the data folder's disk.",
                log,
                ReservingLog::freeBytes);
    }

    /**
     * @param listening whether all parts have started, and none begins to stop
     */
    void tellOf(EngineRuntime engine, IngestLog log, BooleanSupplier listening) {
        metrics.gauge(
                "sluice.ready",
                "1 if Sluice takes in and stores what is sent, 0 if not: /readyz says why.",
                engine,
                e -> listening.getAsBoolean() && e.desk().troubles().isEmpty() ? 1 : 0);
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
    }

    void tellOf(SteadyClock clock) {
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
    }

    void tellOf(LimitTable limits) {
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

    void tellOf(Scraper scraper, TargetFiles files) {
        metrics.rows(
                "sluice.scrape.up",
                "1 if the target's last scrape was read, 0 if not.",
                () -> perTarget(scraper, status -> status.up() ? 1.0 : 0.0));
        metrics.rows(
                "sluice.scrape.duration.seconds",
                "How long the target's last scrape took.",
                () -> perTarget(scraper, status -> status.duration().toNanos() / 1e9));
        metrics.gauge(
                "sluice.scrape.bad.files",
                "Files with targets that are not in use as they are now.",
                files,
                TargetFiles::badFiles);
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

    void tellOf(QueryPoller poller, InstantSource clock) {
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

    void tellOf(DashboardServer dashboard) {
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
    }
}
