package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

final class AdditionsTest {
    private static final int BUCKETS = Resolution.TEN_SECONDS.bucketsPerHour();
    private static final Additions NONE = new Additions(new byte[0]);

    @Test
    void ofNothing_nothingIsAdded() {
        assertThat(NONE.areMany()).isFalse();
        Tally sum = new Tally();
        NONE.sum(0, BUCKETS, sum);
        assertThat(sum.toSum()).isEqualTo(WindowSum.EMPTY);
    }

    @Test
    void afterSomeDozens_columnsAreQuicker() {
        Additions additions = NONE;
        int added = 0;
        while (!additions.areMany()) {
            additions = additions.plus(BUCKETS - 1, 1, 1, 0, 0);
            added++;
        }
        assertThat(added).isBetween(12, 24);
    }

    /** Of which an hour never has so many, but they would be right. */
    @Property(tries = 200)
    void addUpAsColumnsDo(@ForAll long seed, @ForAll @IntRange(max = 40) int events) {
        Random random = new Random(seed);
        Counts expected = new Counts(BUCKETS);
        Additions additions = NONE;
        for (int i = 0; i < events; i++) {
            int bucket = random.nextInt(BUCKETS);
            long good = number(random);
            long total = random.nextBoolean() ? good : number(random);
            long goodExtra = random.nextBoolean() ? 0 : number(random);
            long totalExtra = random.nextBoolean() ? 0 : number(random);
            expected.add(bucket, good, total, goodExtra, totalExtra);
            additions = additions.plus(bucket, good, total, goodExtra, totalExtra);
        }
        Counts counts = new Counts(BUCKETS);
        additions.addTo(counts);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            assertThat(sum(counts, bucket, bucket + 1))
                    .isEqualTo(sum(expected, bucket, bucket + 1));
        }
        int from = random.nextInt(BUCKETS);
        int to = from + random.nextInt(BUCKETS - from + 1);
        Tally part = new Tally();
        additions.sum(from, to, part);
        assertThat(part.toSum()).isEqualTo(sum(expected, from, to));
    }

    /** Mostly small, of either sign, and sometimes of any size. */
    private static long number(Random random) {
        return random.nextLong() >> random.nextInt(Long.SIZE);
    }

    private static WindowSum sum(Counts counts, int from, int to) {
        Tally sum = new Tally();
        counts.sum(from, to, sum);
        return sum.toSum();
    }

    /** Whatever was packed or opened in between, an hour says what columns say. */
    @Property(tries = 200)
    void anHourIsTheSame_packedOrNot(@ForAll long seed, @ForAll @IntRange(max = 60) int steps) {
        Random random = new Random(seed);
        Counts expected = new Counts(BUCKETS);
        Hour hour = new Hour(new SeriesKey("m", ""), 0, Resolution.TEN_SECONDS);
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(12)) {
                case 0 -> hour.toBlock();
                case 1, 2 -> hour.close();
                default -> {
                    int second = 10 * random.nextInt(BUCKETS);
                    long good = random.nextInt(3);
                    long extra = random.nextInt(2);
                    hour.add(second, good, good + 1, extra, 2 * extra);
                    expected.add(second / 10, good, good + 1, extra, 2 * extra);
                }
            }
            int from = random.nextInt(BUCKETS);
            int to = from + random.nextInt(BUCKETS - from + 1);
            Tally part = new Tally();
            hour.sum(10 * from, 10 * to, part);
            assertThat(part.toSum()).isEqualTo(sum(expected, from, to));
            boolean[] active = new boolean[BUCKETS];
            hour.forEachActive((begin, end) -> Arrays.fill(active, begin, end, true));
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                assertThat(active[bucket]).isEqualTo(expected.hasEvents(bucket));
            }
        }
        Hour whole = new Hour(new SeriesKey("m", ""), 0, Resolution.TEN_SECONDS);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            assertThat(sum(hour.counts(), bucket, bucket + 1))
                    .isEqualTo(sum(expected, bucket, bucket + 1));
            if (!expected.isEmpty(bucket)) {
                WindowSum sum = sum(expected, bucket, bucket + 1);
                whole.add(
                        10 * bucket,
                        sum.good(),
                        sum.total(),
                        sum.goodThousandths() - 1000 * sum.good(),
                        sum.totalThousandths() - 1000 * sum.total());
            }
        }
        assertThat(hour.toBlock().counts()).isEqualTo(whole.toBlock().counts());
    }
}
