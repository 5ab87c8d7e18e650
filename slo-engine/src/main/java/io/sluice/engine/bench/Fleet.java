package io.sluice.engine.bench;

import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.bench.BenchSlos.Method;
import io.sluice.engine.bench.BenchTraffic.Feed;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.store.sqlite.SqliteStore;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Very many SLOs, each of a service of its own, which all had the same events. */
public final class Fleet {
    /** SLOs whose hours are written in one transaction. */
    private static final int AT_ONCE = 100;

    private final MeasurePlan plan;
    private final List<Feed> feeds = new ArrayList<>();

    /**
     * @param slos how many; they are called {@code slo-0} and so on
     */
    public Fleet(int slos) {
        this.plan = MeasurePlan.compile(BenchSlos.of(slos, Method.OCCURRENCES));
        for (int i = 0; i < slos; i++) {
            feeds.add(new Feed(plan, i, false));
        }
    }

    /** Their definitions. */
    public List<SourceFile> files() {
        return plan.definitions().files();
    }

    /**
     * Writes a store for a server to start with.
     *
     * @param file must not be there
     * @param history how long each of them has been measured
     * @param longest how long the first {@code longs} of them have been
     */
    public void write(Path file, Duration history, int longs, Duration longest, Instant now) {
        try (SqliteStore store = SqliteStore.open(file)) {
            store(store, hours(longest, now), 0, Math.min(longs, feeds.size()));
            store(store, hours(history, now), longs, feeds.size());
        }
    }

    /** What the first one's hours are; others have the same under their own names. */
    private List<StoredBlock> hours(Duration history, Instant now) {
        SeriesTable one = new SeriesTable();
        long to = now.getEpochSecond() / BenchTraffic.BUCKET * BenchTraffic.BUCKET;
        new BenchTraffic(1).fill(one, feeds.getFirst(), to - history.toSeconds(), to, one::compact);
        return one.drainDirty();
    }

    /** One of these hours, as another SLO has it. */
    private StoredBlock of(int slo, StoredBlock block) {
        boolean events = block.series().equals(feeds.getFirst().events());
        SeriesKey key =
                events ? feeds.get(slo).events() : SeriesKey.heartbeat(BenchSlos.service(slo));
        return new StoredBlock(key, block.hour(), block.counts().clone(), null);
    }

    /** Writes these hours for the SLOs {@code [first, end)}. */
    private void store(SqliteStore store, List<StoredBlock> hours, int first, int end) {
        for (int begin = first; begin < end; begin += AT_ONCE) {
            int from = begin;
            store.commit(
                    tx -> {
                        for (int i = from; i < Math.min(from + AT_ONCE, end); i++) {
                            for (StoredBlock block : hours) {
                                tx.putBlock(of(i, block));
                            }
                        }
                    });
        }
    }
}
