package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Windows that are asked for again and again are always what was counted, whatever came since. */
class RepeatedWindowsTest {
    private static final long T = 1_800_000_000L;
    private static final long DAY = 86_400;
    private static final long[] LENGTHS = {300, 3600, 6 * 3600, 20 * 3600, DAY, 7 * DAY};
    private static final long[] SLICES = {10, 60, 300};
    private static final SeriesKey HEARTBEAT = SeriesKey.heartbeat("cart");
    private static final List<SeriesKey> KEYS =
            List.of(
                    new SeriesKey("m", ""),
                    new SeriesKey("m", "/a"),
                    new SeriesKey("m", "/b"),
                    new SeriesKey("n", ""));

    private record Event(SeriesKey key, long bucket, long good, long total) {}

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void everyAnswerIsThatOfTheEvents(@ForAll Random random) {
        // From the second or third group on, groups are counted together, too.
        SeriesTable table =
                new SeriesTable(StoredHours.NONE, Long.MAX_VALUE, 1 + random.nextInt(2));
        Map<List<Object>, List<WindowSum>> slicesByStamp = new HashMap<>();
        List<Event> events = new ArrayList<>();
        long now = T;
        for (int step = 0; step < 120; step++) {
            switch (random.nextInt(8)) {
                case 0 -> now += random.nextInt(60);
                case 1 -> now += random.nextInt(5000);
                case 2 -> table.compact(now);
                default -> {
                    // Nothing is as old as what is kept in longer buckets.
                    long age = random.nextInt(3) > 0 ? 40 : 8 * 3600;
                    long bucket = (now - random.nextLong(age)) / 10 * 10;
                    boolean beat = random.nextInt(3) == 0;
                    SeriesKey key = beat ? HEARTBEAT : KEYS.get(random.nextInt(KEYS.size()));
                    long total = 1 + random.nextInt(9);
                    Event event = new Event(key, bucket, random.nextInt(2), total);
                    events.add(event);
                    table.add(key, bucket, event.good, total, 0, 0, null, now);
                }
            }
            for (long length : LENGTHS) {
                check(table, events, now / 10 * 10 + 10 - length, now / 10 * 10 + 10);
            }
            long hour = now / 3600 * 3600 - 3600 * random.nextLong(9);
            List<WindowSum> slices = table.slices("m", hour, hour + 7200, 60);
            assertThat(
                            slicesByStamp.computeIfAbsent(
                                    List.of(hour, table.changes("m", hour, hour + 7200)),
                                    _ -> slices))
                    .isEqualTo(slices);
        }
    }

    private static void check(SeriesTable table, List<Event> events, long from, long to) {
        for (String measure : List.of("m", "n")) {
            WindowSum sum = table.sum(measure, from, to);
            assertThat(sum.total()).isEqualTo(total(events, measure, from, to));
            for (long slice : SLICES) {
                long begin = Math.floorDiv(from, slice) * slice;
                long end = Math.ceilDiv(to, slice) * slice;
                assertThat(table.activeSlices(measure, begin, end, slice))
                        .isEqualTo(active(events, measure, begin, end, slice));
            }
        }
        assertThat(table.sum(HEARTBEAT, from, to).total())
                .isEqualTo(total(events, HEARTBEAT.measure(), from, to));
        assertThat(table.measuredBuckets("cart", from, to))
                .isEqualTo(
                        events.stream()
                                .filter(event -> event.key.equals(HEARTBEAT))
                                .mapToLong(Event::bucket)
                                .filter(bucket -> bucket >= from && bucket < to)
                                .distinct()
                                .count());
    }

    private static long active(List<Event> events, String measure, long from, long to, long slice) {
        return events.stream()
                .filter(event -> event.key.measure().equals(measure))
                .filter(event -> event.bucket >= from && event.bucket < to)
                .mapToLong(event -> event.bucket / slice)
                .distinct()
                .count();
    }

    private static long total(List<Event> events, String measure, long from, long to) {
        return events.stream()
                .filter(event -> event.key.measure().equals(measure))
                .filter(event -> event.bucket >= from && event.bucket < to)
                .mapToLong(Event::total)
                .sum();
    }
}
