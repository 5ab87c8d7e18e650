package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.store.StoredStratum;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class GroupEvidenceTest {
    private static final double MARGIN = 1.2;

    private static StoredStratum stratum(String group, long b, long nb, long c, long nc) {
        return new StoredStratum("orders", 1, 0, "errors", 0, group, b, nb, c, nc);
    }

    private static GroupEvidence evidence(double floor) {
        return new GroupEvidence(MARGIN, floor, Dispersion.UNMEASURED);
    }

    /** Held against one process for each group, and a mean that is written out. */
    @Property(tries = 100)
    void evidence_isTheMeanOverSixteenPlaces(
            @ForAll @Size(max = 40) List<@IntRange(max = 9) Integer> groups,
            @ForAll @IntRange(max = 1_000) int seed) {
        Traffic traffic = new Traffic(seed);
        GroupEvidence evidence = evidence(0);
        Map<String, EvidenceProcess> each = new TreeMap<>();
        for (int group : groups) {
            long bad = traffic.errors(400, 0.02);
            long candidateBad = traffic.errors(100, group == 3 ? 0.2 : 0.02);
            evidence.add(stratum("/" + group, bad, 400, candidateBad, 100));
            each.computeIfAbsent("/" + group, _ -> EvidenceProcess.thatItIsMore())
                    .observe(
                            candidateBad,
                            bad + candidateBad,
                            EvidenceProcess.candidateShareOfErrors(MARGIN, 400, 100));
        }
        double sum =
                16
                        - each.size()
                        + each.values().stream().mapToDouble(one -> Math.exp(one.logE())).sum();
        assertThat(evidence.logE()).isCloseTo(Math.log(sum / 16), within(1e-9));
    }

    @Test
    void theSixteenthGroupAndAllFurtherOnes_shareAPlace() {
        GroupEvidence evidence = evidence(0);
        EvidenceProcess further = EvidenceProcess.thatItIsMore();
        for (int i = 0; i < 40; i++) {
            evidence.add(stratum("/" + i, 0, 900, i < 15 ? 0 : 1, 100));
            if (i >= 15) {
                further.observe(1, 1, EvidenceProcess.candidateShareOfErrors(MARGIN, 900, 100));
            }
        }
        assertThat(evidence.worst().orElseThrow().logE()).isEqualTo(further.logE());
        assertThat(evidence.worst().orElseThrow().words())
                .isEqualTo("on further groups candidate 1 % of 2,500, baseline 0 % of 22,500");
    }

    @Test
    void underTheFloor_noGroupIsWorse() {
        GroupEvidence free = evidence(0);
        GroupEvidence floored = evidence(0.05);
        for (int i = 0; i < 20; i++) {
            StoredStratum doubled = stratum("/a", 10, 10_000, 2, 1_000);
            free.add(doubled);
            floored.add(doubled);
        }
        assertThat(free.logE()).isPositive();
        assertThat(floored.logE()).isLessThan(0.1);
    }
}
