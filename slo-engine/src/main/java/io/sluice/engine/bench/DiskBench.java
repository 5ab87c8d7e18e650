package io.sluice.engine.bench;

import io.sluice.engine.bench.BenchSlos.Method;
import io.sluice.engine.bench.BenchTraffic.Feed;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.store.sqlite.SqliteStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What 30 days of a series take on disk: its share of the file of a store that was written as a
 * server writes it, hours growing from one commit to the next and becoming coarser with age. What a
 * file has grown to is what it takes; pages that are free for what comes next are counted, and what
 * an empty store takes is not.
 */
final class DiskBench {
    private static final int SERIES = 16;

    /** How many of them have events of their own; the others have the same under other names. */
    private static final int DIFFERENT = 2;

    /** In seconds. A server commits more often; then hours only grow in smaller steps. */
    private static final long BETWEEN_COMMITS = 1800;

    /** Belongs to a service, and not to a series. */
    private static final String HEARTBEAT = SeriesKey.heartbeat("").measure();

    private final int days;
    private final Path folder;

    DiskBench(int days, Path folder) {
        this.days = days;
        this.folder = folder;
    }

    void run(Consumer<EngineRow> told) throws IOException {
        told.accept(measure("a counts series", Method.OCCURRENCES, false));
        told.accept(measure("a latency series", Method.OCCURRENCES, true));
        told.accept(
                measure("a counts series with its minutes as slices", Method.TIMESLICES, false));
    }

    private EngineRow measure(String what, Method method, boolean sketched) throws IOException {
        MeasurePlan plan = MeasurePlan.compile(BenchSlos.of(DIFFERENT, method));
        SeriesTable series = new SeriesTable();
        List<Feed> feeds = new ArrayList<>();
        List<BenchTraffic> traffic = new ArrayList<>();
        for (int i = 0; i < DIFFERENT; i++) {
            feeds.add(new Feed(plan, i, sketched));
            traffic.add(new BenchTraffic(i));
        }
        Path file = Files.createTempFile(folder, "disk", ".db");
        SqliteStore.open(file).close();
        long empty = Files.size(file);
        try (SqliteStore store = SqliteStore.open(file)) {
            long from = EngineBench.NOW - days * BenchTraffic.DAY;
            for (long bucket = from; bucket < EngineBench.NOW; bucket += BenchTraffic.BUCKET) {
                if ((bucket - from) % BETWEEN_COMMITS == 0) {
                    commit(store, series, bucket);
                }
                for (int i = 0; i < DIFFERENT; i++) {
                    traffic.get(i).next(series, feeds.get(i), bucket);
                }
            }
            commit(store, series, EngineBench.NOW);
        }
        double megabytes = (Files.size(file) - empty) / 1e6 / SERIES;
        Files.delete(file);
        return new EngineRow("disk, %d d of %s".formatted(days, what), megabytes, "MB");
    }

    private static void commit(SqliteStore store, SeriesTable series, long now) {
        series.compact(now);
        List<StoredBlock> blocks =
                series.drainDirty().stream()
                        .filter(block -> !block.series().measure().equals(HEARTBEAT))
                        .toList();
        store.commit(
                tx -> {
                    for (int copy = 0; copy < SERIES / DIFFERENT; copy++) {
                        for (StoredBlock block : blocks) {
                            tx.putBlock(named(copy, block));
                        }
                    }
                });
    }

    private static StoredBlock named(int copy, StoredBlock block) {
        SeriesKey key = new SeriesKey(block.series().measure(), "copy-" + copy);
        return new StoredBlock(key, block.hour(), block.counts(), block.sketches());
    }
}
