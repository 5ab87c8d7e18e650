package io.sluice.engine.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.measure.Extract.Observation;
import io.sluice.engine.measure.Increase;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.InMemoryStore;
import io.sluice.engine.store.StoredCounter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rules of cumulative streams; names begin with their line of OTLP's checklist. */
class CountersTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Identity STREAM = new Identity(1, 1);
    private static final Identity OTHER = new Identity(2, 2);
    private static final Identity MEASURE = new Identity(0, 0);
    private static final Identity TARGET = new Identity(9, 9);

    /** Long before everything. */
    private static final long DAY = 20_000L * 86_400;

    private final Counters counters = new Counters();

    /** Total of the increase, or -1 for none. */
    private long observe(Identity stream, long startSecond, long second, long value) {
        return observe(counters, stream, null, startSecond, second, value, 0);
    }

    private long scrape(Identity stream, long second, long value) {
        return observe(counters, stream, TARGET, -DAY, second, value, 0);
    }

    private void heard(long second) {
        counters.heard(TARGET, (DAY + second) * SECOND, DAY + second);
    }

    private static long observe(
            Counters counters,
            Identity stream,
            @Nullable Identity target,
            long startSecond,
            long second,
            long value,
            long knownSince) {
        Increase increase =
                counters.observe(
                        MEASURE,
                        point(stream, (DAY + startSecond) * SECOND, (DAY + second) * SECOND, value),
                        target,
                        (DAY + knownSince) * SECOND,
                        DAY + second);
        return increase == null ? -1 : increase.total();
    }

    private static Observation point(Identity stream, long startNanos, long timeNanos, long value) {
        return new Observation(0, stream, "", startNanos, timeNanos, 0, 1000 * value, false, null);
    }

    @Test
    void firstPointWithUnknownStart_isABaseline() {
        assertThat(scrape(STREAM, 100, 500)).isEqualTo(-1);
        assertThat(scrape(STREAM, 115, 507)).isEqualTo(7);
        assertThat(counters.counts().baselines()).isEqualTo(1);
    }

    @Test
    void M9_firstPointWhoseStartIsItsTime_isABaseline() {
        assertThat(observe(STREAM, 100, 100, 500)).isEqualTo(-1);
        assertThat(observe(STREAM, 100, 110, 503)).isEqualTo(3);
    }

    @Test
    void streamThatBeganAfterWeKnewItsMeasure_countsWhole() {
        assertThat(observe(STREAM, 50, 1000, 12)).isEqualTo(12);
    }

    @Test
    void streamThatBeganBeforeWeKnewItsMeasure_isABaseline() {
        assertThat(observe(counters, STREAM, null, 50, 1000, 12, 60)).isEqualTo(-1);
        assertThat(observe(counters, STREAM, null, 50, 1010, 15, 60)).isEqualTo(3);
    }

    @Test
    void streamThatHasJustBegun_countsWholeWhoeverSendsIt() {
        assertThat(observe(counters, STREAM, null, 50, 110, 12, 100)).isEqualTo(12);
        assertThat(observe(counters, OTHER, null, 49, 110, 12, 100)).isEqualTo(-1);
    }

    @Test
    void newSeriesOfAScrapedTarget_countsItsFirstIncrease() {
        heard(100);
        scrape(STREAM, 100, 500);
        heard(115);
        assertThat(scrape(STREAM, 115, 510)).isEqualTo(10);
        assertThat(scrape(OTHER, 115, 3)).isEqualTo(3);
    }

    @Test
    void newSeriesOfAProcessThatWasHeardBefore_countsOnlySinceThen() {
        observe(counters, STREAM, null, 50, 1000, 500, 900);
        Increase increase =
                counters.observe(
                        MEASURE,
                        point(OTHER, (DAY + 50) * SECOND, (DAY + 1010) * SECOND, 3),
                        null,
                        (DAY + 900) * SECOND,
                        DAY + 1010);

        assertThat(increase).isNotNull();
        assertThat(increase.total()).isEqualTo(3);
        assertThat(increase.fromNanos()).isEqualTo((DAY + 1000) * SECOND);
    }

    @Test
    void aSumOfStreamsThatFalls_countsNothing_andGoesOnFromThere() {
        assertThat(sum(100, 1000)).isEqualTo(-1);
        assertThat(sum(110, 1010)).isEqualTo(10);
        assertThat(sum(120, 700)).isEqualTo(-1);
        assertThat(sum(130, 705)).isEqualTo(5);
        assertThat(sum(130, 706)).isEqualTo(-1);
        assertThat(sum(120, 2000)).isEqualTo(-1);
        assertThat(sum(140, 2000)).isEqualTo(1295);
        assertThat(counters.counts().suspectResets()).isEqualTo(1);
        assertThat(counters.counts().outOfOrder()).isEqualTo(2);
    }

    private long sum(long second, long value) {
        Increase increase =
                counters.observe(
                        MEASURE,
                        point(STREAM, Observation.REBASES, (DAY + second) * SECOND, value),
                        null,
                        0,
                        DAY + second);
        return increase == null ? -1 : increase.total();
    }

    @Test
    void requestsOfOneCollection_doNotVouchForEachOther() {
        observe(counters, STREAM, null, 50, 1000, 500, 900);

        assertThat(observe(counters, OTHER, null, 50, 1000, 70, 900)).isEqualTo(-1);
    }

    @Test
    void M10_laterStart_isAReset_andTheValueCountsFromIt() {
        observe(STREAM, 0, 100, 40);

        Increase increase =
                counters.observe(
                        MEASURE,
                        point(STREAM, (DAY + 105) * SECOND, (DAY + 110) * SECOND, 6),
                        null,
                        0,
                        DAY + 110);

        assertThat(increase).isNotNull();
        assertThat(increase.total()).isEqualTo(6);
        assertThat(increase.fromNanos()).isEqualTo((DAY + 105) * SECOND);
        assertThat(counters.counts().resets()).isEqualTo(1);
    }

    @Test
    void M11_valueThatFallsWithTheSameStart_isSuspectAndCountsNothing() {
        observe(STREAM, 0, 100, 40);

        assertThat(observe(STREAM, 0, 110, 30)).isEqualTo(-1);
        assertThat(observe(STREAM, 0, 120, 35)).isEqualTo(5);
        assertThat(counters.counts().suspectResets()).isEqualTo(1);
    }

    @Test
    void M15_twoWritersThatTakeTurns_areCountedByWhatEachCounts_andReported() {
        observe(STREAM, 0, 100, 1_000);

        assertThat(observe(STREAM, 0, 105, 10)).isEqualTo(-1);
        assertThat(observe(STREAM, 0, 110, 1_004)).isEqualTo(4);
        assertThat(observe(STREAM, 0, 115, 12)).isEqualTo(2);
        assertThat(observe(STREAM, 0, 120, 1_005)).isEqualTo(1);
        assertThat(observe(STREAM, 0, 125, 15)).isEqualTo(3);
        assertThat(counters.counts().suspectResets()).isEqualTo(1);
    }

    private static Observation distribution(long second, Sketch sketch) {
        return new Observation(
                0,
                STREAM,
                "",
                DAY * SECOND,
                (DAY + second) * SECOND,
                0,
                1000 * sketch.count(),
                false,
                sketch);
    }

    private static Sketch values(double... values) {
        Sketch sketch = new Sketch();
        Arrays.stream(values).forEach(sketch::add);
        return sketch;
    }

    private Increase observe(Observation point) {
        return counters.observe(MEASURE, point, null, DAY * SECOND, point.timeNanos() / SECOND);
    }

    @Test
    void M19_sketchesGrowByTheirDifference_atTheCoarserScale() {
        observe(distribution(100, values(1, 2)));
        Sketch coarser = values(1, 2, 3, 3);
        coarser.addBucket(2, 0, 1); // (1, 2^(1/4)] at scale 2

        Increase increase = observe(distribution(110, coarser));
        assertThat(increase.total()).isEqualTo(3);
        assertThat(increase.sketch()).isNotNull();
        assertThat(increase.sketch().scale()).isEqualTo(2);
        assertThat(increase.sketch().count()).isEqualTo(3);

        // A scale that rises says nothing new: what was joined stays joined.
        Sketch finer = values(1.1, 1, 2, 3, 3, 7);
        Increase next = observe(distribution(120, finer));
        assertThat(next.total()).isEqualTo(1);
        assertThat(next.sketch()).isNotNull();
        assertThat(next.sketch().count()).isEqualTo(1);
    }

    @Test
    void bucketsThatFall_leaveTheCountsAndNoSketch() {
        observe(distribution(100, values(1, 2)));

        Increase increase = observe(distribution(110, values(1, 5, 5)));
        assertThat(increase.total()).isEqualTo(1);
        assertThat(increase.sketch()).isNull();
    }

    @Test
    void valueThatFallsWithoutAStart_isAReset() {
        scrape(STREAM, 100, 40);

        assertThat(scrape(STREAM, 115, 4)).isEqualTo(4);
        assertThat(counters.counts().resets()).isEqualTo(1);
    }

    @Test
    void M12_M13_pointOutOfOrderOrRepeated_hasNoEffect() {
        observe(STREAM, 0, 100, 40);
        observe(STREAM, 0, 110, 50);

        assertThat(observe(STREAM, 0, 110, 50)).isEqualTo(-1);
        assertThat(observe(STREAM, 0, 105, 45)).isEqualTo(-1);
        assertThat(observe(STREAM, 0, 120, 51)).isEqualTo(1);
        assertThat(counters.counts().outOfOrder()).isEqualTo(2);
    }

    @Test
    void staleMark_countsNothingAndForgetsNothing() {
        observe(STREAM, 0, 100, 40);
        Observation mark =
                new Observation(
                        0, STREAM, "", DAY * SECOND, (DAY + 110) * SECOND, 0, 0, true, null);

        assertThat(counters.observe(MEASURE, mark, null, 0, DAY + 110)).isNull();
        assertThat(observe(STREAM, 0, 120, 42)).isEqualTo(2);
    }

    @Test
    void streamThatWasSilentForTooLong_comesBackAsABaseline() {
        long later = 100 + Counters.MEMORY.toSeconds() + 1;
        scrape(STREAM, 100, 40);
        observe(OTHER, 0, 100, 40);

        assertThat(scrape(STREAM, later, 90)).isEqualTo(-1);
        assertThat(observe(OTHER, 0, later, 90)).isEqualTo(-1);
        assertThat(scrape(STREAM, later + 15, 91)).isEqualTo(1);
    }

    @Property
    void anyPathOfPoints_countsExactlyWhatTheSenderCounted(
            @ForAll @Size(max = 60) List<@IntRange(max = 50) Integer> increases,
            @ForAll @Size(max = 60) List<@IntRange(max = 9) Integer> events) {
        // 0: our restart, 1: the sender's restart, 2: the point is sent twice; else nothing.
        Counters current = new Counters();
        long counted = 0;
        long sent = 0;
        long value = 0;
        long start = 1;
        long second = 1;
        for (int i = 0; i < increases.size(); i++) {
            second += 10;
            int event = i < events.size() ? events.get(i) : 9;
            if (event == 0) {
                current = reopened(current);
            } else if (event == 1) {
                value = 0;
                start = second - 5;
            }
            value += increases.get(i);
            sent += increases.get(i);
            counted += Math.max(0, observe(current, STREAM, null, start, second, value, 0));
            if (event == 2) {
                counted += Math.max(0, observe(current, STREAM, null, start, second, value, 0));
            }
        }

        assertThat(counted).isEqualTo(sent);
    }

    private static Counters reopened(Counters counters) {
        try (InMemoryStore store = new InMemoryStore()) {
            store.commit(counters::checkpoint);
            Counters next = new Counters();
            store.counters(next::restore);
            return next;
        }
    }

    @Test
    void M20_ourOwnRestartBetweenTwoPoints_changesNothing() {
        observe(STREAM, 0, 100, 1_000);
        observe(STREAM, 0, 105, 10);
        Observation before =
                new Observation(
                        0,
                        OTHER,
                        "",
                        DAY * SECOND,
                        (DAY + 100) * SECOND,
                        0,
                        2_000,
                        false,
                        values(1, 2));
        Observation after =
                new Observation(
                        0,
                        OTHER,
                        "",
                        DAY * SECOND,
                        (DAY + 110) * SECOND,
                        0,
                        3_000,
                        false,
                        values(1, 2, 7));
        observe(before);
        Counters restarted = new Counters();
        try (InMemoryStore store = new InMemoryStore()) {
            store.commit(counters::checkpoint);
            store.counters(restarted::restore);
        }

        assertThat(observe(restarted, STREAM, null, 0, 110, 1_004, 0)).isEqualTo(4);
        assertThat(observe(restarted, STREAM, null, 0, 115, 12, 0)).isEqualTo(2);
        Increase increase =
                restarted.observe(MEASURE, after, null, DAY * SECOND, after.timeNanos() / SECOND);
        assertThat(increase).isNotNull();
        assertThat(increase.total()).isEqualTo(1);
        assertThat(increase.sketch()).isEqualTo(values(7));
    }

    @Test
    void checkpointWritesWhatChangedSinceTheLastOne() {
        try (InMemoryStore store = new InMemoryStore()) {
            scrape(STREAM, 100, 40);
            scrape(OTHER, 100, 40);
            store.commit(counters::checkpoint);
            counters.checkpointed();
            scrape(OTHER, 115, 41);
            Map<String, Long> before = seen(store);
            store.commit(counters::checkpoint);

            // Each lies on a shelf of its own.
            assertThat(before.values()).containsExactly(DAY + 100, DAY + 100);
            assertThat(seen(store).values()).containsExactlyInAnyOrder(DAY + 100, DAY + 115);
        }
    }

    private static Map<String, Long> seen(InMemoryStore store) {
        Map<String, Long> seen = new TreeMap<>();
        store.counters(counter -> seen.put(counter.stream(), counter.seenAtEpochSecond()));
        return seen;
    }

    @Property(tries = 200)
    void whatIsStoredIsTheSameAfterARestart(
            @ForAll @Size(max = 200) List<@IntRange(max = 60) Integer> streams,
            @ForAll @Size(max = 200) List<@LongRange(min = 0, max = 1L << 53) Long> values) {
        for (int i = 0; i < Math.min(streams.size(), values.size()); i++) {
            int stream = streams.get(i);
            Sketch sketch = stream % 3 == 0 ? values(1 + stream, 1 + i) : null;
            counters.observe(
                    MEASURE,
                    new Observation(
                            0,
                            new Identity(stream % 7, stream),
                            "",
                            stream % 2 == 0 ? 0 : (DAY + stream) * SECOND + stream,
                            (DAY + 100 + i) * SECOND,
                            values.get(i) / 2,
                            values.get(i),
                            false,
                            sketch),
                    null,
                    0,
                    DAY + 100 + i);
        }
        try (InMemoryStore store = new InMemoryStore();
                InMemoryStore again = new InMemoryStore()) {
            store.commit(counters::checkpoint);
            Counters restarted = new Counters();
            store.counters(restarted::restore);
            assertThat(restarted.size()).isEqualTo(counters.size());

            // All of it is stored again, so that there is something to compare.
            Counters other = new Counters();
            other.adopt(restarted);
            again.commit(other::checkpoint);
            assertThat(states(again)).isEqualTo(states(store));
        }
    }

    private static Map<String, String> states(InMemoryStore store) {
        Map<String, String> states = new TreeMap<>();
        store.counters(
                counter ->
                        states.put(
                                counter.stream(),
                                counter.seenAtEpochSecond()
                                        + " "
                                        + HexFormat.of().formatHex(counter.state())));
        return states;
    }

    @Test
    void whatAnEarlierVersionHasStoredGoesOn_untilItIsStoredAnew() {
        StoredCounter earlier =
                new StoredCounter(
                        "00000000000000010000000000000001",
                        ByteBuffer.allocate(33)
                                .put((byte) 1)
                                .putLong(0)
                                .putLong((DAY + 100) * SECOND)
                                .putLong(0)
                                .putLong(40_000)
                                .array(),
                        DAY + 100);
        counters.restore(earlier);
        assertThat(
                        counters.observe(
                                MEASURE,
                                point(STREAM, 0, (DAY + 110) * SECOND, 42),
                                null,
                                0,
                                DAY + 110))
                .extracting(Increase::total)
                .isEqualTo(2L);

        try (InMemoryStore store = new InMemoryStore()) {
            store.commit(counters::checkpoint);
            for (boolean earlierFirst : new boolean[] {true, false}) {
                Counters restarted = new Counters();
                if (earlierFirst) {
                    restarted.restore(earlier);
                }
                store.counters(restarted::restore);
                restarted.restore(earlier);
                assertThat(
                                restarted.observe(
                                        MEASURE,
                                        point(STREAM, 0, (DAY + 120) * SECOND, 45),
                                        null,
                                        0,
                                        DAY + 120))
                        .extracting(Increase::total)
                        .isEqualTo(3L);
            }
        }
    }

    @Test
    void whatIsForgottenIsGoneFromWhereItWasStored() {
        long later = 100 + Counters.MEMORY.toSeconds() + 1;
        for (int stream = 0; stream < 500; stream++) {
            observe(new Identity(7, stream), 0, stream < 250 ? 100 : later, 40);
        }
        try (InMemoryStore store = new InMemoryStore()) {
            store.commit(counters::checkpoint);
            counters.checkpointed();
            counters.expire(DAY + later);
            store.commit(counters::checkpoint);
            Counters restarted = new Counters();
            store.counters(restarted::restore);

            assertThat(counters.size()).isEqualTo(250);
            assertThat(restarted.size()).isEqualTo(250);
        }
    }
}
