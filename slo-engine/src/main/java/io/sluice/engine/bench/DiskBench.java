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
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** What 30 days of a series take on disk: its share of a store's file of several. */
final class DiskBench {
    private static final int SERIES = 16;

    /** How many of them have events of their own; the others have the same under other names. */
    private static final int DIFFERENT = 2;

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
        long now = EngineBench.NOW;
        for (int i = 0; i < DIFFERENT; i++) {
            Feed feed = new Feed(plan, i, sketched);
            BenchTraffic traffic = new BenchTraffic(i);
            long from = now - days * BenchTraffic.DAY;
            traffic.fill(series, feed, from, now, i == 0 ? series::compact : _ -> {});
        }
        // The clock does not go back for the others, so their hours are as coarse as they should
        // be.
        series.compact(now);
        List<StoredBlock> blocks =
                series.drainDirty().stream()
                        .filter(block -> !block.series().measure().equals(HEARTBEAT))
                        .sorted(Comparator.comparingLong(StoredBlock::hour))
                        .toList();
        Path file = Files.createTempFile(folder, "disk", ".db");
        try (SqliteStore store = SqliteStore.open(file)) {
            store.commit(
                    tx -> {
                        for (int copy = 0; copy < SERIES / DIFFERENT; copy++) {
                            for (StoredBlock block : blocks) {
                                tx.putBlock(named(copy, block));
                            }
                        }
                    });
        }
        double megabytes = Files.size(file) / 1e6 / SERIES;
        Files.delete(file);
        return new EngineRow("disk, %d d of %s".formatted(days, what), megabytes, "MB");
    }

    private static StoredBlock named(int copy, StoredBlock block) {
        SeriesKey key = new SeriesKey(block.series().measure(), "copy-" + copy);
        return new StoredBlock(key, block.hour(), block.counts(), block.sketches());
    }
}
