package io.sluice.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.series.Sketch;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class IncreaseTest {
    private static final long SECOND = 1_000_000_000L;

    private static Map<Long, long[]> share(Increase increase) {
        Map<Long, long[]> shares = new TreeMap<>();
        increase.shareOut(
                (bucket, good, total, goodThousandths, totalThousandths, _) ->
                        shares.put(
                                bucket,
                                new long[] {good, total, goodThousandths, totalThousandths}));
        return shares;
    }

    @Test
    void shortInterval_goesToTheBucketItEndsIn() {
        Map<Long, long[]> shares =
                share(new Increase(95 * SECOND, 105 * SECOND, 7, 9, 7000, 9000, null));

        assertThat(shares).containsOnlyKeys(100L);
        assertThat(shares.get(100L)).containsExactly(7, 9, 7000, 9000);
    }

    @Test
    void intervalThatEndsOnABucketsEdge_staysBeforeIt() {
        assertThat(share(new Increase(90 * SECOND, 100 * SECOND, 1, 1, 1000, 1000, null)))
                .containsOnlyKeys(90L);
    }

    @Test
    void longInterval_isSharedOutByTimeInWholeNumbers() {
        Map<Long, long[]> shares =
                share(new Increase(95 * SECOND, 120 * SECOND, 7, 7, 7000, 7000, null));

        // Quotas 1.4, 2.8 and 2.8: the two larger remainders get the rest.
        assertThat(shares.get(90L)[1]).isEqualTo(1);
        assertThat(shares.get(100L)[1]).isEqualTo(3);
        assertThat(shares.get(110L)[1]).isEqualTo(3);
    }

    @Test
    void valuesBelongToTheBucketThatTheIntervalEndsIn_evenIfNoEventIsSharedOutToIt() {
        Sketch sketch = new Sketch();
        sketch.add(1);
        Map<Long, Sketch> sketches = new TreeMap<>();
        new Increase(90 * SECOND, 111 * SECOND, 1, 1, 1000, 1000, sketch)
                .shareOut(
                        (bucket, _, _, _, _, values) -> {
                            if (values != null) {
                                sketches.put(bucket, values);
                            }
                        });

        assertThat(sketches).isEqualTo(Map.of(110L, sketch));
    }

    @Property
    void sharesSumUpAndStayWithinOneOfTheirQuota(
            @ForAll @LongRange(min = -1_000_000_000_000L, max = 1_000_000_000_000L) long amount,
            @ForAll @Size(min = 1, max = 50) List<@IntRange(max = 10_000) Integer> weights) {
        long[] w = weights.stream().mapToLong(Integer::longValue).toArray();
        w[0]++;
        long[] shares = Increase.shares(amount, w);
        double sum = Arrays.stream(w).sum();

        assertThat(Arrays.stream(shares).sum()).isEqualTo(amount);
        for (int i = 0; i < w.length; i++) {
            assertThat(Math.abs(shares[i] - amount * (w[i] / sum))).isLessThan(1.001);
        }
    }

    @Property
    void noBucketGetsMoreGoodThanTotal_andNothingGetsLost(
            @ForAll @LongRange(max = 100_000_000_000L) long from,
            @ForAll @LongRange(min = 1, max = 500_000_000_000L) long length,
            @ForAll @LongRange(max = 5_000) long good,
            @ForAll @LongRange(max = 50) long bad,
            @ForAll @LongRange(max = 999) long rest) {
        Increase increase =
                new Increase(
                        from,
                        from + length,
                        good,
                        good + bad,
                        1000 * good,
                        1000 * (good + bad) + rest,
                        null);
        long[] sum = new long[4];
        share(increase)
                .forEach(
                        (bucket, share) -> {
                            assertThat(share[0]).isBetween(0L, share[1]);
                            assertThat(share[2]).isBetween(0L, share[3]);
                            assertThat(bucket * SECOND).isLessThan(from + length);
                            assertThat((bucket + 10) * SECOND).isGreaterThan(from);
                            for (int i = 0; i < 4; i++) {
                                sum[i] += share[i];
                            }
                        });

        assertThat(sum).containsExactly(good, good + bad, 1000 * good, 1000 * (good + bad) + rest);
    }
}
