package io.sluice.engine.fold;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredDeployment;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Folds an ingest log again, from its start into an empty store, and compares that with the store
 * that was filled while the log grew: every stored hour of every series in force, byte by byte.
 *
 * <p>It goes up to the offset that the store has come to; the rest of the log will be applied at
 * the next start. If retention has removed the log's beginning, only hours are compared that
 * nothing before it reaches into: no late event, and no counter that was remembered.
 */
public final class Replay {
    /** How many records are applied between checkpoints. */
    private static final int CHECKPOINT_RECORDS = 10_000;

    /** How many differences are told; all are counted. */
    public static final int TOLD = 20;

    private final IngestLog log;
    private final Store existing;
    private final Store fresh;
    private final Extractor.Factory extractors;
    private final Function<List<SourceFile>, DefinitionSet> parser;
    private final Fold.Limits limits;

    /**
     * @param existing only read
     * @param fresh empty; holds what the log gives afterwards
     */
    public Replay(
            IngestLog log,
            Store existing,
            Store fresh,
            Extractor.Factory extractors,
            Function<List<SourceFile>, DefinitionSet> parser,
            Fold.Limits limits) {
        this.log = log;
        this.existing = existing;
        this.fresh = fresh;
        this.extractors = extractors;
        this.parser = parser;
        this.limits = limits;
    }

    /**
     * What came of it.
     *
     * @param firstOffset where the log begins
     * @param lastOffset up to where both stores go
     * @param compared stored hours, in either store
     * @param comparedFromEpochSecond hours before this were not compared; empty if all were
     * @param unfinishedMeasures were not compared: the store still had to count older records for
     *     them
     * @param different how many of the compared hours differ
     * @param differences the first of them
     * @param missingDeployments that the log has and the store does not
     */
    public record Result(
            long firstOffset,
            long lastOffset,
            long compared,
            Optional<Long> comparedFromEpochSecond,
            int unfinishedMeasures,
            long different,
            List<Difference> differences,
            List<StoredDeployment> missingDeployments) {
        public Result {
            differences = List.copyOf(differences);
            missingDeployments = List.copyOf(missingDeployments);
        }

        /** Whether every compared hour is the same, and no deployment is missing. */
        public boolean isEqual() {
            return different == 0 && missingDeployments.isEmpty();
        }
    }

    /**
     * One hour of one series that is not the same.
     *
     * @param stored good and total as they are in the store; empty if it has no such hour
     * @param replayed as the log gives them
     */
    public record Difference(
            SeriesKey series, long hour, Optional<String> stored, Optional<String> replayed) {}

    private record Place(SeriesKey series, long hour) {}

    /**
     * Does it.
     *
     * @param progress is told the offset now and then
     * @throws IOException if the log cannot be read
     */
    public Result run(LongConsumer progress) throws IOException {
        long last = existing.appliedOffset();
        boolean whole = log.firstOffset() == 1;
        if (!whole) {
            Fold.beginWith(existing, fresh, firstReceivedNanos(), parser);
        }
        Fold fold = Fold.resume(new SeriesTable(), fresh, log, extractors, parser, limits);
        log.read(
                log.firstOffset(),
                record -> {
                    if (record.offset() > last) {
                        return false;
                    }
                    fold.apply(record, null);
                    if (record.offset() % CHECKPOINT_RECORDS == 0) {
                        fold.checkpoint();
                        progress.accept(record.offset());
                    }
                    return true;
                });
        Optional<Retroactive> late = fold.retroactive();
        if (late.isPresent()) {
            late.get().approach(() -> last, () -> false);
            fold.finish(late.get());
        }
        fold.checkpoint();
        progress.accept(last);
        return compare(
                fold,
                last,
                whole
                        ? Optional.empty()
                        : Optional.of(
                                Math.floorDiv(firstReceivedNanos(), Fold.NANOS_PER_SECOND)
                                        + Counters.MEMORY.toSeconds()
                                        + Duration.ofHours(1).toSeconds()));
    }

    private long firstReceivedNanos() throws IOException {
        AtomicLong nanos = new AtomicLong();
        log.read(
                log.firstOffset(),
                record -> {
                    nanos.set(record.entry().receivedAtNanos());
                    return false;
                });
        return nanos.get();
    }

    private Result compare(Fold fold, long last, Optional<Long> from) {
        List<String> unfinished = Fold.pending(existing);
        Map<Place, StoredBlock> replayed = new HashMap<>();
        blocks(fresh, fold, unfinished, from, block -> replayed.put(place(block), block));
        long[] count = new long[2];
        List<Difference> differences = new ArrayList<>();
        blocks(
                existing,
                fold,
                unfinished,
                from,
                block -> {
                    count[0]++;
                    StoredBlock other = replayed.remove(place(block));
                    if (other == null || !block.isSameAs(other)) {
                        count[1]++;
                        if (differences.size() < TOLD) {
                            differences.add(difference(block, other));
                        }
                    }
                });
        count[0] += replayed.size();
        count[1] += replayed.size();
        replayed.values().stream()
                .limit(TOLD - differences.size())
                .map(
                        block ->
                                new Difference(
                                        block.series(),
                                        block.hour(),
                                        Optional.empty(),
                                        Optional.of(block.describe())))
                .forEach(differences::add);
        return new Result(
                log.firstOffset(),
                last,
                count[0],
                from,
                unfinished.size(),
                count[1],
                differences,
                missingDeployments());
    }

    private List<StoredDeployment> missingDeployments() {
        Set<StoredDeployment> known = new HashSet<>(existing.deployments(0, Long.MAX_VALUE));
        return fresh.deployments(0, Long.MAX_VALUE).stream()
                .filter(deployment -> !known.contains(deployment))
                .toList();
    }

    private static Place place(StoredBlock block) {
        return new Place(block.series(), block.hour());
    }

    private static void blocks(
            Store store,
            Fold fold,
            List<String> unfinished,
            Optional<Long> from,
            Consumer<StoredBlock> consumer) {
        store.blocks(
                from.orElse(Long.MIN_VALUE),
                Long.MAX_VALUE,
                block -> {
                    boolean counted =
                            fold.isInForce(block.series())
                                    && unfinished.stream()
                                            .noneMatch(block.series().measure()::contains);
                    if (counted) {
                        consumer.accept(block);
                    }
                });
    }

    private static Difference difference(StoredBlock stored, @Nullable StoredBlock replayed) {
        return new Difference(
                stored.series(),
                stored.hour(),
                Optional.of(stored.describe()),
                Optional.ofNullable(replayed).map(StoredBlock::describe));
    }
}
