package io.sluice.engine.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.TestRequests.Content;
import io.sluice.engine.TestRequests.Point;
import io.sluice.engine.TestRequests.Spans;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.measure.MeasurePlan;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What comes in force late counts what was there before it, once. */
class RetroactiveTest {
    private static final long T = 1_800_000_000L;
    private static final long NANOS = 1_000_000_000L;

    private final FoldHarness h = new FoldHarness();
    private final DefinitionSet cart = h.definitions.set("cart", slo("cart"));
    private final DefinitionSet both = h.definitions.set("both", slo("cart"), slo("auth"));
    private final DefinitionSet monolith =
            h.definitions.set(
                    "monolith",
                    slo("cart"),
                    TestDefinitions.slo(
                            "monolith",
                            BudgetingMethod.OCCURRENCES,
                            TestDefinitions.counter("monolith", "shop_requests_total"),
                            TestDefinitions.rolling(28)));

    private static Slo slo(String name) {
        return TestDefinitions.slo(name, "0.99", TestDefinitions.rolling(28));
    }

    private LogEntry auth(long second, long good) {
        return h.requests.spans(
                second, null, new Spans("auth", "/login", second / 10 * 10, good, 1));
    }

    private LogEntry scrape(long second, long value) {
        return h.requests.points(
                second,
                Map.of(LogEntry.TARGET, "monolith:9180"),
                new Point("monolith", 1, false, 0, second * NANOS, value));
    }

    private long since(String slo) {
        return h.fold.countedSince(h.fold.plan().forObjective(slo, 0).id());
    }

    @Test
    void newMeasure_countsTheWholeLog() {
        h.putInForce(cart, T);
        h.take(auth(T + 5, 10));
        h.putInForce(both, T + 10);
        h.take(auth(T + 15, 20));
        assertThat(h.counted("auth").total()).isEqualTo(21);
        assertThat(since("auth")).isEqualTo(T + 10);

        h.countRetroactively();

        assertThat(h.counted("auth").total()).isEqualTo(32);
        assertThat(since("auth")).isEqualTo(T);
        h.take(auth(T + 25, 30));
        assertThat(h.counted("auth").total()).isEqualTo(63);
        assertThat(
                        h.fold.exemplars()
                                .of(h.fold.plan().forObjective("auth", 0).id(), 0, Long.MAX_VALUE))
                .hasSize(3);
    }

    private static Slo latency(double bound) {
        Objective errors = TestDefinitions.errors("cart", "0.99");
        return TestDefinitions.slo(
                "cart",
                BudgetingMethod.OCCURRENCES,
                new Objective(
                        "",
                        "latency",
                        new Indicator.Threshold(
                                errors.indicator().sources().getLast(),
                                Indicator.Value.DURATION,
                                Indicator.Unit.MILLISECONDS),
                        Optional.of(new Objective.Threshold(Op.LTE, bound)),
                        errors.target(),
                        Optional.empty(),
                        Optional.empty(),
                        errors.weight()),
                TestDefinitions.rolling(28));
    }

    @Test
    void whatDiffersInItsThresholdOnly_knowsWhatItComesAfter_alsoAfterARestart() {
        h.putInForce(h.definitions.set("200", latency(200)), T);
        String first = h.fold.plan().forObjective("cart", 0).id();
        assertThat(h.fold.predecessor(first)).isEmpty();

        h.putInForce(h.definitions.set("300", latency(300), slo("auth")), T + 10);
        String second = h.fold.plan().forObjective("cart", 0).id();
        assertThat(h.fold.predecessor(second)).contains(first);
        assertThat(h.fold.predecessor(h.fold.plan().forObjective("auth", 0).id())).isEmpty();

        h.putInForce(h.definitions.set("more", latency(300), slo("search")), T + 20);
        assertThat(h.fold.predecessor(second)).as("it stays").contains(first);

        h.fold.checkpoint();
        h.reopen();
        assertThat(h.fold.predecessor(second)).contains(first);
    }

    @Test
    void firstSetOfAnEmptyLog_hasNothingToCount() {
        h.putInForce(cart, T);

        assertThat(h.fold.retroactive()).isEmpty();
        assertThat(since("cart")).isEqualTo(T);
    }

    @Test
    void measuresThatStay_areNotTouched() {
        h.putInForce(cart, T);
        h.take(h.requests.spans(T + 5, null, new Spans("cart", "/cart", T, 7, 0)));
        h.putInForce(both, T + 10);

        assertThat(h.fold.retroactive().orElseThrow().measures())
                .containsExactly(h.fold.plan().forObjective("auth", 0).id());
        h.countRetroactively();

        assertThat(h.counted("cart").total()).isEqualTo(7);
        assertThat(h.series.measuredBuckets("cart", T, T + 10)).isEqualTo(1);
        assertThat(h.series.sum("heartbeat", 0, Long.MAX_VALUE).total()).isEqualTo(1);
    }

    @Test
    void repeatedRequest_isCountedOnce_onWhicheverSideOfTheDefinitionItsCopiesLie() {
        Identity identity = new Identity(7, 7);
        h.putInForce(cart, T);
        h.take(h.requests.spans(T + 5, identity, new Spans("auth", "/login", T, 10, 0)));
        h.putInForce(both, T + 10);
        h.take(h.requests.spans(T + 15, identity, new Spans("auth", "/login", T, 10, 0)));

        h.countRetroactively();

        assertThat(h.counted("auth").total()).isEqualTo(10);
    }

    @Test
    void counterThatRanOnWhileItsMeasureCame_losesNothingInBetween() {
        h.putInForce(cart, T);
        h.take(scrape(T + 5, 1000));
        h.take(scrape(T + 20, 1010));
        h.putInForce(monolith, T + 25);
        h.take(scrape(T + 35, 1017));
        h.take(scrape(T + 50, 1020));
        assertThat(h.counted("monolith").total()).isEqualTo(3);

        h.countRetroactively();
        assertThat(h.counted("monolith").total()).isEqualTo(20);
        h.take(scrape(T + 65, 1022));

        assertThat(h.counted("monolith").total()).isEqualTo(22);
    }

    @Test
    void killBeforeItIsDone_beginsAgainAndCountsOnce() throws IOException {
        h.putInForce(cart, T);
        h.take(auth(T + 5, 10));
        h.putInForce(both, T + 10);
        Retroactive lost = h.fold.retroactive().orElseThrow();
        lost.approach(h.fold::appliedOffset, () -> false);
        h.fold.checkpoint();

        h.reopen();
        h.take(auth(T + 15, 20));
        assertThat(h.fold.retroactive()).isPresent().get().isNotSameAs(lost);
        h.countRetroactively();
        h.fold.checkpoint();
        h.reopen();

        assertThat(h.fold.retroactive()).isEmpty();
        assertThat(h.counted("auth").total()).isEqualTo(32);
        assertThat(since("auth")).isEqualTo(T);
    }

    @Test
    void killAfterItIsDoneAndBeforeThatIsStored_countsOnce() {
        h.putInForce(cart, T);
        h.take(auth(T + 5, 10));
        h.putInForce(both, T + 10);
        h.fold.checkpoint();
        h.countRetroactively();

        h.reopen();
        h.countRetroactively();
        h.fold.checkpoint();
        h.reopen();

        assertThat(h.counted("auth").total()).isEqualTo(11);
    }

    @Test
    void setThatChangesMeanwhile_makesTheOldResultUseless() throws IOException {
        h.putInForce(cart, T);
        h.take(auth(T + 5, 10));
        h.putInForce(both, T + 10);
        Retroactive outdated = h.fold.retroactive().orElseThrow();
        outdated.approach(h.fold::appliedOffset, () -> false);
        h.putInForce(cart, T + 11);
        h.fold.finish(outdated);
        assertThat(h.fold.retroactive()).isEmpty();

        h.putInForce(both, T + 12);
        h.countRetroactively();

        assertThat(h.counted("auth").total()).isEqualTo(11);
    }

    @Test
    void measureThatComesBack_isCountedForTheTimeThatItWasAway() {
        h.putInForce(cart, T);
        h.take(h.requests.spans(T, null, new Spans("cart", "/cart", T, 1, 0)));
        h.putInForce(h.definitions.set("none"), T + 5);
        h.take(h.requests.spans(T + 9, null, new Spans("cart", "/cart", T, 10, 0)));
        h.putInForce(cart, T + 10);
        h.take(h.requests.spans(T + 11, null, new Spans("cart", "/cart", T, 100, 0)));

        h.countRetroactively();

        assertThat(h.counted("cart").total()).isEqualTo(111);
    }

    /** As a store is that an earlier version has left, which counted less of the same files. */
    private void forget(String measure) {
        h.fold.checkpoint();
        String since = h.store.meta("definitions.in-force-since").orElseThrow();
        assertThat(since).contains(measure);
        h.store.commit(
                tx -> {
                    tx.putMeta(
                            "definitions.in-force-since",
                            since.replaceAll(measure + " \\d+\n", ""));
                    tx.removeBlocks(measure, Long.MIN_VALUE);
                });
        h.reopen();
    }

    @Test
    void whatAnEarlierVersionDidNotCount_isCountedOverTheLog_andKnownForGood() {
        h.putInForce(both, T);
        h.take(auth(T + 5, 10));
        String measure = h.fold.plan().forObjective("auth", 0).id();
        forget(measure);
        assertThat(h.counted("auth").total()).isZero();
        h.take(auth(T + 15, 20));
        h.fold.checkpoint();
        h.reopen();

        assertThat(h.fold.retroactive().orElseThrow().measures()).containsExactly(measure);
        h.countRetroactively();
        assertThat(h.counted("auth").total()).isEqualTo(32);
        assertThat(since("auth")).isEqualTo(T);
        h.fold.checkpoint();
        List<String> stored = h.storedBlocks();
        h.reopen();
        assertThat(h.fold.retroactive()).isEmpty();

        FoldHarness again = h.withEmptyStore();
        again.catchUp();
        again.fold.checkpoint();
        assertThat(again.storedBlocks()).isEqualTo(stored);
    }

    @Test
    void whatAnEarlierVersionDidNotCount_andWhoseRecordsAreGone_isCountedFromNowOn()
            throws IOException {
        h.putInForce(both, T);
        h.take(auth(T + 5, 10));
        h.fold.checkpoint();
        h.log.retain(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(h.log.firstOffset()).isGreaterThan(h.fold.appliedOffset());
        forget(h.fold.plan().forObjective("auth", 0).id());

        assertThat(h.fold.retroactive()).isEmpty();
        h.take(auth(T + 15, 20));
        assertThat(h.counted("auth").total()).isEqualTo(21);
        assertThat(since("auth")).isEqualTo(T + 5);
    }

    @Test
    void whatWasCountedBeforeTheLogsStart_stays() throws IOException {
        h.putInForce(cart, T);
        h.take(h.requests.spans(T + 1, null, new Spans("cart", "/cart", T, 5, 0)));
        h.putInForce(h.definitions.set("none"), T + 5);
        h.fold.checkpoint();
        long later = T + 3 * 86_400;
        h.take(h.requests.spans(later, null, new Spans("cart", "/cart", later, 10, 0)));
        h.log.retain((T + 86_400) * NANOS, Long.MAX_VALUE, Long.MAX_VALUE);
        h.take(
                h.requests.entry(
                        later + 3600,
                        false,
                        Map.of(),
                        new Content(
                                null,
                                List.of(new Spans("cart", "/cart", later + 7200 - 3600, 100, 0)),
                                List.of())));
        h.putInForce(cart, later + 7200);
        assertThat(h.log.firstOffset()).isEqualTo(4);

        h.countRetroactively();
        h.fold.checkpoint();
        h.reopen();

        String measure = h.fold.plan().forObjective("cart", 0).id();
        assertThat(h.series.sum(measure, T, T + 60).total()).isEqualTo(5);
        assertThat(h.series.sum(measure, later + 3600, later + 7200).total()).isEqualTo(100);
        assertThat(since("cart")).isEqualTo(later);
    }

    @Test
    void groupThatHadItsOwnSeriesOnlyForAWhile_isGoneFromTheStore() {
        FoldHarness small = new FoldHarness(h.store, new Fold.Limits(8, 1, 100));
        small.putInForce(small.definitions.set("cart", slo("cart")), T);
        small.take(small.requests.spans(T, null, new Spans("auth", "/first", T, 1, 0)));
        small.putInForce(small.definitions.set("both", slo("cart"), slo("auth")), T + 5);
        small.take(small.requests.spans(T + 6, null, new Spans("auth", "/second", T, 2, 0)));
        small.fold.checkpoint();
        small.countRetroactively();
        small.fold.checkpoint();

        MeasurePlan plan = small.fold.plan();
        small.reopen();

        assertThat(small.series.groups(plan.forObjective("auth", 0).id()))
                .containsExactly("/first", "__other__");
        assertThat(small.counted("auth").total()).isEqualTo(3);
    }
}
