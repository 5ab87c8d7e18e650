package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.sluice.engine.store.StoredDecision;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What somebody finds who has nothing but the stored evidence. */
class EvidenceRecordTest {

    private final Rehearsal rehearsal =
            new Rehearsal(
                    Fixtures.measures(
                            Fixtures.cutover()
                                    .metric("errors")
                                    .step(0.1, 2, 1.2)
                                    .step(0.5, 1.5, 1.2)
                                    .build()));

    /** Oldest first. */
    private final List<StoredDecision> chain = new ArrayList<>();

    @BeforeEach
    void aRunUpToItsFirstGo() {
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        rehearsal.tenSecondsTimes(7, 9, 900, 0, 100);
        rehearsal.tenSecondsTimes(8, 9, 900, 1, 100);
        chain.addAll(rehearsal.store.decisions("orders", 1000).reversed());
    }

    private static JsonNode json(StoredDecision stored) throws Exception {
        return JsonMapper.builder().build().readTree(stored.evidence());
    }

    @Test
    void eachRecordNamesTheOneBefore_byWhatItSays() throws Exception {
        assertThat(chain).hasSizeGreaterThan(5);
        assertThat(json(chain.getFirst()).get("previous").isNull()).isTrue();
        for (int i = 1; i < chain.size(); i++) {
            byte[] text = chain.get(i - 1).evidence().getBytes(StandardCharsets.UTF_8);
            String digest =
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
            assertThat(json(chain.get(i)).at("/previous/sha256").asText()).isEqualTo(digest);
            assertThat(json(chain.get(i)).at("/previous/id").asText())
                    .isEqualTo(chain.get(i - 1).id());
        }
    }

    @Test
    void onlyTheFirstRecordBringsTheDefinition_andAllNameItsDigest() throws Exception {
        JsonNode definition = json(chain.getFirst()).get("definition");
        assertThat(definition.at("/steps/1/goMargin").asDouble()).isEqualTo(1.5);
        String digest = CanonicalJson.sha256(definition.toString());
        for (StoredDecision stored : chain) {
            assertThat(json(stored).get("configSha256").asText()).isEqualTo(digest);
        }
        assertThat(json(chain.getLast()).get("definition").isNull()).isTrue();
    }

    /** With the formula of the conditional binomial written out, without the classes under test. */
    @Test
    void theVerdictCanBeComputedAgain_fromTheChainAlone() throws Exception {
        double[] better = new double[49];
        boolean proven = false;
        long candidate = 0;
        for (StoredDecision stored : chain) {
            for (JsonNode row : json(stored).get("strata")) {
                long eb = row.get(4).asLong();
                long nb = row.get(5).asLong();
                long ec = row.get(6).asLong();
                long nc = row.get(7).asLong();
                candidate += nc;
                for (int k = 0; k < better.length; k++) {
                    double ratio = ratio(k);
                    better[k] +=
                            (ec == 0 ? 0 : ec * Math.log(theta(ratio, nb, nc) / theta(2, nb, nc)))
                                    + eb
                                            * Math.log(
                                                    (1 - theta(ratio, nb, nc))
                                                            / (1 - theta(2, nb, nc)));
                }
            }
            double e = 0.1 * Math.exp(better[48]);
            double weights = 0;
            for (int k = 0; k < 48; k++) {
                weights += weight(k);
            }
            for (int k = 0; k < 48; k++) {
                e += 0.9 * weight(k) / weights * Math.exp(better[k]);
            }
            proven |= e >= 20;
            JsonNode metric = json(stored).at("/metrics/0");
            if (!metric.isMissingNode()) {
                assertThat(metric.get("logEGo").asDouble()).isCloseTo(Math.log(e), within(1e-9));
                assertThat(metric.at("/candidate/total").asLong()).isEqualTo(candidate);
                assertThat(metric.get("goProven").asBoolean()).isEqualTo(proven);
            }
            assertThat(stored.verdict()).isEqualTo(proven ? "GO" : "HOLD");
        }
        assertThat(proven).isTrue();
    }

    private static double theta(double ratio, long nb, long nc) {
        return ratio * nc / (nb + ratio * nc);
    }

    private static double ratio(int k) {
        return k == 48 ? 0 : 2 * Math.pow(64, -(k + 0.5) / 48);
    }

    private static double weight(int k) {
        double deviations = 6 * (k + 0.5) / 48;
        return Math.exp(-deviations * deviations / 2);
    }

    @Test
    void whatWasWritten_isReadBackEqual() {
        StoredDecision newest = chain.getLast();
        assertThat(EvidenceRecord.decision(newest)).isEqualTo(rehearsal.decision());
        assertThat(rehearsal.desk.evidence(newest.id())).contains(newest.evidence());
        assertThat(rehearsal.desk.evidence("ev_unknown")).isEmpty();
        assertThat(CanonicalJson.sha256(newest.evidence())).isEqualTo(newest.sha256());
    }

    @Test
    void noStratumIsInTwoRecords() throws Exception {
        List<Long> starts = new ArrayList<>();
        for (StoredDecision stored : chain) {
            json(stored).get("strata").forEach(row -> starts.add(row.get(2).asLong()));
        }
        assertThat(starts).doesNotHaveDuplicates().isSorted().hasSize(14);
    }

    @Test
    void howErrorsWereDispersedBeforeTheRun_isKept_andOutlivesARestart() throws Exception {
        Rehearsal bursts =
                new Rehearsal(
                        Fixtures.measures(
                                Fixtures.cutover().metric("errors").step(0.1, 2, 1.2).build()));
        for (int minute = 0; minute < 40; minute++) {
            bursts.tenSecondsTimes(6, minute % 2 == 0 ? 0 : 4, 900, 0, 0);
        }
        bursts.startRun();
        bursts.step(1, 0, 0.1);
        bursts.tenSecondsTimes(8, 9, 900, 1, 100);
        JsonNode dispersion =
                json(bursts.store.decisions("orders", 1000).getLast()).at("/dispersion/errors");
        // 24 errors in one minute and none in the next.
        assertThat(dispersion.path("factor").asDouble()).isCloseTo(24, within(1.0));
        assertThat(dispersion.path("blockSeconds").asLong()).isEqualTo(60);
        assertThat(bursts.decision().reasons())
                .anySatisfy(
                        reason -> assertThat(reason.text()).contains("24 times as many events"));
        Decision before = bursts.decision();
        bursts.restart();
        bursts.pass(1);
        assertThat(bursts.decision().metrics()).isEqualTo(before.metrics());
    }
}
