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
        return GroupEvidence.live(MARGIN, floor, Dispersion.UNMEASURED);
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

    /** Held against bounds and processes that are written out, one for each group. */
    @Property(tries = 100)
    void againstASnapshot_theMeanIsOverItsGroups(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 9) Integer> groups,
            @ForAll @IntRange(min = 1, max = 12) int known,
            @ForAll @IntRange(max = 1_000) int seed) {
        Traffic traffic = new Traffic(seed);
        Map<String, BadOfTotal> snapshot = new TreeMap<>();
        Map<String, EvidenceProcess> each = new TreeMap<>();
        for (int group = 0; group < known; group++) {
            snapshot.put("/" + group, new BadOfTotal(traffic.errors(5_000, 0.02), 5_000));
            each.put("/" + group, EvidenceProcess.thatItIsMore());
        }
        GroupEvidence evidence =
                GroupEvidence.against(snapshot, _ -> MARGIN, 0, Dispersion.UNMEASURED, 0.001);
        for (int group : groups) {
            String name = "/" + group;
            long bad = traffic.errors(100, group == 3 ? 0.2 : 0.02);
            evidence.add(stratum(name, 0, 0, bad, 100));
            if (snapshot.containsKey(name)) {
                double highest =
                        BinomialBound.upper(snapshot.get(name).bad(), 5_000, 0.001 / known);
                each.get(name).observe(bad, 100, MARGIN * highest);
            }
        }
        double sum = each.values().stream().mapToDouble(one -> Math.exp(one.logE())).sum();
        assertThat(evidence.logE()).isCloseTo(Math.log(sum / known), within(1e-9));
        assertThat(evidence.baseline()).isEqualTo(snapshot);
    }

    @Test
    void ofASnapshot_theSixteenGroupsWithTheMostEventsAreJudged() {
        Map<String, BadOfTotal> snapshot = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            snapshot.put("/" + i, new BadOfTotal(0, 1_000 + i));
        }
        snapshot.put("/none", new BadOfTotal(0, 0));
        GroupEvidence evidence =
                GroupEvidence.against(snapshot, _ -> MARGIN, 0, Dispersion.UNMEASURED, 0.001);
        assertThat(evidence.baseline()).hasSize(16).doesNotContainKeys("/0", "/3", "/none");
        evidence.add(stratum("/3", 0, 0, 100, 100));
        evidence.add(stratum("/new", 0, 0, 100, 100));
        assertThat(evidence.logE()).isCloseTo(0, within(1e-9));
        evidence.add(stratum("/4", 0, 0, 100, 100));
        assertThat(evidence.logE()).isGreaterThan(100);
        assertThat(evidence.worst().orElseThrow().words())
                .isEqualTo("on /4 candidate 100 % of 100, baseline 0 % of 1,004");
    }

    /** The bound of a group that hardly anybody asked says nothing, and so does its evidence. */
    @Test
    void aGroupThatWasHardlySeen_provesNothing() {
        GroupEvidence evidence =
                GroupEvidence.against(
                        Map.of("/rare", new BadOfTotal(1, 3)),
                        _ -> MARGIN,
                        0,
                        Dispersion.UNMEASURED,
                        0.001);
        evidence.add(stratum("/rare", 0, 0, 1_000, 1_000));
        assertThat(evidence.logE()).isCloseTo(0, within(1e-9));
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
