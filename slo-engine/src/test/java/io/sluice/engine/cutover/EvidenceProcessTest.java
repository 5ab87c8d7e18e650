package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

class EvidenceProcessTest {

    record Seen(long successes, long trials, double nullProbability) {}

    @Provide
    Arbitrary<List<Seen>> observations() {
        Arbitrary<Seen> one =
                Combinators.combine(
                                Arbitraries.longs().between(0, 1_000_000),
                                Arbitraries.doubles().between(0, 1),
                                Arbitraries.doubles().between(1e-6, 0.999).ofScale(6))
                        .as((n, part, p) -> new Seen((long) (n * part), n, p));
        return one.list().ofMaxSize(30);
    }

    @Provide
    Arbitrary<Supplier<EvidenceProcess>> directions() {
        return Arbitraries.of(
                List.<Supplier<EvidenceProcess>>of(
                        EvidenceProcess::thatItIsMore, EvidenceProcess::thatItIsLess));
    }

    private static EvidenceProcess of(Supplier<EvidenceProcess> direction, List<Seen> all) {
        EvidenceProcess process = direction.get();
        all.forEach(s -> process.observe(s.successes(), s.trials(), s.nullProbability()));
        return process;
    }

    private static void assertSame(double one, double other) {
        assertThat(one).isCloseTo(other, within(1e-9 * Math.max(1, Math.abs(other))));
    }

    @Property
    void orderDoesNotMatter(
            @ForAll("directions") Supplier<EvidenceProcess> direction,
            @ForAll("observations") List<Seen> all,
            @ForAll Random random) {
        List<Seen> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, random);
        assertSame(of(direction, shuffled).logE(), of(direction, all).logE());
    }

    @Property
    void mergedIsWhatOneWouldHaveSeen(
            @ForAll("directions") Supplier<EvidenceProcess> direction,
            @ForAll("observations") List<Seen> some,
            @ForAll("observations") List<Seen> others) {
        List<Seen> all = new ArrayList<>(some);
        all.addAll(others);
        EvidenceProcess merged = of(direction, some);
        merged.merge(of(direction, others));
        assertSame(merged.logE(), of(direction, all).logE());
    }

    @Property
    void whateverIsSeen_theEvidenceIsANumber(
            @ForAll("directions") Supplier<EvidenceProcess> direction,
            @ForAll @LongRange(min = 0, max = 1L << 50) long trials,
            @ForAll @DoubleRange(min = 0, max = 1) double part,
            @ForAll @DoubleRange(min = 0, max = 1) double nullProbability) {
        EvidenceProcess process = direction.get();
        process.observe((long) (trials * part), trials, nullProbability);
        assertThat(process.logE()).isFinite();
    }

    /** The defining property, summed exactly over everything that a stratum may show. */
    @Property(tries = 300)
    void onTheHypothesisSide_theExpectedEvidenceIsAtMostOne(
            @ForAll @Scale(6) @DoubleRange(min = 0.001, max = 0.999) double nullProbability,
            @ForAll @DoubleRange(min = 0, max = 1) double within,
            @ForAll @LongRange(min = 1, max = 60) long trials) {
        double under = nullProbability * within;
        double over = nullProbability + (1 - nullProbability) * within;
        assertThat(expectedE(EvidenceProcess::thatItIsMore, under, trials, nullProbability))
                .isLessThanOrEqualTo(1 + 1e-9);
        assertThat(expectedE(EvidenceProcess::thatItIsLess, over, trials, nullProbability))
                .isLessThanOrEqualTo(1 + 1e-9);
    }

    @Property(tries = 100)
    void onTheBoundary_theExpectedEvidenceIsOne(
            @ForAll("directions") Supplier<EvidenceProcess> direction,
            @ForAll @Scale(6) @DoubleRange(min = 0.001, max = 0.999) double nullProbability,
            @ForAll @LongRange(min = 1, max = 60) long trials) {
        assertThat(expectedE(direction, nullProbability, trials, nullProbability))
                .isCloseTo(1, within(1e-9));
    }

    private static double expectedE(
            Supplier<EvidenceProcess> direction,
            double truth,
            long trials,
            double nullProbability) {
        double sum = 0;
        double logChoose = 0;
        for (long k = 0; k <= trials; k++) {
            if (k > 0) {
                logChoose += Math.log((double) (trials - k + 1) / k);
            }
            double probability =
                    Math.exp(logChoose) * Math.pow(truth, k) * Math.pow(1 - truth, trials - k);
            EvidenceProcess process = direction.get();
            process.observe(k, trials, nullProbability);
            sum += probability * Math.exp(process.logE());
        }
        return sum;
    }

    @Test
    void withoutObservations_theEvidenceIsOne() {
        assertThat(EvidenceProcess.thatItIsMore().logE()).isCloseTo(0, within(1e-12));
        assertThat(EvidenceProcess.thatItIsLess().logE()).isCloseTo(0, within(1e-12));
    }

    @Test
    void aSideWithoutEvents_saysNothing() {
        EvidenceProcess process = EvidenceProcess.thatItIsMore();
        process.observe(7, 7, EvidenceProcess.candidateShareOfErrors(1.2, 0, 100));
        process.observe(0, 7, EvidenceProcess.candidateShareOfErrors(1.2, 100, 0));
        process.observe(0, 0, EvidenceProcess.candidateShareOfErrors(1.2, 0, 0));
        assertThat(process.logE()).isCloseTo(0, within(1e-12));
    }

    @Test
    void threeThousandCleanPairs_nearlyProveAMismatchUnderOneInAThousand() {
        EvidenceProcess process = EvidenceProcess.thatItIsLess();
        process.observe(0, 5_000, 0.001);
        assertThat(process.logE()).isGreaterThan(Math.log(20));
        process.observe(40, 2_000, 0.001);
        assertThat(process.logE()).isLessThan(0);
    }

    @Test
    void impossibleCounts_areRefused() {
        EvidenceProcess process = EvidenceProcess.thatItIsMore();
        assertThatThrownBy(() -> process.observe(3, 2, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 successes in 2 trials");
        assertThatThrownBy(() -> process.merge(EvidenceProcess.thatItIsLess()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 50)
    void theForecast_isWhenTheSameTrafficCrossesTheLine(
            @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 0.3) double nullProbability,
            @ForAll @DoubleRange(min = 0, max = 0.7) double truthOfNull) {
        double truth = nullProbability * truthOfNull;
        EvidenceProcess process = EvidenceProcess.thatItIsLess();
        long trials = 100;
        process.observe(Math.round(trials * truth), trials, nullProbability);
        double needed = 30;
        double time = process.timeUntil(needed, truth, 1, nullProbability).orElseThrow();
        EvidenceProcess then = EvidenceProcess.thatItIsLess();
        then.merge(process);
        long more = (long) Math.ceil(time);
        then.observe((long) Math.floor(more * truth), more, nullProbability);
        assertThat(then.logE()).isGreaterThanOrEqualTo(needed - 1e-6);
    }

    @Test
    void theForecast_isEmptyWhereTheTrafficProvesTheOpposite() {
        EvidenceProcess process = EvidenceProcess.thatItIsLess();
        assertThat(process.timeUntil(3, 0.2, 1, 0.1)).isEmpty();
        assertThat(process.timeUntil(3, 0.2, 1, 0)).isEmpty();
    }

    /** The power of at most 1 of a ratio that is expected to be 1 is expected to be at most 1. */
    @Property(tries = 100)
    void divided_theExpectedEvidenceIsAtMostOneAsWell(
            @ForAll @Scale(6) @DoubleRange(min = 0.001, max = 0.999) double nullProbability,
            @ForAll @DoubleRange(min = 1, max = 50) double dispersion,
            @ForAll @LongRange(min = 1, max = 60) long trials) {
        for (Supplier<EvidenceProcess> divided :
                List.<Supplier<EvidenceProcess>>of(
                        () -> EvidenceProcess.thatItIsMore(dispersion),
                        () -> EvidenceProcess.thatItIsLess(dispersion))) {
            assertThat(expectedE(divided, nullProbability, trials, nullProbability))
                    .isLessThanOrEqualTo(1 + 1e-9);
        }
    }

    @Property
    void divided_thatManyTimesTheTrialsSayTheSame(
            @ForAll @LongRange(min = 1, max = 20) long dispersion,
            @ForAll @LongRange(min = 0, max = 1_000) long successes,
            @ForAll @LongRange(min = 1_000, max = 100_000) long trials,
            @ForAll @Scale(6) @DoubleRange(min = 0.001, max = 0.999) double nullProbability) {
        EvidenceProcess one = EvidenceProcess.thatItIsMore();
        one.observe(successes, trials, nullProbability);
        EvidenceProcess divided = EvidenceProcess.thatItIsMore((double) dispersion);
        divided.observe(successes * dispersion, trials * dispersion, nullProbability);
        assertSame(divided.logE(), one.logE());
    }
}
