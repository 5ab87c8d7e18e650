package io.sluice.engine.bench;

import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.EngineRuntime;
import io.sluice.engine.EngineSettings;
import io.sluice.engine.alert.AlertSender.SendResult;
import io.sluice.engine.bench.BenchSlos.Method;
import io.sluice.engine.bench.BenchTraffic.Feed;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.log.file.FileIngestLog;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.sqlite.SqliteStore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Very many SLOs, each of a service of its own, which all had the same events. */
public final class Fleet {
    /** Hours of a series that are written in one transaction. */
    private static final int AT_ONCE = 20_000;

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
     * Writes the data that a server would have, had it had these SLOs all the time.
     *
     * @param store its file, which must not be there
     * @param log the folder of its ingest log, which must not be there
     * @param history how long each of them has been measured
     * @param longs how many of the first ones were measured for longer
     * @param longest how long these have been
     */
    public void write(
            Path store, Path log, Duration history, int longs, Duration longest, Instant now)
            throws IOException {
        try (SqliteStore to = SqliteStore.open(store)) {
            putInForce(to, log, now.minus(longest));
            store(to, hours(longest, now), 0, Math.min(longs, feeds.size()));
            store(to, hours(history, now), longs, feeds.size());
        }
    }

    /** As of a time; what was heard of a service before its SLO was there says nothing. */
    private void putInForce(Store store, Path log, Instant since) throws IOException {
        try (IngestLog into = FileIngestLog.open(log, FileIngestLog.DEFAULT_SEGMENT_BYTES);
                EngineRuntime engine = EngineRuntime.start(into, store, settings(since))) {
            engine.putDefinitions(plan.definitions());
        } catch (OverloadedException e) {
            throw new IllegalStateException("nothing else is sent", e);
        }
    }

    /** Of an engine that is sent nothing but definitions, at a time that stands still. */
    static EngineSettings settings(Instant now) {
        return new EngineSettings(
                _ ->
                        _ -> {
                            throw new UnsupportedOperationException("nothing is sent here");
                        },
                BenchSlos::parse,
                (_, _) -> new SendResult.Delivered(),
                List.of(),
                "",
                () -> now);
    }

    /** What the first one's hours are; others have the same under their own names. */
    private List<StoredBlock> hours(Duration history, Instant now) {
        SeriesTable one = new SeriesTable();
        long to = now.getEpochSecond() / BenchTraffic.BUCKET * BenchTraffic.BUCKET;
        new BenchTraffic(1).fill(one, feeds.getFirst(), to - history.toSeconds(), to, one::compact);
        return one.drainDirty().stream()
                .sorted(Comparator.comparingLong(StoredBlock::hour))
                .toList();
    }

    /** One of these hours, as another SLO has it. */
    private StoredBlock of(int slo, StoredBlock block) {
        boolean events = block.series().equals(feeds.getFirst().events());
        SeriesKey key =
                events ? feeds.get(slo).events() : SeriesKey.heartbeat(BenchSlos.service(slo));
        return new StoredBlock(key, block.hour(), block.counts().clone(), null);
    }

    /** Writes these hours for the SLOs {@code [first, end)}, hour by hour as a server does. */
    private void store(SqliteStore store, List<StoredBlock> hours, int first, int end) {
        int each = Math.max(1, AT_ONCE / Math.max(1, end - first));
        for (int begin = 0; begin < hours.size(); begin += each) {
            List<StoredBlock> some = hours.subList(begin, Math.min(begin + each, hours.size()));
            store.commit(
                    tx -> {
                        for (StoredBlock block : some) {
                            for (int i = first; i < end; i++) {
                                tx.putBlock(of(i, block));
                            }
                        }
                    });
        }
    }
}
