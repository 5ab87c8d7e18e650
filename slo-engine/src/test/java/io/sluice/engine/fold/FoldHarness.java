package io.sluice.engine.fold;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.TestRequests;
import io.sluice.engine.log.InMemoryIngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.store.InMemoryStore;
import io.sluice.engine.store.Store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** A fold between a log and a store that can be killed at any point. */
final class FoldHarness {
    final TestDefinitions definitions;
    final TestRequests requests;
    final InMemoryIngestLog log;
    final Store store;
    private final Fold.Limits limits;
    SeriesTable series;
    Fold fold;

    FoldHarness() {
        this(new InMemoryStore(), Fold.Limits.DEFAULT);
    }

    FoldHarness(Store store, Fold.Limits limits) {
        this(new TestDefinitions(), new TestRequests(), new InMemoryIngestLog(), store, limits);
    }

    private FoldHarness(
            TestDefinitions definitions,
            TestRequests requests,
            InMemoryIngestLog log,
            Store store,
            Fold.Limits limits) {
        this.definitions = definitions;
        this.requests = requests;
        this.log = log;
        this.store = store;
        this.limits = limits;
        reopen();
    }

    /** The same log, before anything of it was applied. */
    FoldHarness withEmptyStore() {
        return new FoldHarness(definitions, requests, log, new InMemoryStore(), limits);
    }

    /** What a new process does after a kill, up to where the store is. */
    void reopen() {
        series = new SeriesTable();
        store.blocks(Long.MIN_VALUE, Long.MAX_VALUE, series::load);
        try {
            fold = Fold.resume(series, store, log, requests, definitions::parse, limits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Applies what the log has beyond the fold. */
    void catchUp() {
        try {
            log.read(
                    fold.appliedOffset() + 1,
                    record -> {
                        fold.apply(record, null);
                        return true;
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts older records for new measures, to the end. */
    void countRetroactively() {
        try {
            while (fold.retroactive().isPresent()) {
                Retroactive job = fold.retroactive().get();
                job.approach(fold::appliedOffset, () -> false);
                fold.finish(job);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same as a server does it: a record says where the result takes its place. */
    void countRetroactivelyByRecord(long second) {
        fold.retroactive()
                .ifPresent(
                        job -> {
                            try {
                                job.approach(fold::appliedOffset, () -> false);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            take(OwnRecord.counted(job.definitions(), second * 1_000_000_000L));
                        });
    }

    /** Some of them, as the background does while apply goes on. */
    void countSomeRetroactively(Random random) {
        long applied = fold.appliedOffset();
        fold.retroactive()
                .ifPresent(
                        job -> {
                            try {
                                job.complete(random.nextLong(applied + 1));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
    }

    /** Which limits hold at the log's end. */
    Fold.Limits limitsAfterAll() {
        catchUp();
        return fold.limits();
    }

    /** Logs and applies. */
    void take(LogEntry entry) {
        fold.apply(append(entry), null);
    }

    LogRecord append(LogEntry entry) {
        try {
            return new LogRecord(log.append(List.of(entry)), entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void putInForce(DefinitionSet set, long second) {
        take(DefinitionsRecord.entry(set, second * 1_000_000_000L));
    }

    WindowSum counted(String slo) {
        return series.sum(fold.plan().forObjective(slo, 0).id(), 0, Long.MAX_VALUE);
    }

    /** Every stored block of what is in force, as text, in one order. */
    List<String> storedBlocks() {
        List<StoredBlock> blocks = new ArrayList<>();
        store.blocks(Long.MIN_VALUE, Long.MAX_VALUE, blocks::add);
        HexFormat hex = HexFormat.of();
        return blocks.stream()
                .filter(block -> fold.isInForce(block.series()))
                .sorted(
                        Comparator.comparing((StoredBlock b) -> b.series().measure())
                                .thenComparing(b -> b.series().group())
                                .thenComparing(StoredBlock::hour))
                .map(b -> b.series() + " " + b.hour() + " " + hex.formatHex(b.counts()))
                .toList();
    }
}
