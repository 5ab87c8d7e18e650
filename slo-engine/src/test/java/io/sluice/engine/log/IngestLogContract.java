package io.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.log.LogEntry.Encoding;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** What every ingest log must do. */
public abstract class IngestLogContract {
    protected IngestLog log;

    /** A new, empty log with small segments, if it has any. */
    protected abstract IngestLog open() throws IOException;

    @BeforeEach
    void openLog() throws IOException {
        log = open();
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Test
    void newLog_isEmptyAndBeginsAtOffsetOne() throws IOException {
        assertThat(log.firstOffset()).isEqualTo(1);
        assertThat(log.nextOffset()).isEqualTo(1);
        assertThat(readFrom(0)).isEmpty();
        assertThat(log.find(1)).isEmpty();
        assertThat(log.append(List.of())).isEqualTo(1);
    }

    @Test
    void batch_getsOffsetsInOrder() throws IOException {
        assertThat(log.append(List.of(entry(1), entry(2)))).isEqualTo(1);
        assertThat(log.append(List.of(entry(3)))).isEqualTo(3);

        assertThat(log.nextOffset()).isEqualTo(4);
        assertThat(readFrom(1)).extracting(LogRecord::offset).containsExactly(1L, 2L, 3L);
        assertThat(readFrom(3)).extracting(LogRecord::offset).containsExactly(3L);
        assertThat(readFrom(4)).isEmpty();
    }

    @Test
    void record_isGivenBackWhole() throws IOException {
        byte[] body = new byte[100_000];
        new Random(1).nextBytes(body);
        LogEntry full =
                new LogEntry(
                        "otlp-traces",
                        "history",
                        true,
                        1_800_000_000_123_456_789L,
                        Encoding.GZIP,
                        Map.of("job", "shop \"é\"", "instance", ""),
                        body);
        LogEntry bare = new LogEntry("k", "", false, 0, Encoding.IDENTITY, Map.of(), new byte[0]);
        log.append(List.of(full, bare));

        assertThat(log.find(1))
                .hasValueSatisfying(
                        record ->
                                assertThat(record.entry())
                                        .usingRecursiveComparison()
                                        .isEqualTo(full));
        assertThat(readFrom(2))
                .singleElement()
                .satisfies(
                        record ->
                                assertThat(record.entry())
                                        .usingRecursiveComparison()
                                        .isEqualTo(bare));
    }

    @Test
    void reading_endsWhenTheConsumerHasEnough() throws IOException {
        log.append(List.of(entry(1), entry(2), entry(3)));
        List<Long> seen = new ArrayList<>();

        log.read(
                1,
                record -> {
                    seen.add(record.offset());
                    return record.offset() < 2;
                });

        assertThat(seen).containsExactly(1L, 2L);
    }

    @Test
    void search_readsOnlyRecordsWhoseIndexIsWanted() throws IOException {
        for (int i = 1; i <= 60; i++) {
            TraceFilter.Builder ids = new TraceFilter.Builder();
            ids.add(traceId(i), 0);
            ids.add(traceId(i % 3), 0);
            LogIndex index = new LogIndex(i * 10L, i * 10L + 5, ids.build());
            log.append(List.of(entry(2 * i - 1), entry(2 * i).withIndex(index)));
        }
        Predicate<LogIndex> late = index -> index.lastEventNanos() > 300;
        Predicate<LogIndex> ofTrace = index -> index.traces().mayContain(traceId(2));

        assertThat(search(1, 121, _ -> true, 100))
                .extracting(LogRecord::offset)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 60).map(i -> 2 * i).boxed().toList());
        assertThat(search(1, 121, late.and(ofTrace), 100))
                .extracting(LogRecord::offset)
                .contains(64L, 70L, 118L)
                .hasSizeBetween(10, 13)
                .allMatch(offset -> offset >= 60);
        assertThat(search(64, 70, late.and(ofTrace), 100))
                .extracting(LogRecord::offset)
                .contains(64L)
                .doesNotContain(70L);
        assertThat(search(1, 121, late.and(ofTrace), 1)).hasSize(1);
        requireWhole(search(64, 65, late, 100));
    }

    private List<LogRecord> search(long from, long to, Predicate<LogIndex> wanted, int limit)
            throws IOException {
        List<LogRecord> found = new ArrayList<>();
        log.search(
                from,
                to,
                wanted,
                record -> {
                    found.add(record);
                    return found.size() < limit;
                });
        return found;
    }

    private static byte[] traceId(long seed) {
        byte[] id = new byte[TraceFilter.ID_BYTES];
        new Random(seed).nextBytes(id);
        return id;
    }

    @Test
    void reading_goesOnWhileRecordsAreAppended() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread reader =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        while (!stop.get()) {
                                            requireWhole(readFrom(1));
                                        }
                                    } catch (Throwable e) {
                                        failure.set(e);
                                    }
                                });
        for (int i = 1; i <= 100; i += 2) {
            log.append(List.of(entry(i), entry(i + 1)));
        }
        stop.set(true);
        reader.join();

        assertThat(failure.get()).isNull();
        assertThat(readFrom(1)).hasSize(100);
        requireWhole(readFrom(1));
    }

    @Test
    void retention_removesOldRecordsFromTheFront() throws IOException {
        appendUpTo(100);
        long size = log.sizeBytes();

        long removed = log.retain(receivedAt(51), Long.MAX_VALUE, 101);

        assertThat(removed).isPositive().isEqualTo(log.firstOffset() - 1);
        assertThat(log.firstOffset()).isBetween(2L, 51L);
        assertThat(log.sizeBytes()).isLessThan(size);
        assertThat(readFrom(1)).extracting(LogRecord::offset).first().isEqualTo(log.firstOffset());
        requireWhole(readFrom(1));
        assertThat(log.find(1)).isEmpty();
        assertThat(log.find(51)).isPresent();
    }

    @Test
    void retention_neverRemovesWhatIsStillNeeded() throws IOException {
        appendUpTo(100);

        assertThat(log.retain(Long.MAX_VALUE, 0, 1)).isZero();
        log.retain(Long.MAX_VALUE, 0, 40);

        assertThat(log.firstOffset()).isBetween(2L, 40L);
        assertThat(readFrom(40)).hasSize(61);
    }

    @Test
    void retention_bySizeRemovesTheOldestFirst() throws IOException {
        appendUpTo(100);
        long half = log.sizeBytes() / 2;

        log.retain(Long.MIN_VALUE, half, 101);

        assertThat(log.sizeBytes()).isLessThanOrEqualTo(half);
        assertThat(log.firstOffset()).isGreaterThan(1);
        assertThat(log.find(100)).isPresent();
    }

    @Test
    void offsets_goOnAfterEverythingWasRemoved() throws IOException {
        log.append(List.of(entry(1), entry(2)));

        assertThat(log.retain(Long.MAX_VALUE, Long.MAX_VALUE, 3)).isEqualTo(2);

        assertThat(log.firstOffset()).isEqualTo(3);
        assertThat(log.nextOffset()).isEqualTo(3);
        assertThat(log.append(List.of(entry(3)))).isEqualTo(3);
        requireWhole(readFrom(1));
    }

    @Test
    void closedLog_says() throws IOException {
        log.append(List.of(entry(1)));
        log.close();

        assertThatThrownBy(() -> log.append(List.of(entry(2)))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> readFrom(1)).isInstanceOf(IOException.class);
        log.close();
    }

    /** Appends to an empty log, in batches of five. */
    protected void appendUpTo(long last) throws IOException {
        for (long next = 1; next <= last; next += 5) {
            log.append(
                    LongStream.range(next, next + 5).mapToObj(IngestLogContract::entry).toList());
        }
    }

    /** The entry whose body can be told from its offset. */
    protected static LogEntry entry(long offset) {
        return new LogEntry(
                "test", "", false, receivedAt(offset), Encoding.IDENTITY, Map.of(), body(offset));
    }

    private static long receivedAt(long offset) {
        return offset * 1_000_000_000;
    }

    private static byte[] body(long offset) {
        byte[] body = new byte[500 + (int) (offset % 1500)];
        new Random(offset).nextBytes(body);
        return body;
    }

    protected List<LogRecord> readFrom(long offset) throws IOException {
        List<LogRecord> records = new ArrayList<>();
        log.read(offset, records::add);
        return records;
    }

    /** No gap, nothing torn, nothing out of order. */
    protected static void requireWhole(List<LogRecord> records) {
        for (int i = 0; i < records.size(); i++) {
            LogRecord record = records.get(i);
            assertThat(record.offset()).isEqualTo(records.getFirst().offset() + i);
            assertThat(Arrays.equals(record.entry().body(), body(record.offset())))
                    .as("body of record %d", record.offset())
                    .isTrue();
        }
    }
}
