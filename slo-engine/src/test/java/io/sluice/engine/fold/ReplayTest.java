package io.sluice.engine.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.TestDefinitions;
import io.sluice.engine.TestRequests.Spans;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.store.InMemoryStore;
import io.sluice.engine.store.StoredDeployment;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

class ReplayTest {
    private static final long T = 1_800_000_000L;
    private static final long NANOS = 1_000_000_000L;
    private static final long DAY = 86_400;

    private final FoldHarness h = new FoldHarness();

    private void week() {
        h.putInForce(
                h.definitions.set(
                        "cart", TestDefinitions.slo("cart", "0.99", TestDefinitions.rolling(28))),
                T);
        for (long second = T; second < T + 7 * DAY; second += 3000) {
            h.take(h.requests.spans(second + 5, null, new Spans("cart", "/cart", second, 9, 1)));
        }
        h.fold.checkpoint();
    }

    private Replay.Result replay() throws IOException {
        return new Replay(
                        h.log,
                        h.store,
                        new InMemoryStore(),
                        h.requests,
                        h.definitions::parse,
                        Fold.Limits.DEFAULT)
                .run(offset -> {});
    }

    @Test
    void storeThatIsBehindItsLog_isComparedUpToWhereItIs() throws IOException {
        week();
        h.take(h.requests.spans(T + 8 * DAY, null, new Spans("cart", "/cart", T + DAY, 1, 0)));

        Replay.Result result = replay();

        assertThat(result.isEqual()).isTrue();
        assertThat(result.compared()).isGreaterThan(300);
        assertThat(result.lastOffset()).isEqualTo(h.log.nextOffset() - 2);
        assertThat(result.comparedFromEpochSecond()).isEmpty();
    }

    @Test
    void deployments_areInTheLog_andOneThatTheStoreHasOtherwiseIsTold() throws IOException {
        week();
        StoredDeployment past = new StoredDeployment("cart", "1.0", (T - 90 * DAY) * 1000, 0);
        h.take(OwnRecord.deployment(past, (T + 7 * DAY) * NANOS));
        h.fold.checkpoint();
        assertThat(h.store.deployments(0, Long.MAX_VALUE)).containsExactly(past);
        assertThat(replay().isEqual()).isTrue();

        h.store.commit(
                tx ->
                        tx.putDeployment(
                                new StoredDeployment("cart", "1.0", past.deployedAtMillis(), 5)));

        Replay.Result changed = replay();
        assertThat(changed.isEqual()).isFalse();
        assertThat(changed.missingDeployments()).containsExactly(past);
    }

    @Test
    void aDeploymentThatWasLoggedBeforeAKill_isStoredAfterIt() {
        week();
        StoredDeployment past = new StoredDeployment("cart", "1.0", (T - DAY) * 1000, T);
        h.append(OwnRecord.deployment(past, (T + 7 * DAY) * NANOS));
        h.reopen();
        h.catchUp();
        h.fold.checkpoint();
        assertThat(h.store.deployments(0, Long.MAX_VALUE)).containsExactly(past);
    }

    @Test
    void hoursThatWereChanged_missingOrInvented_areTold() throws IOException {
        week();
        List<StoredBlock> blocks = new ArrayList<>();
        h.store.blocks(Long.MIN_VALUE, Long.MAX_VALUE, blocks::add);
        StoredBlock one = blocks.getFirst();
        StoredBlock other =
                blocks.stream()
                        .filter(block -> block.series().equals(one.series()))
                        .filter(block -> block.hour() != one.hour())
                        .findFirst()
                        .orElseThrow();
        h.store.commit(
                tx -> {
                    tx.putBlock(
                            new StoredBlock(
                                    one.series(), one.hour(), other.counts(), other.sketches()));
                    tx.putBlock(
                            new StoredBlock(
                                    one.series(),
                                    one.hour() - 3600 * 24 * 30,
                                    other.counts(),
                                    other.sketches()));
                });

        Replay.Result result = replay();

        assertThat(result.isEqual()).isFalse();
        assertThat(result.different()).isEqualTo(2);
        assertThat(result.differences())
                .extracting(Replay.Difference::replayed)
                .anySatisfy(replayed -> assertThat(replayed).isEmpty());
    }

    @Test
    void logWhoseBeginningIsGone_isComparedWhereNothingBeforeReachesInto() throws IOException {
        week();
        h.log.retain((T + 2 * DAY) * NANOS, Long.MAX_VALUE, Long.MAX_VALUE);

        Replay.Result result = replay();

        assertThat(result.firstOffset()).isGreaterThan(1);
        assertThat(result.comparedFromEpochSecond().orElseThrow())
                .isBetween(T + 4 * DAY, T + 4 * DAY + 7200);
        assertThat(result.compared()).isGreaterThan(100);
        assertThat(result.isEqual()).isTrue();
    }

    @Test
    void measureWhoseOlderRecordsWereStillToBeCounted_isNotCompared() throws IOException {
        week();
        h.putInForce(
                h.definitions.set(
                        "auth", TestDefinitions.slo("auth", "0.99", TestDefinitions.rolling(28))),
                T + 8 * DAY);
        h.fold.checkpoint();

        Replay.Result result = replay();

        assertThat(result.unfinishedMeasures()).isEqualTo(1);
        assertThat(result.isEqual()).isTrue();
    }
}
