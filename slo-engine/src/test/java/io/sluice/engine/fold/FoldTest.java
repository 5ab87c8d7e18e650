package io.sluice.engine.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.TestRequests;
import io.sluice.engine.TestRequests.Content;
import io.sluice.engine.TestRequests.Point;
import io.sluice.engine.TestRequests.Spans;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.store.InMemoryStore;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class FoldTest {
    private static final long T = 1_800_000_000L;
    private static final long NANOS = 1_000_000_000L;

    private final FoldHarness h = new FoldHarness();
    private final DefinitionSet cart = cartSet(h);

    private static DefinitionSet cartSet(FoldHarness harness) {
        return harness.definitions.set(
                "cart", TestDefinitions.slo("cart", "0.99", TestDefinitions.rolling(28)));
    }

    private static Spans spans(long bucket, long good, long bad) {
        return new Spans("cart", "/cart", bucket, good, bad);
    }

    @Test
    void spansAreCountedInTheirBucketAndGroup() {
        h.putInForce(cart, T);
        h.take(h.requests.spans(T + 5, null, spans(T, 10, 2)));
        h.take(h.requests.spans(T + 25, null, spans(T + 20, 5, 0)));

        String measure = h.fold.plan().forObjective("cart", 0).id();
        assertThat(h.series.sum(new SeriesKey(measure, "/cart"), T, T + 10))
                .isEqualTo(new WindowSum(10, 12, 10_000, 12_000));
        assertThat(h.counted("cart").total()).isEqualTo(17);
        assertThat(
                        h.series
                                .sum(SeriesKey.badBy(measure, "service.version", "v1"), T, T + 10)
                                .total())
                .isEqualTo(2);
        assertThat(h.series.measuredBuckets("cart", T, T + 30)).isEqualTo(2);
        assertThat(h.fold.exemplars().of(measure, 0, Long.MAX_VALUE))
                .extracting(Exemplars.Kept::offset)
                .containsExactly(2L);
    }

    @Test
    void extractMadeUnderAnotherSet_isMadeAgain() throws Exception {
        h.putInForce(cart, T);
        LogEntry entry = h.requests.spans(T + 5, null, spans(T, 10, 2));

        h.fold.apply(h.append(entry), h.requests.extract(MeasurePlan.NOTHING, entry));
        h.fold.apply(h.append(entry), h.requests.extract(h.fold.plan(), entry));
        h.fold.checkpoint();

        assertThat(h.counted("cart").total()).isEqualTo(24);
        assertThat(h.fold.status().remade()).isEqualTo(1);
    }

    @Test
    void setThatIsInForceAlready_changesNothing() {
        h.putInForce(cart, T);
        MeasurePlan plan = h.fold.plan();
        h.putInForce(cart, T + 1);

        assertThat(h.fold.plan()).isSameAs(plan);
    }

    @Test
    void C14_requestSentTwice_isCountedOnce() {
        h.putInForce(cart, T);
        Identity identity = new Identity(7, 7);
        h.take(h.requests.spans(T + 5, identity, spans(T, 10, 0)));
        h.take(h.requests.spans(T + 9, identity, spans(T, 10, 0)));
        h.fold.checkpoint();

        assertThat(h.counted("cart").total()).isEqualTo(10);
        assertThat(h.fold.status().repeatedRequests()).isEqualTo(1);
        assertThat(h.fold.status().repeatedItems()).isEqualTo(10);
    }

    @Test
    void C15_requestSentAgainAfterARestart_isCountedOnce() {
        h.putInForce(cart, T);
        Identity identity = new Identity(7, 7);
        h.take(h.requests.spans(T + 5, identity, spans(T, 10, 0)));
        h.fold.checkpoint();

        h.reopen();
        h.take(h.requests.spans(T + 9, identity, spans(T, 10, 0)));

        assertThat(h.counted("cart").total()).isEqualTo(10);
    }

    @Test
    void recordThatCannotBeReadAnyMore_doesNotStopTheNext() {
        h.putInForce(cart, T);
        h.take(TestRequests.broken(T + 1));
        h.take(h.requests.spans(T + 5, null, spans(T, 10, 0)));
        h.fold.checkpoint();

        assertThat(h.counted("cart").total()).isEqualTo(10);
        assertThat(h.fold.status().unreadable()).isEqualTo(1);
    }

    @Test
    void recordBeforeTheLastOne_isRefused() {
        h.putInForce(cart, T);
        LogRecord again = new LogRecord(1, h.requests.spans(T, null));

        assertThatThrownBy(() -> h.fold.apply(again, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void groupsBeyondTheLimit_shareASeriesSoThatTheTotalStaysRight() {
        FoldHarness small = new FoldHarness(new InMemoryStore(), new Fold.Limits(100, 3, 1000));
        small.putInForce(cartSet(small), T);
        for (int i = 0; i < 5; i++) {
            small.take(small.requests.spans(T, null, new Spans("cart", "/" + i, T, 1, 0)));
        }
        small.fold.checkpoint();
        small.reopen();
        small.take(small.requests.spans(T, null, new Spans("cart", "/5", T, 1, 0)));
        small.take(small.requests.spans(T, null, new Spans("cart", "/2", T, 1, 0)));
        small.fold.checkpoint();

        String measure = small.fold.plan().forObjective("cart", 0).id();
        assertThat(small.series.groups(measure))
                .containsExactly("/0", "/1", "/2", SeriesKey.OVERFLOW_GROUP);
        assertThat(
                        small.series
                                .sum(new SeriesKey(measure, SeriesKey.OVERFLOW_GROUP), T, T + 10)
                                .total())
                .isEqualTo(3);
        assertThat(small.counted("cart").total()).isEqualTo(7);
        assertThat(small.fold.status().overflowed()).isEqualTo(1);
    }

    @Test
    void backfilledEvents_countButAreNotLive() {
        h.putInForce(cart, T);
        Content history = new Content(null, List.of(spans(T, 10, 5)), List.of());
        h.take(h.requests.entry(T + 5, true, Map.of(), history));
        h.take(h.requests.spans(T + 15, null, spans(T + 10, 7, 0)));

        String measure = h.fold.plan().forObjective("cart", 0).id();
        assertThat(h.counted("cart").total()).isEqualTo(22);
        assertThat(Backfilled.live(h.series, measure, 0, Long.MAX_VALUE).total()).isEqualTo(7);
        assertThat(h.series.measuredBuckets("cart", T, T + 20)).isEqualTo(2);
        assertThat(Backfilled.liveHeartbeats(h.series, "cart", T, T + 10)).isZero();
        assertThat(Backfilled.liveHeartbeats(h.series, "cart", T, T + 20)).isEqualTo(1);
    }

    @Test
    void firstErrorOfAScrapedTarget_isCounted() {
        DefinitionSet set =
                h.definitions.set(
                        "monolith",
                        TestDefinitions.slo(
                                "monolith",
                                BudgetingMethod.OCCURRENCES,
                                TestDefinitions.counter("monolith", "shop_requests_total"),
                                TestDefinitions.rolling(28)));
        Map<String, String> target = Map.of(LogEntry.TARGET, "monolith:9180");
        h.putInForce(set, T);
        h.take(h.requests.points(T, target, new Point("monolith", 1, false, 0, T * NANOS, 1000)));
        h.take(
                h.requests.points(
                        T + 5,
                        target,
                        new Point("monolith", 1, false, 0, (T + 5) * NANOS, 1010),
                        new Point("monolith", 2, true, 0, (T + 5) * NANOS, 3)));

        assertThat(h.counted("monolith").total()).isEqualTo(10);
        assertThat(h.counted("monolith").bad()).isEqualTo(3);
    }
}
