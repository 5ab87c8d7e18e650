package io.sluice.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.StoredBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/** What every store must do. */
public abstract class StoreContract {
    private static final byte[] BYTES = {1, 2, 3};
    private static final SeriesKey SERIES = new SeriesKey("m", "g");

    protected Store store;

    /** A new, empty store. */
    protected abstract Store open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void newStore_isEmpty() {
        assertThat(store.appliedOffset()).isZero();
        assertThat(store.meta("x")).isEmpty();
        assertThat(blocks(Long.MIN_VALUE, Long.MAX_VALUE)).isEmpty();
        assertThat(counters()).isEmpty();
        assertThat(store.alerts()).isEmpty();
        assertThat(store.dueNotifications(Long.MAX_VALUE, 10)).isEmpty();
        assertThat(store.nextNotificationAtMillis()).isEmpty();
        assertThat(store.runs("c")).isEmpty();
        assertThat(store.decision("ev_00000001")).isEmpty();
    }

    @Test
    void workThatThrows_changesNothing() {
        store.commit(tx -> tx.putMeta("name", "old"));
        IllegalStateException failure = new IllegalStateException("on purpose");

        assertThatThrownBy(
                        () ->
                                store.commit(
                                        tx -> {
                                            tx.putAppliedOffset(7);
                                            tx.putMeta("name", "new");
                                            tx.putBlock(new StoredBlock(SERIES, 3600, BYTES, null));
                                            tx.putCounter(new StoredCounter("s", BYTES, 1));
                                            tx.addNotification("t", "k", "b", 1);
                                            tx.addStratum(stratum("errors", 10, "/a"));
                                            tx.addDecision("c", 1, 0, 5, "GO", "{}", "00");
                                            throw failure;
                                        }))
                .isSameAs(failure);

        assertThat(store.appliedOffset()).isZero();
        assertThat(store.meta("name")).hasValue("old");
        assertThat(blocks(0, 7200)).isEmpty();
        assertThat(counters()).isEmpty();
        assertThat(store.nextNotificationAtMillis()).isEmpty();
        assertThat(store.strata("c", 1)).isEmpty();
        assertThat(store.decisions("c", 10)).isEmpty();

        // What the failed transaction had begun may be done again.
        store.commit(
                tx -> {
                    tx.putBlock(new StoredBlock(SERIES, 3600, BYTES, null));
                    tx.addStratum(stratum("errors", 10, "/a"));
                    assertThat(tx.addDecision("c", 1, 0, 5, "GO", "{}", "00"))
                            .isEqualTo("ev_00000001");
                });
        assertThat(blocks(0, 7200)).hasSize(1);
    }

    @Test
    void put_replacesWhatHasTheSameKey() {
        for (long n = 1; n <= 2; n++) {
            long nth = n;
            store.commit(
                    tx -> {
                        tx.putAppliedOffset(nth);
                        tx.putMeta("name", "value-" + nth);
                        tx.putCounter(new StoredCounter("s", new byte[] {(byte) nth}, nth));
                        tx.putAlert(new StoredAlert("a", "{" + nth + "}"));
                        tx.putIncident(new StoredIncident("i", nth, "{" + nth + "}"));
                        tx.putRun(new StoredRun("c", 1, "r", "me", 5, nth, "d"));
                        tx.putStep(new StoredStep("c", 1, 0, 0.01 * nth, 5));
                        tx.putDeployment(new StoredDeployment("s", "v", 5, nth));
                    });
        }

        assertThat(store.appliedOffset()).isEqualTo(2);
        assertThat(store.meta("name")).hasValue("value-2");
        assertThat(counters())
                .singleElement()
                .satisfies(
                        counter -> {
                            assertThat(counter.state()).containsExactly(2);
                            assertThat(counter.seenAtEpochSecond()).isEqualTo(2);
                        });
        assertThat(store.alerts()).containsExactly(new StoredAlert("a", "{2}"));
        assertThat(store.incidents(0, 10)).containsExactly(new StoredIncident("i", 2, "{2}"));
        assertThat(store.runs("c")).containsExactly(new StoredRun("c", 1, "r", "me", 5, 2, "d"));
        assertThat(store.steps("c", 1)).containsExactly(new StoredStep("c", 1, 0, 0.02, 5));
        assertThat(store.deployments(0, 10)).containsExactly(new StoredDeployment("s", "v", 5, 2));
    }

    @Test
    void blocks_areThoseWhoseHourIsInTheRange() {
        SeriesKey other = new SeriesKey("m", "");
        store.commit(
                tx -> {
                    for (long hour = 0; hour < 5; hour++) {
                        tx.putBlock(
                                new StoredBlock(
                                        SERIES, hour * 3600, new byte[] {(byte) hour}, null));
                        tx.putBlock(new StoredBlock(other, hour * 3600, BYTES, new byte[] {9}));
                    }
                });
        store.commit(
                tx ->
                        tx.putBlock(
                                new StoredBlock(SERIES, 3600, new byte[] {100}, new byte[] {101})));

        List<StoredBlock> blocks = blocks(3600, 3 * 3600);

        assertThat(blocks).hasSize(4);
        assertThat(blocks)
                .filteredOn(block -> block.series().equals(SERIES) && block.hour() == 3600)
                .singleElement()
                .satisfies(
                        block -> {
                            assertThat(block.counts()).containsExactly(100);
                            assertThat(block.sketches()).containsExactly(101);
                        });
        assertThat(blocks)
                .filteredOn(block -> block.series().equals(SERIES) && block.hour() == 7200)
                .singleElement()
                .satisfies(block -> assertThat(block.sketches()).isNull());
    }

    @Test
    void incidents_areThoseThatBeganInTheRange_oldestFirst() {
        store.commit(
                tx -> {
                    tx.putIncident(new StoredIncident("late", 30, "{}"));
                    tx.putIncident(new StoredIncident("early", 10, "{}"));
                    tx.putIncident(new StoredIncident("middle", 20, "{}"));
                });

        assertThat(store.incidents(10, 30))
                .extracting(StoredIncident::id)
                .containsExactly("early", "middle");
        assertThat(store.incidents(Long.MIN_VALUE, Long.MAX_VALUE)).hasSize(3);
        assertThat(store.incident("middle")).hasValue(new StoredIncident("middle", 20, "{}"));
        assertThat(store.incident("never was")).isEmpty();

        store.commit(tx -> tx.removeIncident("middle"));
        store.commit(tx -> tx.removeIncident("never was"));
        assertThat(store.incidents(Long.MIN_VALUE, Long.MAX_VALUE))
                .extracting(StoredIncident::id)
                .containsExactly("early", "late");
    }

    @Test
    void expiry_removesWhatIsOlderAndNothingElse() {
        store.commit(
                tx -> {
                    tx.putBlock(new StoredBlock(SERIES, 3600, BYTES, null));
                    tx.putBlock(new StoredBlock(SERIES, 7200, BYTES, null));
                    tx.putCounter(new StoredCounter("old", BYTES, 9));
                    tx.putCounter(new StoredCounter("new", BYTES, 10));
                });

        store.commit(
                tx -> {
                    tx.expireBlocks(7200);
                    tx.expireCounters(10);
                });

        assertThat(blocks(0, Long.MAX_VALUE)).extracting(StoredBlock::hour).containsExactly(7200L);
        assertThat(counters()).extracting(StoredCounter::stream).containsExactly("new");
    }

    @Test
    void blocksOfOneMeasure_areRemovedFromAnHourOn() {
        StoredBlock other = block("another", "", 7200);
        store.commit(
                tx -> {
                    for (String group : List.of("", "/cart")) {
                        tx.putBlock(block("m", group, 3600));
                        tx.putBlock(block("m", group, 7200));
                    }
                    tx.putBlock(other);
                });

        store.commit(
                tx -> {
                    tx.removeBlocks("m", 7200);
                    tx.removeBlocks("nothing", 0);
                    tx.putBlock(block("m", "/new", 10_800));
                });

        assertThat(blocks(0, Long.MAX_VALUE))
                .extracting(block -> block.series().group() + " " + block.hour())
                .containsExactlyInAnyOrder(" 3600", "/cart 3600", "/new 10800", " 7200");
    }

    private static StoredBlock block(String measure, String group, long hour) {
        return new StoredBlock(new SeriesKey(measure, group), hour, BYTES, null);
    }

    @Test
    void blockThatBecomesCoarser_orFiner_isTheOnlyOneOfItsHour() {
        byte fine = 2;
        byte coarse = 3;
        byte[] tenSeconds = {(byte) 0xEA, 2};
        List<StoredBlock> forms =
                List.of(
                        new StoredBlock(SERIES, 7200, tenSeconds, new byte[] {fine}),
                        new StoredBlock(SERIES, 7200, tenSeconds, new byte[] {fine, 1}),
                        new StoredBlock(SERIES, 7200, tenSeconds, new byte[] {coarse}),
                        new StoredBlock(SERIES, 7200, new byte[] {62}, new byte[] {coarse}),
                        new StoredBlock(SERIES, 7200, new byte[] {14}, null),
                        new StoredBlock(SERIES, 7200, new byte[] {6}, null),
                        new StoredBlock(SERIES, 7200, tenSeconds, null));
        assertThat(forms).extracting(StoredBlock::coarseness).containsExactly(0, 0, 1, 2, 3, 4, 1);
        store.commit(tx -> tx.putBlock(new StoredBlock(SERIES, 3600, BYTES, null)));
        for (StoredBlock form : forms) {
            store.commit(tx -> tx.putBlock(form));

            assertThat(blocks(Long.MIN_VALUE, Long.MAX_VALUE)).hasSize(2);
            StoredBlock read = store.block(SERIES, 7200).orElseThrow();
            assertThat(read.counts()).isEqualTo(form.counts());
            assertThat(read.sketches()).isEqualTo(form.sketches());
            assertThat(blocks(7200, 10_800))
                    .singleElement()
                    .satisfies(one -> assertThat(one.counts()).isEqualTo(form.counts()));
        }
        store.commit(tx -> tx.expireBlocks(7201));
        assertThat(blocks(Long.MIN_VALUE, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void notifications_comeWhenDueOldestFirst() {
        store.commit(
                tx -> {
                    tx.addNotification("hook", "k1", "one", 200);
                    tx.addNotification("hook", "k2", "two", 100);
                    tx.addNotification("hook", "k3", "three", 300);
                });

        assertThat(store.nextNotificationAtMillis()).isEqualTo(OptionalLong.of(100));
        assertThat(store.dueNotifications(99, 10)).isEmpty();
        assertThat(bodies(200, 10)).containsExactly("two", "one");
        assertThat(bodies(1000, 2)).containsExactly("two", "one");

        StoredNotification two = store.dueNotifications(100, 1).getFirst();
        assertThat(two.attempts()).isZero();
        store.commit(tx -> tx.retryNotification(two.id(), 1, 250));
        assertThat(bodies(1000, 10)).containsExactly("one", "two", "three");
        assertThat(store.dueNotifications(1000, 10).get(1))
                .isEqualTo(new StoredNotification(two.id(), "hook", "k2", "two", 1, 250));

        store.commit(tx -> tx.removeNotification(two.id()));
        assertThat(bodies(1000, 10)).containsExactly("one", "three");
    }

    @Test
    void notificationIds_riseEvenAfterTheLastIsRemoved() {
        store.commit(tx -> tx.addNotification("hook", "k1", "one", 1));
        long first = store.dueNotifications(1, 1).getFirst().id();
        store.commit(
                tx -> {
                    tx.removeNotification(first);
                    tx.addNotification("hook", "k2", "two", 1);
                });

        assertThat(store.dueNotifications(1, 1).getFirst().id()).isGreaterThan(first);
    }

    @Test
    void alert_isGoneWhenRemoved() {
        store.commit(
                tx -> {
                    tx.putAlert(new StoredAlert("b", "{}"));
                    tx.putAlert(new StoredAlert("a", "{}"));
                });
        store.commit(tx -> tx.removeAlert("b"));

        assertThat(store.alerts()).containsExactly(new StoredAlert("a", "{}"));
    }

    @Test
    void runsAndSteps_comeInOrder() {
        StoredRun first = new StoredRun("c", 1, "r1", "me", 5, 9, "d1");
        StoredRun second = new StoredRun("c", 2, "r2", "me", 10, 0, "d2");
        StoredStep small = new StoredStep("c", 2, 0, 0.01, 11);
        StoredStep large = new StoredStep("c", 2, 1, 0.5, 12);
        store.commit(
                tx -> {
                    tx.putRun(second);
                    tx.putRun(first);
                    tx.putRun(new StoredRun("other", 1, "r", "me", 1, 0, "d"));
                    tx.putStep(large);
                    tx.putStep(small);
                    tx.putStep(new StoredStep("c", 1, 0, 0.01, 6));
                });

        assertThat(store.runs("c")).containsExactly(first, second);
        assertThat(store.steps("c", 2)).containsExactly(small, large);
    }

    @Test
    void stratum_isSealedOnce() {
        StoredStratum late = stratum("errors", 20, "/a");
        StoredStratum early = stratum("errors", 10, "/b");
        StoredStratum otherMetric = stratum("latency", 10, "/b");
        store.commit(
                tx -> {
                    tx.addStratum(late);
                    tx.addStratum(otherMetric);
                    tx.addStratum(early);
                });

        assertThat(store.strata("c", 1)).containsExactly(early, otherMetric, late);
        assertThatThrownBy(() -> store.commit(tx -> tx.addStratum(late)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.strata("c", 1)).hasSize(3);
    }

    @Test
    void aStratumsValues_areKept() {
        Sketch baseline = new Sketch();
        baseline.add(120, 7);
        Sketch candidate = new Sketch();
        candidate.add(0);
        candidate.add(0.25, 3);
        StoredStratum both =
                new StoredStratum(
                        "c", 1, 0, "p99", 10, "/a", new StoredStratum.Values(baseline, candidate));
        StoredStratum one =
                new StoredStratum(
                        "c",
                        1,
                        0,
                        "p99",
                        20,
                        "/a",
                        new StoredStratum.Values(baseline, new Sketch()));
        store.commit(
                tx -> {
                    tx.addStratum(both);
                    tx.addStratum(one);
                });
        assertThat(store.strata("c", 1)).containsExactly(both, one);
        assertThat(both.candidateTotal()).isEqualTo(4);
    }

    @Test
    void decisions_comeNewestFirstAndById() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int nth = i;
            store.commit(
                    tx -> {
                        ids.add(
                                tx.addDecision(
                                        "c",
                                        1,
                                        nth,
                                        100 + nth,
                                        "HOLD",
                                        "{\"n\":" + nth + "}",
                                        "ff"));
                        ids.add(tx.addDecision("other", 1, nth, 100 + nth, "GO", "{}", "00"));
                    });
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(store.decisions("c", 2)).extracting(StoredDecision::step).containsExactly(2, 1);
        assertThat(store.decision(ids.getFirst()))
                .hasValue(
                        new StoredDecision(
                                ids.getFirst(), "c", 1, 0, 100, "HOLD", "{\"n\":0}", "ff"));
        assertThat(store.decision("nonsense")).isEmpty();
    }

    @Test
    void aRunsDecisions_arePagedOldestFirst() {
        List<String> ids = new ArrayList<>();
        store.commit(
                tx -> {
                    for (int i = 0; i < 5; i++) {
                        ids.add(tx.addDecision("c", 1, i, 100, "HOLD", "{}", "ff"));
                        tx.addDecision("c", 2, i, 100, "HOLD", "{}", "ff");
                        tx.addDecision("other", 1, i, 100, "GO", "{}", "00");
                    }
                });

        assertThat(store.decisionsAfter("c", 1, "", 3))
                .extracting(StoredDecision::id)
                .isEqualTo(ids.subList(0, 3));
        assertThat(store.decisionsAfter("c", 1, ids.get(2), 3))
                .extracting(StoredDecision::id)
                .isEqualTo(ids.subList(3, 5));
        assertThat(store.decisionsAfter("c", 1, ids.get(4), 3)).isEmpty();
    }

    @Test
    void deployments_areThoseInTheRangeOldestFirst() {
        StoredDeployment early = new StoredDeployment("s", "v1", 100, 0);
        StoredDeployment late = new StoredDeployment("s", "v2", 200, 150);
        store.commit(
                tx -> {
                    tx.putDeployment(late);
                    tx.putDeployment(early);
                    tx.putDeployment(new StoredDeployment("s", "v3", 300, 0));
                });

        assertThat(store.deployments(100, 300)).containsExactly(early, late);
    }

    @Test
    void reader_seesNothingOfACommitThatIsNotFinished() throws InterruptedException {
        AtomicReference<Object> seen = new AtomicReference<>();
        Thread reader = new Thread(() -> seen.set(store.meta("name").orElse("nothing")));
        store.commit(
                tx -> {
                    tx.putMeta("name", "value");
                    reader.start();
                });
        reader.join();

        // In the commit or after it, but never something else.
        assertThat(seen.get()).isIn("nothing", "value");
        assertThat(store.meta("name")).hasValue("value");
    }

    @Test
    void oneBlock_isFoundByItsSeriesAndHour() {
        SeriesKey one = new SeriesKey("m", "a");
        StoredBlock block = new StoredBlock(one, 7200, new byte[] {1, 2}, new byte[] {3});
        StoredBlock bare = new StoredBlock(one, 3600, new byte[] {4}, null);
        store.commit(
                tx -> {
                    tx.putBlock(block);
                    tx.putBlock(bare);
                    tx.putBlock(
                            new StoredBlock(new SeriesKey("m", "b"), 7200, new byte[] {5}, null));
                });

        assertThat(store.block(one, 7200)).get().usingRecursiveComparison().isEqualTo(block);
        assertThat(store.block(one, 3600)).get().usingRecursiveComparison().isEqualTo(bare);
        assertThat(store.block(one, 10_800)).isEmpty();
        assertThat(store.block(new SeriesKey("n", "a"), 7200)).isEmpty();
    }

    @Test
    void closedStore_says() {
        store.close();

        assertThatThrownBy(() -> store.commit(tx -> {})).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.appliedOffset()).isInstanceOf(StoreException.class);
        store.close();
    }

    private static StoredStratum stratum(String metric, long start, String group) {
        return new StoredStratum("c", 1, 0, metric, start, group, 1, 100, 2, 50);
    }

    protected List<StoredBlock> blocks(long fromHour, long toHour) {
        List<StoredBlock> blocks = new ArrayList<>();
        store.blocks(fromHour, toHour, blocks::add);
        return blocks;
    }

    private List<StoredCounter> counters() {
        List<StoredCounter> counters = new ArrayList<>();
        store.counters(counters::add);
        return counters;
    }

    private List<String> bodies(long atMillis, int limit) {
        return store.dueNotifications(atMillis, limit).stream()
                .map(StoredNotification::body)
                .toList();
    }
}
