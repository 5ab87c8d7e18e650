package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Random operations against a model that is a plain list of events: it rounds each event down to
 * the grid that its hour's age demands, and adds up.
 */
class SeriesTablePropertyTest {
    private static final long HOUR = 3600;
    private static final List<SeriesKey> KEYS =
            List.of(
                    new SeriesKey("m", ""),
                    new SeriesKey("m", "a"),
                    new SeriesKey("m", "c"),
                    new SeriesKey("n", "b"),
                    SeriesKey.heartbeat("cart"));

    @Property(tries = 60)
    void everyAnswerIsThatOfAListOfEvents(@ForAll long seed) {
        Run run = new Run(new Random(seed));
        for (int step = 0; step < 400; step++) {
            run.step();
        }
        run.settle();
        for (int question = 0; question < 60; question++) {
            run.ask();
        }
    }

    /** One event, or several alike. */
    private record Event(
            SeriesKey key,
            long bucket,
            long good,
            long total,
            long goodThousandths,
            long totalThousandths,
            double value) {}

    private static final class Run {
        private final Random random;
        private final List<Event> events = new ArrayList<>();
        private final Map<List<Object>, StoredBlock> stored = new HashMap<>();
        private SeriesTable table;
        private long now = Duration.ofDays(20_000).toSeconds() + 1234;

        Run(Random random) {
            this.random = random;
            this.table = newTable();
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0 -> now += random.nextLong(10 * HOUR);
                case 1 ->
                        now +=
                                random.nextLong(
                                        random.nextInt(20) == 0
                                                ? Duration.ofDays(60).toSeconds()
                                                : HOUR);
                case 2 -> table.compact(now);
                case 3 -> drain();
                case 4 -> table.markDirtyAgain(table.drainDirty());
                case 5 -> restart();
                default -> add();
            }
        }

        private void add() {
            long age =
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextLong(60);
                        case 1 -> random.nextLong(Duration.ofHours(60).toSeconds());
                        case 2 -> random.nextLong(Duration.ofDays(20).toSeconds());
                        default -> random.nextLong(Duration.ofDays(399).toSeconds());
                    };
            add(Math.floorDiv(now - age, 10) * 10);
        }

        private void add(long bucket) {
            long total = random.nextInt(100);
            long good = total - random.nextInt(3);
            boolean sampled = random.nextInt(5) == 0;
            Event event =
                    new Event(
                            KEYS.get(random.nextInt(KEYS.size())),
                            bucket,
                            good,
                            total,
                            1000 * good + (sampled ? random.nextInt(5000) : 0),
                            1000 * total + (sampled ? random.nextInt(5000) : 0),
                            random.nextInt(3) == 0 ? Math.exp(random.nextGaussian()) : Double.NaN);
            events.add(event);
            table.add(
                    event.key,
                    event.bucket,
                    event.good,
                    event.total,
                    event.goodThousandths,
                    event.totalThousandths,
                    sketchOf(event),
                    now);
        }

        private static @Nullable Sketch sketchOf(Event event) {
            if (Double.isNaN(event.value)) {
                return null;
            }
            Sketch sketch = new Sketch();
            sketch.add(event.value);
            return sketch;
        }

        private void drain() {
            table.drainDirty()
                    .forEach(block -> stored.put(List.of(block.series(), block.hour()), block));
            table.stored();
        }

        /** With room for next to nothing, so that nearly all hours are read again. */
        private SeriesTable newTable() {
            return new SeriesTable(
                    new StoredHours() {
                        @Override
                        public Optional<StoredBlock> block(SeriesKey series, long hour) {
                            return Optional.ofNullable(stored.get(List.of(series, hour)));
                        }

                        @Override
                        public void blocks(
                                long fromHour, long toHour, Consumer<StoredBlock> consumer) {
                            stored.values().stream()
                                    .filter(b -> b.hour() >= fromHour && b.hour() < toHour)
                                    .forEach(consumer);
                        }
                    },
                    random.nextInt(20_000),
                    // So that some measures' groups are counted together, from the second on.
                    random.nextInt(3));
        }

        private void restart() {
            drain();
            table = newTable();
            stored.values().forEach(table::load);
        }

        /** From here on the table's resolutions are those of the model. */
        void settle() {
            if (random.nextBoolean()) {
                // Hours whose age is the very limit.
                now = (Math.floorDiv(now, HOUR) + 1) * HOUR;
                for (int days : new int[] {2, 14, 90, 399}) {
                    add(now - Duration.ofDays(days).toSeconds() - HOUR + 10 * random.nextInt(360));
                }
                add(now - 7 * HOUR + 10 * random.nextInt(360));
            }
            table.compact(now);
            if (random.nextBoolean()) {
                restart();
                table.compact(now);
            }
            events.removeIf(event -> ageOfHour(event.bucket) >= Duration.ofDays(400).toSeconds());
        }

        void ask() {
            long from = time();
            long to =
                    from
                            + (random.nextBoolean()
                                    ? random.nextLong(2 * HOUR)
                                    : random.nextLong(Math.max(1, now - from)));
            SeriesKey key = KEYS.get(random.nextInt(KEYS.size()));
            Predicate<Event> ofKey = event -> event.key.equals(key);
            Predicate<Event> ofMeasure = event -> event.key.measure().equals(key.measure());

            assertThat(table.sum(key, from, to)).isEqualTo(sum(ofKey, from, to));
            assertThat(table.sum(key.measure(), from, to)).isEqualTo(sum(ofMeasure, from, to));
            assertThat(table.sketch(key.measure(), from, to))
                    .isEqualTo(sketch(ofMeasure, from, to));
            assertThat(table.measuredBuckets("cart", from, to)).isEqualTo(measured(from, to));
            assertThat(table.groups(key.measure()))
                    .isEqualTo(
                            events.stream()
                                    .filter(ofMeasure)
                                    .map(event -> event.key.group())
                                    .distinct()
                                    .sorted()
                                    .toList());
            assertThat(table.latestBucket(key.measure()))
                    .isEqualTo(
                            counted(ofMeasure).keySet().stream()
                                    .mapToLong(Long::longValue)
                                    .max()
                                    .orElse(Long.MIN_VALUE));
            assertThat(table.earliestBucket(key.measure()))
                    .isEqualTo(
                            counted(ofMeasure).keySet().stream()
                                    .mapToLong(Long::longValue)
                                    .min()
                                    .orElse(Long.MAX_VALUE));

            long slice = 10L * (1 + random.nextInt(random.nextBoolean() ? 12 : 1000));
            int n = random.nextInt(50);
            List<WindowSum> slices = new ArrayList<>();
            List<Long> measured = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                slices.add(sum(ofMeasure, from + i * slice, from + (i + 1) * slice));
                measured.add(measured(from + i * slice, from + (i + 1) * slice));
            }
            assertThat(table.slices(key.measure(), from, from + n * slice, slice))
                    .isEqualTo(slices);
            assertActiveSlices(key.measure(), ofMeasure, from, slice, n);
            long minute = Math.floorDiv(from, 60) * 60;
            long minutes = 60L * (1 + random.nextInt(10));
            assertActiveSlices(key.measure(), ofMeasure, minute, minutes, n);
            assertThat(table.measuredSlices("cart", from, from + n * slice, slice))
                    .isEqualTo(measured);
        }

        private void assertActiveSlices(
                String measure, Predicate<Event> ofMeasure, long from, long slice, int n) {
            long active = 0;
            for (int i = 0; i < n; i++) {
                active +=
                        sum(ofMeasure, from + i * slice, from + (i + 1) * slice).total() > 0
                                ? 1
                                : 0;
            }
            assertThat(table.activeSlices(measure, from, from + n * slice, slice))
                    .isEqualTo(active);
        }

        /** Anywhere, near an event, or on an edge of an event's bucket, where mistakes are made. */
        private long time() {
            if (events.isEmpty()) {
                return now - random.nextLong(Duration.ofDays(410).toSeconds());
            }
            long bucket = events.get(random.nextInt(events.size())).bucket;
            long grid = random.nextInt(4) == 0 ? HOUR : grid(bucket);
            return switch (random.nextInt(6)) {
                case 0 -> now - random.nextLong(Duration.ofDays(410).toSeconds());
                case 1 -> bucket + random.nextInt(-5000, 5000);
                case 2 -> bucket + random.nextInt(-10, 11);
                case 3 -> Math.floorDiv(bucket, grid) * grid;
                default -> Math.floorDiv(bucket, grid) * grid + grid;
            };
        }

        private WindowSum sum(Predicate<Event> which, long from, long to) {
            return events.stream()
                    .filter(which)
                    .filter(event -> isIn(event.bucket, grid(event.bucket), from, to))
                    .map(
                            event ->
                                    new WindowSum(
                                            event.good,
                                            event.total,
                                            event.goodThousandths,
                                            event.totalThousandths))
                    .reduce(WindowSum.EMPTY, WindowSum::plus);
        }

        private Sketch sketch(Predicate<Event> which, long from, long to) {
            Sketch sketch = new Sketch();
            events.stream()
                    .filter(which)
                    .filter(event -> !Double.isNaN(event.value))
                    .filter(
                            event ->
                                    isIn(
                                            event.bucket,
                                            ageOfHour(event.bucket) < 6 * HOUR ? 10 : HOUR,
                                            from,
                                            to))
                    .forEach(event -> sketch.add(event.value));
            return sketch;
        }

        private long measured(long from, long to) {
            Set<Long> buckets = new HashSet<>();
            for (Event event : events) {
                if (event.key.equals(SeriesKey.heartbeat("cart"))
                        && event.total > 0
                        && isIn(event.bucket, 10, from, to)) {
                    buckets.add(event.bucket);
                }
            }
            return buckets.size();
        }

        /** Buckets that are not empty. */
        private Map<Long, WindowSum> counted(Predicate<Event> which) {
            Map<Map.Entry<SeriesKey, Long>, WindowSum> sums = new LinkedHashMap<>();
            for (Event event : events) {
                if (which.test(event)) {
                    long grid = grid(event.bucket);
                    sums.merge(
                            Map.entry(event.key, Math.floorDiv(event.bucket, grid) * grid),
                            new WindowSum(
                                    event.good,
                                    event.total,
                                    event.goodThousandths,
                                    event.totalThousandths),
                            WindowSum::plus);
                }
            }
            Map<Long, WindowSum> counted = new LinkedHashMap<>();
            sums.forEach(
                    (place, sum) -> {
                        if (!sum.equals(WindowSum.EMPTY)) {
                            counted.put(place.getValue(), sum);
                        }
                    });
            return counted;
        }

        /** The window's edges are rounded down to the grid. */
        private static boolean isIn(long bucket, long grid, long from, long to) {
            long start = Math.floorDiv(bucket, grid) * grid;
            return start >= Math.floorDiv(from, grid) * grid
                    && start < Math.floorDiv(to, grid) * grid;
        }

        private long grid(long bucket) {
            long age = ageOfHour(bucket);
            if (age < Duration.ofHours(48).toSeconds()) {
                return 10;
            }
            if (age < Duration.ofDays(14).toSeconds()) {
                return 60;
            }
            return age < Duration.ofDays(90).toSeconds() ? 300 : 900;
        }

        private long ageOfHour(long bucket) {
            return now - Math.floorDiv(bucket, HOUR) * HOUR - HOUR;
        }
    }
}
