package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.cutover.Decision.MetricEvidence;
import io.sluice.engine.store.StoredStratum;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

class RatioSequenceTest {

    private static StoredStratum stratum(int nth, long eb, long nb, long ec, long nc) {
        return new StoredStratum("orders", 1, 0, "errors", nth * 10L, "", eb, nb, ec, nc);
    }

    @Test
    void nothing_saysNothing() {
        RatioSequence none = RatioSequence.live(List.of(), Dispersion.UNMEASURED);
        assertThat(none.low()).isZero();
        assertThat(none.high()).isEmpty();
        Snapshot empty = new Snapshot(0, 0, Snapshot.Origin.EARLIER_STEPS);
        assertThat(RatioSequence.against(empty, 0, 0, Dispersion.UNMEASURED).high()).isEmpty();
    }

    /** The ends are where the two tests change their minds, within what splits are rounded by. */
    @Property(tries = 20)
    void endsAreThoseOfTheTests(@ForAll Random random) {
        List<StoredStratum> strata = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            strata.add(
                    stratum(
                            i,
                            random.nextInt(8),
                            400 + random.nextInt(200),
                            random.nextInt(6),
                            200 + random.nextInt(100)));
        }
        RatioSequence sequence = RatioSequence.live(strata, Dispersion.UNMEASURED);
        for (double ratio = 0.01; ratio < 100; ratio *= 1.07) {
            boolean under = rejects(EvidenceProcess.thatItIsMore(), strata, ratio);
            boolean over = rejects(EvidenceProcess.thatItIsLess(), strata, ratio);
            double high = sequence.high().orElse(Double.POSITIVE_INFINITY);
            if (ratio <= sequence.low() || ratio > 1.006 * sequence.low()) {
                assertThat(under).isEqualTo(ratio <= sequence.low());
            }
            if (ratio >= high || ratio < high / 1.006) {
                assertThat(over).isEqualTo(ratio >= high);
            }
        }
    }

    private static boolean rejects(
            EvidenceProcess process, List<StoredStratum> strata, double ratio) {
        for (StoredStratum s : strata) {
            process.observe(
                    s.candidateBad(),
                    s.baselineBad() + s.candidateBad(),
                    ratio * s.candidateTotal() / (s.baselineTotal() + ratio * s.candidateTotal()));
        }
        return process.logE() >= Math.log(40);
    }

    /** Of 200 simulated cutovers each looked at 30 times, few may ever exclude the truth. */
    @Test
    void theTruthIsWithin_atAllLooksTogether() {
        Traffic traffic = new Traffic(7);
        int missed = 0;
        for (int run = 0; run < 200; run++) {
            List<StoredStratum> strata = new ArrayList<>();
            boolean outside = false;
            for (int look = 0; look < 30; look++) {
                strata.add(
                        stratum(
                                look,
                                traffic.errors(900, 0.02),
                                900,
                                traffic.errors(300, 0.03),
                                300));
                RatioSequence now = RatioSequence.live(strata, Dispersion.UNMEASURED);
                outside |= now.low() > 1.5 || now.high().orElse(2) < 1.5;
            }
            missed += outside ? 1 : 0;
        }
        // 5 % are allowed; 200 runs at 5 % miss 20 or more times once in 300 tries.
        assertThat(missed).isLessThan(20);
    }

    @Test
    void against_aSnapshot_bothSidesUncertaintyCounts() {
        Snapshot small = new Snapshot(5, 1_000, Snapshot.Origin.BEFORE_RUN);
        Snapshot large = new Snapshot(5_000, 1_000_000, Snapshot.Origin.BEFORE_RUN);
        RatioSequence wide = RatioSequence.against(small, 50, 10_000, Dispersion.UNMEASURED);
        RatioSequence narrow = RatioSequence.against(large, 50, 10_000, Dispersion.UNMEASURED);
        assertThat(narrow.low()).isBetween(0.5, 1.0).isGreaterThan(wide.low());
        assertThat(narrow.high().orElseThrow())
                .isBetween(1.0, 2.0)
                .isLessThan(wide.high().orElse(1e9));
    }

    @Test
    void dispersion_widens() {
        List<StoredStratum> strata =
                List.of(stratum(0, 100, 10_000, 120, 10_000), stratum(1, 90, 10_000, 110, 10_000));
        RatioSequence single = RatioSequence.live(strata, Dispersion.UNMEASURED);
        RatioSequence bursts = RatioSequence.live(strata, new Dispersion(4, 60, 100));
        assertThat(bursts.low()).isLessThan(single.low());
        assertThat(bursts.high().orElse(1e9)).isGreaterThan(single.high().orElseThrow());
    }

    @Test
    void theDesk_explainsItsDecision() {
        Rehearsal rehearsal =
                new Rehearsal(
                        Fixtures.measures(
                                Fixtures.cutover()
                                        .metric("errors")
                                        .step(0.1, 2, 1.2)
                                        .step(1, 2, 1.2)
                                        .build()));
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        rehearsal.tenSecondsTimes(40, 9, 900, 1, 100);
        Explanation live = explain(rehearsal);
        assertThat(live.decision()).isEqualTo(rehearsal.decision());
        assertThat(live.metrics())
                .singleElement()
                .satisfies(
                        metric -> {
                            assertThat(metric.baseline()).isEqualTo(Explanation.Baseline.LIVE);
                            assertThat(metric.ratioLow()).isBetween(0.3, 1.0);
                            assertThat(metric.ratioHigh().orElseThrow()).isBetween(1.0, 3.0);
                        });
        rehearsal.step(1, 1, 1);
        rehearsal.tenSecondsTimes(5, 0, 0, 10, 1000);
        assertThat(explain(rehearsal).metrics().getFirst().baseline())
                .isEqualTo(Explanation.Baseline.EARLIER_STEPS);
        assertThat(explain(rehearsal).decision().metrics())
                .extracting(MetricEvidence::name)
                .containsExactly("errors");
        assertThat(rehearsal.desk.explain("carts", OptionalDouble.empty(), rehearsal.now))
                .isEmpty();
    }

    private static Explanation explain(Rehearsal rehearsal) {
        return rehearsal
                .desk
                .explain("orders", OptionalDouble.empty(), rehearsal.now)
                .orElseThrow();
    }
}
