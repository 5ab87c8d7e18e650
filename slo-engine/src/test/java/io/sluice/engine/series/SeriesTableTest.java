package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

class SeriesTableTest {
    private static final SeriesKey KEY = new SeriesKey("m", "a");
    private static final long HOUR = 3600;
    private static final long DAY = 24 * HOUR;
    private static final long NOW = 20_000 * DAY;

    private final SeriesTable table = new SeriesTable();

    @Test
    void lateEvent_isCountedInItsOwnBucket() {
        add(NOW - 3 * DAY, 1);
        table.compact(NOW);
        add(NOW - 3 * DAY + 50, 10);
        add(NOW - 3 * DAY + 60, 100);

        // Three days ago the grid is a minute: both edges round down to it.
        assertThat(total(NOW - 3 * DAY, NOW - 3 * DAY + 60)).isEqualTo(11);
        assertThat(total(NOW - 3 * DAY, NOW - 3 * DAY + 59)).isZero();
        assertThat(total(NOW - 3 * DAY + 59, NOW - 3 * DAY + 60)).isEqualTo(11);
        assertThat(total(NOW - 3 * DAY + 60, NOW - 3 * DAY + 120)).isEqualTo(100);
    }

    @Test
    void anHourThatAllSeriesAreAskedFor_isReadAtOnce() {
        int series = 1000;
        List<StoredBlock> blocks = new ArrayList<>();
        for (int i = 0; i < series; i++) {
            SeriesTable one = new SeriesTable();
            SeriesKey key = new SeriesKey("m", "" + i);
            for (int hour = 0; hour < 5; hour++) {
                one.add(
                        key,
                        NOW + hour * HOUR,
                        i,
                        i,
                        1000L * i,
                        1000L * i,
                        null,
                        NOW + hour * HOUR);
                one.add(key, NOW + hour * HOUR + 600, 1, 1, 1000, 1000, null, NOW + hour * HOUR);
            }
            blocks.addAll(one.drainDirty());
        }
        AtomicInteger single = new AtomicInteger();
        StoredHours stored =
                new StoredHours() {
                    @Override
                    public Optional<StoredBlock> block(SeriesKey key, long hour) {
                        single.incrementAndGet();
                        return blocks.stream()
                                .filter(b -> b.hour() == hour && b.series().equals(key))
                                .findAny();
                    }

                    @Override
                    public void blocks(long from, long to, Consumer<StoredBlock> consumer) {
                        blocks.stream()
                                .filter(b -> b.hour() >= from && b.hour() < to)
                                .forEach(consumer);
                    }
                };
        SeriesTable little = new SeriesTable(stored, 400_000);
        blocks.stream().sorted(Comparator.comparing(StoredBlock::hour)).forEach(little::load);

        for (int i = 0; i < series; i++) {
            // Of the first hour only the second event.
            assertThat(little.sum(new SeriesKey("m", "" + i), NOW + 300, NOW + 5 * HOUR).total())
                    .isEqualTo(5 + 4L * i);
        }

        assertThat(single).hasValueLessThan(series / 2);
        assertThat(little.hoursRead()).isPositive().isLessThan(series);
        assertThat(little.bytesInMemory()).isLessThan(400_000);
    }

    @Test
    void inWhichMinutesAnHourCounted_isKnownAfterItWasLetGo() {
        Random random = new Random(7);
        SeriesTable whole = new SeriesTable();
        long from = NOW - 30 * DAY;
        for (long bucket = from; bucket < NOW; bucket += 10 * (1 + random.nextInt(200))) {
            whole.add(KEY, bucket, 1, 1, 1000, 1000, null, bucket);
        }
        whole.compact(NOW);
        List<StoredBlock> blocks = new ArrayList<>(whole.drainDirty());
        // A store has them in no particular order.
        Collections.shuffle(blocks, random);
        SeriesTable little = new SeriesTable(StoredHours.NONE, 0);
        blocks.forEach(little::load);

        for (long slice : new long[] {60, 300, 900, HOUR}) {
            assertThat(little.activeSlices("m", from, NOW - 2 * HOUR, slice))
                    .isEqualTo(
                            whole.slices("m", from, NOW - 2 * HOUR, slice).stream()
                                    .filter(one -> one.total() > 0)
                                    .count());
        }
        assertThat(little.hoursRead()).isZero();
        assertThat(little.bytesInMemory()).isLessThan(2000);
    }

    @Test
    void windowThatIsEmptyOrBackwards_sumsToNothing() {
        add(NOW, 1);

        assertThat(table.sum(KEY, NOW + 10, NOW + 10)).isEqualTo(WindowSum.EMPTY);
        assertThat(table.sum(KEY, NOW + 10, NOW)).isEqualTo(WindowSum.EMPTY);
        assertThat(table.sum(new SeriesKey("m", "unknown"), NOW, NOW + 10))
                .isEqualTo(WindowSum.EMPTY);
        assertThat(table.sum("unknown", NOW, NOW + 10)).isEqualTo(WindowSum.EMPTY);
        assertThat(table.latestBucket("unknown")).isEqualTo(Long.MIN_VALUE);
        assertThat(table.earliestBucket("unknown")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void drain_givesOnlyWhatChangedSince() {
        add(NOW, 1);
        add(NOW - HOUR, 1);
        assertThat(table.drainDirty())
                .extracting(StoredBlock::hour)
                .containsExactlyInAnyOrder(NOW, NOW - HOUR);
        assertThat(table.drainDirty()).isEmpty();

        add(NOW, 1);
        List<StoredBlock> drained = table.drainDirty();
        assertThat(drained).extracting(StoredBlock::hour).containsExactly(NOW);

        table.markDirtyAgain(drained);
        add(NOW, 1);
        List<StoredBlock> again = table.drainDirty();
        assertThat(again).hasSize(1);
        SeriesTable reloaded = new SeriesTable();
        again.forEach(reloaded::load);
        assertThat(reloaded.sum(KEY, NOW, NOW + 10).total()).isEqualTo(3);
    }

    @Test
    void hourThatIsTooOld_isForgottenAndNotDrained() {
        add(NOW - 400 * DAY, 1);
        add(NOW, 1);

        table.compact(NOW + HOUR);

        assertThat(total(NOW - 401 * DAY, NOW + 10)).isEqualTo(1);
        assertThat(table.drainDirty()).extracting(StoredBlock::hour).containsExactly(NOW);
        assertThat(table.earliestBucket("m")).isEqualTo(NOW);
    }

    @Test
    void coverage_staysExactWhenCountsBecomeCoarse() {
        SeriesKey heartbeat = SeriesKey.heartbeat("cart");
        long then = NOW - 100 * DAY;
        for (long bucket : new long[] {0, 10, 10, 890}) {
            table.add(heartbeat, then + bucket, 0, 1, 0, 1000, null, NOW);
        }
        table.compact(NOW);

        assertThat(table.measuredBuckets("cart", then, then + 900)).isEqualTo(3);
        assertThat(table.measuredBuckets("cart", then + 10, then + 890)).isEqualTo(1);
        assertThat(table.sum(heartbeat, then, then + 900).total()).isEqualTo(4);
    }

    @Test
    void reader_seesAllOfABatchOrNothing() throws InterruptedException {
        SeriesKey other = new SeriesKey("m", "b");
        AtomicBoolean stop = new AtomicBoolean();
        List<String> torn = new ArrayList<>();
        Thread reader =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!stop.get()) {
                                        long both = table.sum("m", NOW, NOW + 10).total();
                                        long difference =
                                                table.read(
                                                        () ->
                                                                table.sum(KEY, NOW, NOW + 10)
                                                                                .total()
                                                                        - table.sum(
                                                                                        other, NOW,
                                                                                        NOW + 10)
                                                                                .total());
                                        if (both % 2 != 0 || difference != 0) {
                                            torn.add(both + ", " + difference);
                                        }
                                    }
                                });
        for (int i = 0; i < 5000; i++) {
            table.write(
                    () -> {
                        add(NOW, 1);
                        table.add(other, NOW, 1, 1, 1000, 1000, null, NOW);
                    });
        }
        stop.set(true);
        reader.join();

        assertThat(torn).isEmpty();
        assertThat(table.sum("m", NOW, NOW + 10).total()).isEqualTo(10_000);
    }

    @Test
    void nonsense_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> add(NOW + 5, 1))
                .withMessageContaining("multiple of 10");
        assertThatIllegalArgumentException().isThrownBy(() -> table.slices(KEY, 0, 100, 15));
        assertThatIllegalArgumentException().isThrownBy(() -> table.slices(KEY, 0, 100, 30));
        assertThatIllegalArgumentException().isThrownBy(() -> table.slices(KEY, 100, 0, 10));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.load(new StoredBlock(KEY, NOW, new byte[] {1, 2, 3}, null)))
                .withMessageContaining(KEY.toString());
        add(NOW, 1);
        List<StoredBlock> blocks = table.drainDirty();
        assertThatIllegalArgumentException().isThrownBy(() -> table.load(blocks.getFirst()));
        assertThat(total(NOW, NOW + 10)).isEqualTo(1);
    }

    @Property(tries = 1000)
    void hostileBlock_isReadOrRefused(
            @ForAll @Size(max = 30) byte[] counts, @ForAll @Size(max = 30) byte[] sketches) {
        for (int buckets : new int[] {4, 12, 60, 5, 13, 61, 6, 14, 62}) {
            byte[] plausible = Arrays.copyOf(counts, Math.max(1, counts.length));
            plausible[0] = (byte) buckets;
            SeriesTable victim = new SeriesTable();
            try {
                victim.load(new StoredBlock(KEY, NOW, plausible, sketches));
                victim.sum(KEY, NOW + 60, NOW + 1800);
                victim.sketch("m", NOW, NOW + HOUR);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasStackTraceContaining("corrupt blob");
            }
        }
    }

    @Property(tries = 300)
    void damagedBlock_isReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        SeriesTable source = new SeriesTable();
        SeriesKey heartbeat = SeriesKey.heartbeat("s");
        Sketch sketch = new Sketch();
        sketch.add(random.nextDouble());
        for (int i = 0; i < 30; i++) {
            source.add(
                    heartbeat,
                    NOW + 10 * random.nextInt(360),
                    1,
                    1 + random.nextInt(2),
                    1000,
                    2500,
                    sketch,
                    NOW);
        }
        StoredBlock block = source.drainDirty().getFirst();
        SeriesTable victim = new SeriesTable();
        try {
            victim.load(
                    new StoredBlock(
                            heartbeat,
                            NOW,
                            damage(block.counts(), random),
                            damage(block.sketches(), random)));
            victim.sum(heartbeat, NOW + 10, NOW + HOUR);
            assertThat(victim.measuredBuckets("s", NOW, NOW + HOUR)).isBetween(0L, 360L);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasStackTraceContaining("corrupt blob");
        }
    }

    private static byte[] damage(byte[] bytes, Random random) {
        byte[] damaged = Arrays.copyOf(bytes, bytes.length - random.nextInt(2));
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        return damaged;
    }

    @Test
    void hourOfSketches_isStoredOnceMore_packedForGood_whenItIsTwoHoursOld() {
        Random random = new Random(4);
        Sketch values = new Sketch();
        StoredBlock grown = null;
        for (int hour = 0; hour < 4; hour++) {
            for (int bucket = 0; bucket < 360; bucket++) {
                long at = NOW + hour * HOUR + 10 * bucket;
                Sketch sketch = new Sketch();
                for (int i = 0; i < 100; i++) {
                    sketch.add(80 * Math.exp(0.5 * random.nextGaussian()));
                }
                table.compact(at);
                table.add(KEY, at, 100, 100, 100_000, 100_000, sketch, at);
                if (hour == 0) {
                    values.merge(sketch);
                }
            }
            grown = hour == 0 ? table.drainDirty().getFirst() : grown;
            if (hour > 0 && hour < 3) {
                assertThat(table.drainDirty()).extracting(StoredBlock::hour).doesNotContain(NOW);
            }
        }

        StoredBlock forGood =
                table.drainDirty().stream()
                        .filter(block -> block.hour() == NOW)
                        .findFirst()
                        .orElseThrow();

        assertThat(forGood.sketches().length).isLessThan(grown.sketches().length * 19 / 20);
        assertThat(forGood.isSameAs(grown)).isTrue();
        SeriesTable read = new SeriesTable();
        read.load(forGood);
        assertThat(read.sketch("m", NOW, NOW + HOUR)).isEqualTo(values);
        table.compact(NOW + 4 * HOUR);
        assertThat(table.drainDirty()).extracting(StoredBlock::hour).doesNotContain(NOW);
    }

    @Test
    void steadySeries_takesLessThanAThirdOfAMegabyteForThirtyDays() {
        Random random = new Random(1);
        for (long at = NOW - 30 * DAY; at < NOW; at += 10) {
            long total = 300 + random.nextInt(30);
            long good = total - random.nextInt(3);
            table.add(KEY, at, good, total, 1000 * good, 1000 * total, null, at);
        }
        table.compact(NOW);

        SeriesTable reloaded = new SeriesTable();
        long bytes = 0;
        for (long at = NOW - 30 * DAY; at < NOW; at += HOUR) {
            table.markDirtyAgain(List.of(new StoredBlock(KEY, at, new byte[0], null)));
        }
        for (StoredBlock block : table.drainDirty()) {
            bytes += block.counts().length;
            reloaded.load(block);
        }

        assertThat(bytes).isLessThan(300_000);
        assertThat(reloaded.sum(KEY, NOW - Duration.ofDays(30).toSeconds(), NOW))
                .isEqualTo(table.sum(KEY, NOW - 30 * DAY, NOW));
    }

    private void add(long bucket, long n) {
        table.add(KEY, bucket, n, n, 1000 * n, 1000 * n, null, NOW);
    }

    private long total(long from, long to) {
        return table.sum(KEY, from, to).total();
    }
}
