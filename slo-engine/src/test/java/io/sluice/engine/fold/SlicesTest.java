package io.sluice.engine.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.TestRequests.Content;
import io.sluice.engine.TestRequests.Spans;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.SliceSums;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.slo.SloStatus.ObjectiveStatus;
import io.sluice.engine.store.InMemoryStore;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What slices are judged by is counted beside the measure, and stays as fine as slices need. */
class SlicesTest {
    private static final long T = 1_800_000_000L;
    private static final long MINUTE = 60;
    private static final long DAY = 86_400;

    private final FoldHarness h = new FoldHarness();
    private final Slo events = TestDefinitions.slo("cart", "0.99", TestDefinitions.rolling(28));
    private final Slo minutes = minutes("0.95");
    private final DefinitionSet onlyEvents = h.definitions.set("events", events);
    private final DefinitionSet both = h.definitions.set("both", events, minutes);

    private static Slo minutes(String sliceTarget) {
        return TestDefinitions.slo(
                "cart-minutes",
                BudgetingMethod.TIMESLICES,
                TestDefinitions.slices("cart", "0.9", sliceTarget, Duration.ofMinutes(1)),
                TestDefinitions.rolling(28));
    }

    private void spans(long receivedAt, long second, long good, long bad) {
        h.take(h.requests.spans(receivedAt, null, new Spans("cart", "/cart", second, good, bad)));
    }

    private SeriesKey slices() {
        String measure = h.fold.plan().forObjective("cart", 0).id();
        return SeriesKey.slices(measure, Resolution.ONE_MINUTE);
    }

    private List<Long> totals(long from, int count) {
        SliceSums sums =
                h.series.sliceSums(slices().measure(), from, from + count * MINUTE, MINUTE);
        return IntStream.range(0, count).mapToObj(i -> sums.total(i) / 1000).toList();
    }

    private ObjectiveStatus status(long second) {
        return new SloEvaluator(h.series, History.COMPLETE)
                .evaluate(
                        h.fold.plan(),
                        h.fold.plan().definitions().slos().get("cart-minutes"),
                        Instant.ofEpochSecond(second))
                .objectives()
                .getFirst();
    }

    private void compactTo(long second) {
        h.take(h.requests.spans(second, null));
    }

    @Test
    void minutesStayMinutes_overCompactionAndRestart() {
        h.putInForce(both, T);
        spans(T + 1, T, 1, 1);
        spans(T + 61, T + 60, 20, 0);
        spans(T + 62, T + 120, 3, 0);
        compactTo(T + 20 * DAY);
        h.fold.checkpoint();
        h.reopen();

        assertThat(totals(T, 4)).containsExactly(2L, 20L, 3L, 0L);
        ObjectiveStatus status = status(T + 20 * DAY);
        assertThat(status.total()).isEqualTo(3);
        assertThat(status.good()).isEqualTo(2);
    }

    @Test
    void lateEvent_changesItsOwnSliceAlone_atAnyAge() {
        h.putInForce(both, T);
        spans(T + 1, T, 1, 1);
        spans(T + 61, T + 60, 20, 0);
        compactTo(T + 20 * DAY);
        assertThat(status(T + 20 * DAY).good()).isEqualTo(1);

        h.take(
                h.requests.entry(
                        T + 20 * DAY,
                        true,
                        Map.of(),
                        new Content(
                                null, List.of(new Spans("cart", "/cart", T, 98, 0)), List.of())));

        assertThat(totals(T, 2)).containsExactly(100L, 20L);
        assertThat(status(T + 20 * DAY).good()).isEqualTo(2);
    }

    @Test
    void anotherSliceTarget_judgesAllSlicesAnew() {
        h.putInForce(both, T);
        spans(T + 1, T, 9, 1);
        spans(T + 61, T + 60, 96, 4);
        compactTo(T + 20 * DAY);
        assertThat(status(T + 20 * DAY).good()).isEqualTo(1);

        h.putInForce(h.definitions.set("lower", events, minutes("0.9")), T + 20 * DAY);
        assertThat(status(T + 20 * DAY).good()).isEqualTo(2);

        h.putInForce(h.definitions.set("higher", events, minutes("0.97")), T + 20 * DAY);
        assertThat(status(T + 20 * DAY).good()).isZero();
    }

    @Test
    void slicesThatAreNewForAMeasure_beginWithWhatIsKeptOfIt() {
        h.putInForce(onlyEvents, T);
        spans(T + 1, T, 7, 0);
        spans(T + 61, T + 60, 8, 0);
        compactTo(T + 3 * DAY);
        h.putInForce(both, T + 3 * DAY);

        assertThat(h.fold.retroactive()).isEmpty();
        assertThat(totals(T, 3)).containsExactly(7L, 8L, 0L);
        spans(T + 3 * DAY, T + 3 * DAY, 5, 0);
        assertThat(totals(T + 3 * DAY, 1)).containsExactly(5L);
    }

    @Test
    void slicesThatWereAway_areFilledUp() {
        h.putInForce(both, T);
        spans(T + 1, T, 7, 0);
        h.putInForce(onlyEvents, T + 30);
        spans(T + 61, T + 60, 8, 0);
        h.putInForce(both, T + 90);
        spans(T + 121, T + 120, 9, 0);

        assertThat(totals(T, 3)).containsExactly(7L, 8L, 9L);
    }

    @Test
    void storeOfBeforeSlicesWereCounted_isFilledAtItsFirstStart() {
        h.putInForce(both, T);
        spans(T + 1, T, 7, 0);
        h.fold.checkpoint();
        h.store.commit(
                tx -> {
                    tx.putMeta("definitions.slices", "");
                    tx.removeBlocks(slices().measure(), Long.MIN_VALUE);
                });

        h.reopen();
        assertThat(totals(T, 1)).containsExactly(7L);
        spans(T + 2, T, 1, 0);
        h.fold.checkpoint();
        h.reopen();

        assertThat(totals(T, 1)).containsExactly(8L);
    }

    @Test
    void measureThatIsNew_countsTheWholeLogInSlices_too() {
        h.putInForce(h.definitions.set("none"), T);
        spans(T + 1, T, 7, 0);
        h.putInForce(both, T + 30);
        spans(T + 61, T + 60, 8, 0);
        assertThat(totals(T, 2)).containsExactly(0L, 8L);

        h.countRetroactively();
        h.fold.checkpoint();
        h.reopen();

        assertThat(totals(T, 2)).containsExactly(7L, 8L);
    }

    @Test
    void whatABackfillSourceSends_isCountedApartInSlicesToo() {
        h.putInForce(both, T);
        spans(T + 61, T + 60, 8, 0);
        h.take(
                h.requests.entry(
                        T + 62,
                        true,
                        Map.of(),
                        new Content(
                                null,
                                List.of(new Spans("cart", "/cart", T + 60, 0, 90)),
                                List.of())));

        SloEvaluator evaluator = new SloEvaluator(h.series, History.COMPLETE);
        Slo slo = h.fold.plan().definitions().slos().get("cart-minutes");
        Instant at = Instant.ofEpochSecond(T + 120);
        assertThat(evaluator.window(h.fold.plan(), slo, 0, at).goodCount()).isZero();
        assertThat(evaluator.liveWindow(h.fold.plan(), slo, 0, at).goodCount()).isEqualTo(1);
    }

    @Test
    void replay_findsTheSameSlices_andWhereTheyBeganCoarser_whatTheseComeTo() throws IOException {
        h.putInForce(both, T);
        for (int i = 0; i < 40; i++) {
            spans(T + 60 * i, T + 60 * i, i, 1);
        }
        compactTo(T + 20 * DAY);
        h.fold.checkpoint();
        h.store.commit(
                tx -> {
                    tx.putMeta("definitions.slices", "");
                    tx.removeBlocks(slices().measure(), Long.MIN_VALUE);
                });
        h.reopen();
        h.fold.checkpoint();
        assertThat(h.series.coarsest(slices().measure(), T, T + 3600))
                .isEqualTo(Resolution.FIVE_MINUTES);

        assertThat(replay().isEqual()).isTrue();

        List<StoredBlock> blocks = new ArrayList<>();
        h.store.blocks(Long.MIN_VALUE, Long.MAX_VALUE, blocks::add);
        StoredBlock of =
                blocks.stream()
                        .filter(block -> block.series().equals(slices()))
                        .findFirst()
                        .orElseThrow();
        SeriesTable other = new SeriesTable();
        other.load(of);
        other.add(of.series(), of.hour(), 1, 1, 1000, 1000, null, of.hour());
        h.store.commit(tx -> other.drainDirty().forEach(tx::putBlock));
        assertThat(replay().different()).isEqualTo(1);
    }

    private Replay.Result replay() throws IOException {
        return new Replay(
                        h.log,
                        h.store,
                        new InMemoryStore(),
                        h.requests,
                        h.definitions::parse,
                        Fold.Limits.DEFAULT)
                .run(_ -> {});
    }
}
