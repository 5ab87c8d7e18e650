package io.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;

import io.sluice.engine.log.LogEntry.Encoding;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GroupCommitTest {
    private final GatedLog log = new GatedLog();
    private final List<Committed<Integer>> committed = new ArrayList<>();
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable GroupCommit<Integer> open;

    @AfterEach
    void stop() {
        log.gate.release(1000);
        if (open != null) {
            open.close();
        }
        senders.close();
    }

    @Test
    void entry_isInTheLogAndHandedOver_whenItsSenderIsAnswered() throws Exception {
        log.gate.release(1);
        GroupCommit<Integer> door = open(committed::addAll, 1000);

        long offset = door.append(entry(100), 7);

        assertThat(offset).isEqualTo(1);
        assertThat(log.find(1)).isPresent();
        assertThat(committed)
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.record().offset()).isEqualTo(1);
                            assertThat(one.attachment()).isEqualTo(7);
                        });
    }

    @Test
    void whatArrivesDuringACommit_isTheNextBatch() throws Exception {
        GroupCommit<Integer> door = open(committed::addAll, 100_000);
        Future<Long> first = send(door, 0);
        log.awaitAppend();
        List<Future<Long>> others =
                IntStream.rangeClosed(1, 20).mapToObj(i -> send(door, i)).toList();
        awaitInFlight(door, 21 * 100);

        log.gate.release(2);

        assertThat(first.get()).isEqualTo(1);
        List<Long> offsets = new ArrayList<>();
        for (Future<Long> other : others) {
            offsets.add(other.get());
        }
        assertThat(offsets)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(2, 21).mapToObj(i -> (long) i).toList());
        assertThat(log.batches).containsExactly(1, 20);
        assertThat(committed).extracting(one -> one.record().offset()).isSorted().hasSize(21);
        for (int i = 0; i < others.size(); i++) {
            // Each attachment came with its own entry.
            assertThat(committed.get((int) (offsets.get(i) - 1)).attachment()).isEqualTo(i + 1);
        }
    }

    @Test
    void whatIsNotReleased_isInFlight() throws Exception {
        log.gate.release(100);
        GroupCommit<Integer> door = open(committed::addAll, 250);
        door.append(entry(100), 1);
        door.append(entry(100), 2);

        assertThatThrownBy(() -> door.append(entry(100), 3))
                .isInstanceOfSatisfying(
                        OverloadedException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(GroupCommit.RETRY_AFTER));
        assertThatThrownBy(() -> door.append(entry(51), 3)).isInstanceOf(OverloadedException.class);
        assertThat(door.refused()).isEqualTo(2);
        assertThat(door.bytesInFlight()).isEqualTo(200);
        assertThat(log.nextOffset()).isEqualTo(3);
        assertThat(door.append(entry(50), 3)).isEqualTo(3);

        committed.getFirst().release().run();

        assertThat(door.append(entry(100), 4)).isEqualTo(4);
    }

    @Test
    void whoeverAsksForRoom_waitsFromThreeQuarters_untilHalfIsFree() throws Exception {
        log.gate.release(100);
        GroupCommit<Integer> door = open(committed::addAll, 400);
        door.append(entry(100), 1);
        door.append(entry(100), 2);
        door.append(entry(100), 3);
        door.awaitRoom(Duration.ZERO);
        door.append(entry(50), 4);

        assertThatThrownBy(() -> door.awaitRoom(Duration.ZERO))
                .isInstanceOfSatisfying(
                        OverloadedException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(GroupCommit.RETRY_AFTER));
        assertThat(door.refused()).isEqualTo(1);
        door.append(entry(50), 5); // what is under way still has the last quarter
        Future<?> patient = senders.submit(() -> await(door));
        committed.get(0).release().run();
        assertThatThrownBy(() -> door.awaitRoom(Duration.ofMillis(1)))
                .isInstanceOf(OverloadedException.class);
        assertThat(patient.isDone()).isFalse();
        committed.get(1).release().run();

        patient.get();
        door.awaitRoom(Duration.ZERO);
        assertThat(door.bytesInFlight()).isEqualTo(200);
    }

    @Test
    void close_letsNobodyWaitForRoom() throws Exception {
        log.gate.release(100);
        GroupCommit<Integer> door = open(committed::addAll, 100);
        door.append(entry(100), 1);
        Future<?> patient = senders.submit(() -> await(door));

        door.close();

        patient.get();
    }

    private static @Nullable Void await(GroupCommit<Integer> door) throws OverloadedException {
        door.awaitRoom(Duration.ofDays(1));
        return null;
    }

    @Test
    void whatTravelsWithAnEntry_isInFlight_too() throws Exception {
        log.gate.release(100);
        GroupCommit<Integer> door = open(committed::addAll, 250);
        door.append(entry(100), 1, 120);

        assertThat(door.bytesInFlight()).isEqualTo(220);
        assertThatThrownBy(() -> door.append(entry(20), 2, 11))
                .isInstanceOf(OverloadedException.class);
        committed.getFirst().release().run();

        assertThat(door.bytesInFlight()).isZero();
    }

    @Test
    void entryLargerThanTheLimit_isTakenAlone() throws Exception {
        log.gate.release(100);
        GroupCommit<Integer> door = open(committed::addAll, 250);

        assertThat(door.append(entry(1000), 1)).isEqualTo(1);
        assertThatThrownBy(() -> door.append(entry(1), 2)).isInstanceOf(OverloadedException.class);
    }

    @Test
    void failedAppend_failsItsSendersAndTheNextBatchSucceeds() throws Exception {
        log.gate.release(100);
        GroupCommit<Integer> door = open(committed::addAll, 1000);
        log.failure = new IOException("disk full, on purpose");

        assertThatThrownBy(() -> door.append(entry(100), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("disk full, on purpose");
        assertThat(committed).isEmpty();
        assertThat(door.bytesInFlight()).isZero();

        log.failure = null;
        assertThat(door.append(entry(100), 2)).isEqualTo(1);
    }

    @Test
    void brokenLog_failsItsSendersToo() {
        log.gate.release(100);
        GroupCommit<Integer> door = open(committed::addAll, 1000);
        log.bug = new IllegalStateException("a bug, on purpose");

        assertThatThrownBy(() -> door.append(entry(100), 1))
                .isInstanceOf(IOException.class)
                .hasRootCause(log.bug);
    }

    @Test
    void listenerThatThrows_stopsTheDoor() throws Exception {
        log.gate.release(100);
        IllegalStateException bug = new IllegalStateException("a bug, on purpose");
        GroupCommit<Integer> door =
                open(
                        batch -> {
                            throw bug;
                        },
                        1000);

        // It is on disk: a restart applies it.
        assertThat(door.append(entry(100), 1)).isEqualTo(1);
        assertThatThrownBy(() -> door.append(entry(100), 2))
                .isInstanceOf(IOException.class)
                .hasRootCause(bug);
        assertThat(log.nextOffset()).isEqualTo(2);
    }

    @Test
    void close_writesWhatWaitsAndRefusesTheRest() throws Exception {
        GroupCommit<Integer> door = open(committed::addAll, 100_000);
        Future<Long> first = send(door, 1);
        log.awaitAppend();
        Future<Long> second = send(door, 2);
        awaitInFlight(door, 200);
        log.gate.release(100);

        door.close();

        assertThat(first.get()).isEqualTo(1);
        assertThat(second.get()).isEqualTo(2);
        assertThat(committed).hasSize(2);
        assertThatThrownBy(() -> door.append(entry(1), 3))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
        assertThat(door.bytesInFlight()).isEqualTo(200);
    }

    @Test
    void interruptedSender_stillLearnsItsOffset() throws Exception {
        GroupCommit<Integer> door = open(committed::addAll, 1000);
        CountDownLatch answered = new CountDownLatch(1);
        List<Object> seen = new ArrayList<>();
        Thread sender =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        seen.add(door.append(entry(100), 1));
                                    } catch (Exception e) {
                                        seen.add(e);
                                    }
                                    seen.add(Thread.currentThread().isInterrupted());
                                    answered.countDown();
                                });
        log.awaitAppend();
        sender.interrupt();
        log.gate.release(1);
        answered.await();

        assertThat(seen).containsExactly(1L, true);
    }

    @Test
    void plainBody_isKeptCompressed() throws Exception {
        log.gate.release(100);
        GroupCommit<Integer> door = open(committed::addAll, 1_000_000);
        byte[] text = "span span span ".repeat(1000).getBytes();
        byte[] gzipped = {31, -117, 8};

        door.append(new LogEntry("k", "s", true, 5, Encoding.IDENTITY, Map.of("a", "b"), text), 1);
        door.append(new LogEntry("k", "", false, 5, Encoding.GZIP, Map.of(), gzipped), 2);
        door.append(
                new LogEntry("k", "", false, 5, Encoding.IDENTITY, Map.of(), new byte[] {1}), 3);

        LogEntry first = log.find(1).orElseThrow().entry();
        assertThat(first.encoding()).isEqualTo(Encoding.ZSTD);
        assertThat(first.body().length).isLessThan(text.length / 10);
        assertThat(Zstd.decompress(first.body(), text.length)).isEqualTo(text);
        assertThat(first)
                .usingRecursiveComparison()
                .ignoringFields("encoding", "body")
                .isEqualTo(
                        new LogEntry("k", "s", true, 5, Encoding.IDENTITY, Map.of("a", "b"), text));
        LogEntry second = log.find(2).orElseThrow().entry();
        assertThat(second.encoding()).isEqualTo(Encoding.GZIP);
        assertThat(second.body()).isSameAs(gzipped);
        // One byte does not become smaller.
        assertThat(log.find(3).orElseThrow().entry().encoding()).isEqualTo(Encoding.IDENTITY);
    }

    private GroupCommit<Integer> open(
            Consumer<List<Committed<Integer>>> listener, long maxBytesInFlight) {
        GroupCommit<Integer> door = new GroupCommit<>(log, listener, maxBytesInFlight);
        open = door;
        return door;
    }

    private Future<Long> send(GroupCommit<Integer> door, int attachment) {
        return senders.submit(() -> door.append(entry(100), attachment));
    }

    private static LogEntry entry(int bytes) {
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) 7);
        return new LogEntry("test", "", false, 1, Encoding.IDENTITY, Map.of(), body);
    }

    private static void awaitInFlight(GroupCommit<Integer> door, long bytes) {
        while (door.bytesInFlight() < bytes) {
            Thread.onSpinWait();
        }
        // In flight is counted first, so the last sender may still be on its way to the queue.
        while (door.waiting() < bytes / 100 - 1) {
            Thread.onSpinWait();
        }
    }

    /** A log whose appends wait for a permit, and fail when told to. */
    private static final class GatedLog implements IngestLog {
        final Semaphore gate = new Semaphore(0);
        final List<Integer> batches = new ArrayList<>();
        volatile @Nullable IOException failure;
        volatile @Nullable RuntimeException bug;
        private final IngestLog behind = new InMemoryIngestLog();
        private final Semaphore appends = new Semaphore(0);

        void awaitAppend() throws InterruptedException {
            appends.acquire();
        }

        @Override
        public long append(List<LogEntry> entries) throws IOException {
            appends.release();
            gate.acquireUninterruptibly();
            if (failure != null) {
                throw failure;
            }
            if (bug != null) {
                throw bug;
            }
            batches.add(entries.size());
            return behind.append(entries);
        }

        @Override
        public void read(long fromOffset, Predicate<LogRecord> consumer) throws IOException {
            behind.read(fromOffset, consumer);
        }

        @Override
        public void search(
                long fromOffset,
                long toOffset,
                Predicate<LogIndex> wanted,
                Predicate<LogRecord> consumer)
                throws IOException {
            behind.search(fromOffset, toOffset, wanted, consumer);
        }

        @Override
        public Optional<LogRecord> find(long offset) throws IOException {
            return behind.find(offset);
        }

        @Override
        public long firstOffset() {
            return behind.firstOffset();
        }

        @Override
        public long nextOffset() {
            return behind.nextOffset();
        }

        @Override
        public long sizeBytes() {
            return behind.sizeBytes();
        }

        @Override
        public long retain(long olderThanNanos, long maxBytes, long keepFromOffset)
                throws IOException {
            return behind.retain(olderThanNanos, maxBytes, keepFromOffset);
        }

        @Override
        public void close() {
            behind.close();
        }
    }
}
