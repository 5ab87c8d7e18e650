package io.sluice.engine.bench;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.EngineLimits;
import io.sluice.engine.EngineRuntime;
import io.sluice.engine.alert.AlertEngine;
import io.sluice.engine.bench.BenchSlos.Method;
import io.sluice.engine.bench.BenchTraffic.Feed;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.log.InMemoryIngestLog;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.store.InMemoryStore;
import io.sluice.engine.store.sqlite.SqliteStore;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Very many SLOs, each of a service of its own. */
final class FleetBench {
    private static final int BUDGETS = 1_000;

    /** How many services have events of their own. */
    private static final int DIFFERENT = 16;

    private final EngineBench.Sizes sizes;
    private final Path folder;
    private final MeasurePlan plan;
    private final List<Feed> feeds = new ArrayList<>();

    FleetBench(EngineBench.Sizes sizes, Path folder) {
        this.sizes = sizes;
        this.folder = folder;
        this.plan = MeasurePlan.compile(BenchSlos.of(sizes.slos(), Method.OCCURRENCES));
        for (int i = 0; i < sizes.slos(); i++) {
            feeds.add(new Feed(plan, i, false));
        }
    }

    void run(Consumer<EngineRow> told) throws IOException {
        Path file = folder.resolve("fleet.db");
        try (SqliteStore store = SqliteStore.open(file)) {
            fill(store);
            passes(store, told);
            restart(store, told);
        }
        Files.delete(file);
    }

    private String size() {
        return ", %,d SLOs with %d h of history".formatted(sizes.slos(), sizes.history().toHours());
    }

    /** Hours of a few services; others have the same under their own names. */
    private List<List<StoredBlock>> hours() {
        long from = EngineBench.NOW - sizes.history().toSeconds();
        return IntStream.range(0, Math.min(DIFFERENT, sizes.slos()))
                .mapToObj(
                        seed -> {
                            SeriesTable one = new SeriesTable();
                            new BenchTraffic(seed)
                                    .fill(
                                            one,
                                            feeds.getFirst(),
                                            from,
                                            EngineBench.NOW,
                                            one::compact);
                            return one.drainDirty().stream()
                                    .sorted(Comparator.comparingLong(StoredBlock::hour))
                                    .toList();
                        })
                .toList();
    }

    private StoredBlock of(int slo, StoredBlock block) {
        boolean events = block.series().equals(feeds.getFirst().events());
        SeriesKey key =
                events ? feeds.get(slo).events() : SeriesKey.heartbeat(BenchSlos.service(slo));
        return new StoredBlock(key, block.hour(), block.counts(), null);
    }

    private void passes(SqliteStore store, Consumer<EngineRow> told) {
        double idle = heapMegabytes();
        SeriesTable series = new SeriesTable(store, EngineLimits.COUNTS_IN_MEMORY.usual());
        series.loadStored();
        SloEvaluator evaluator = new SloEvaluator(series, History.COMPLETE);
        AlertEngine alerts =
                new AlertEngine(
                        evaluator,
                        series,
                        new Exemplars(),
                        new InMemoryStore(),
                        List.of(),
                        "",
                        Instant.ofEpochSecond(EngineBench.NOW).minus(sizes.history()));
        Pass pass = new Pass(series, alerts);
        for (int share : new int[] {100, 10, 1, 0}) {
            String what =
                    share == 100
                            ? "full pass: all windows slide, all series changed"
                            : "pass in which %d %% of the series changed".formatted(share);
            told.accept(new EngineRow(what + size(), pass.median(share), "ms CPU"));
        }
        told.accept(
                new EngineRow("heap above idle after them" + size(), heapMegabytes() - idle, "MB"));
        int budgets = Math.min(BUDGETS, sizes.slos());
        List<Slo> some = plan.definitions().slos().values().stream().limit(budgets).toList();
        double nanos =
                Cpu.medianNanos(
                        3 * sizes.rounds(),
                        i -> {
                            pass.nextBucket(100);
                            some.forEach(
                                    slo ->
                                            evaluator
                                                    .window(plan, slo, 0, pass.at())
                                                    .budget(slo.objectives().getFirst().target()));
                        });
        double without = Cpu.medianNanos(sizes.rounds(), i -> pass.nextBucket(100));
        told.accept(
                new EngineRow(
                        "budgets of %,d SLOs now".formatted(budgets),
                        (nanos - without) / 1e6,
                        "ms CPU"));
    }

    /** Looks at all of them. */
    private final class Pass {
        private final SeriesTable series;
        private final AlertEngine alerts;
        private long second = EngineBench.NOW;

        Pass(SeriesTable series, AlertEngine alerts) {
            this.series = series;
            this.alerts = alerts;
        }

        Instant at() {
            return Instant.ofEpochSecond(second);
        }

        /** Of so many in a hundred, events come in the current bucket. */
        private void change(int share) {
            long bucket = second - second % BenchTraffic.BUCKET;
            for (int i = 0; i < feeds.size() * share / 100; i++) {
                feeds.get(i * 100 / Math.max(1, share)).add(series, bucket, 100, 100, null);
            }
        }

        void nextBucket(int share) {
            second += BenchTraffic.BUCKET - second % BenchTraffic.BUCKET;
            change(share);
        }

        private void nextSecond(int share) {
            second++;
            change(share);
        }

        /** In milliseconds. */
        double median(int share) {
            double[] millis = new double[sizes.rounds()];
            for (int i = -3; i < millis.length; i++) {
                nextBucket(100);
                if (share < 100) {
                    alerts.evaluate(plan, at());
                    nextSecond(share);
                }
                millis[Math.max(0, i)] = Cpu.nanosOf(() -> alerts.evaluate(plan, at())) / 1e6;
            }
            return Cpu.median(millis);
        }
    }

    /** A server's state of so many SLOs, from disk to the first status. */
    private void restart(SqliteStore store, Consumer<EngineRow> told) throws IOException {
        DefinitionSet definitions = plan.definitions();
        Instant now = Instant.ofEpochSecond(EngineBench.NOW);
        InMemoryIngestLog log = new InMemoryIngestLog();
        try (EngineRuntime engine = EngineRuntime.start(log, store, Fleet.settings(now))) {
            engine.putDefinitions(definitions);
        } catch (OverloadedException e) {
            throw new IllegalStateException("nothing else is sent", e);
        }
        double[] seconds = new double[3];
        for (int i = 0; i < seconds.length; i++) {
            long before = System.nanoTime();
            try (EngineRuntime engine = EngineRuntime.start(log, store, Fleet.settings(now))) {
                if (engine.desk().slo(BenchSlos.name(0)).isEmpty()) {
                    throw new IllegalStateException("the SLOs are gone after a restart");
                }
                seconds[i] = (System.nanoTime() - before) / 1e9;
            }
        }
        told.accept(new EngineRow("restart to ready" + size(), Cpu.median(seconds), "s"));
    }

    /** Hour by hour, as a server does. */
    private void fill(SqliteStore store) {
        List<List<StoredBlock>> hours = hours();
        int most = hours.stream().mapToInt(List::size).max().orElse(0);
        for (int hour = 0; hour < most; hour++) {
            int next = hour;
            store.commit(
                    tx -> {
                        for (int i = 0; i < sizes.slos(); i++) {
                            List<StoredBlock> all = hours.get(i % hours.size());
                            if (next < all.size()) {
                                tx.putBlock(of(i, all.get(next)));
                            }
                        }
                    });
        }
    }

    private static double heapMegabytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
    }
}
