package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.cutover.EvidenceVerification.Difference;
import io.sluice.engine.cutover.EvidenceVerification.Outcome;
import io.sluice.engine.measure.MeasurePlan;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Somebody has an exported file and no server: what is true is verified, what was changed is told.
 */
class EvidenceVerifierTest {

    private static final String DEFINITIONS =
            """
            apiVersion: openslo/v1
            kind: Service
            metadata: {name: orders}
            spec: {}
            ---
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: order-errors}
            spec:
              ratioMetric:
                bad: {metricSource: {type: spans, spec: {service: proxy, where: [{attribute: code, atLeast: 500}]}}}
                total: {metricSource: {type: spans, spec: {service: proxy}}}
            ---
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: orders-errors, labels: {tier: service}}
            spec:
              service: orders
              indicatorRef: order-errors
              budgetingMethod: Occurrences
              timeWindow: [{duration: 28d, isRolling: true}]
              objectives: [{target: 0.99}]
            ---
            apiVersion: sluice.dev/v1
            kind: Cutover
            metadata: {name: orders}
            spec:
              service: orders
              baseline: {where: [{attribute: side, equals: legacy}]}
              candidate: {where: [{attribute: side, equals: platform}]}
              stratifyBy: http.route
              sealing: {stratum: 10s, after: 5s}
              metrics:
                - {name: errors, indicatorRef: order-errors, target: 0.9}
              steps:
                - {share: 0.1, goMargin: 2, minimumDuration: 30s}
                - {share: 0.5, goMargin: 1.5, minimumDuration: 0s}
                - {share: 1, goMargin: 1.5, minimumDuration: 0s}
              objectives: [orders-errors]
            """;

    private Rehearsal rehearsal = rehearsal();

    private static Rehearsal rehearsal() {
        return new Rehearsal(
                MeasurePlan.compile(
                        new DefinitionLoader()
                                .loadSources(List.of(new SourceFile("orders.yaml", DEFINITIONS)))
                                .definitions()
                                .orElseThrow()));
    }

    private List<String> file;

    @BeforeEach
    void aWholeCutover() {
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        rehearsal.tenSecondsTimes(8, 9, 900, 0, 100);
        rehearsal.firing.add("orders-errors");
        rehearsal.tenSecondsTimes(2, 9, 900, 1, 100);
        rehearsal.firing.clear();
        rehearsal.restart();
        rehearsal.tenSecondsTimes(4, 9, 900, 1, 100);
        rehearsal.step(1, 1, 0.5);
        rehearsal.tenSecondsTimes(14, 5, 500, 2, 500);
        rehearsal.step(1, 2, 1);
        rehearsal.tenSecondsTimes(14, 0, 0, 2, 1000);
        assertThat(rehearsal.decision().isFinal()).isTrue();
        file = export();
    }

    private List<String> export() {
        try (Stream<String> lines =
                EvidenceFile.of(rehearsal.store, "orders", OptionalInt.empty()).orElseThrow()) {
            return new ArrayList<>(lines.toList());
        }
    }

    private static EvidenceVerification verify(List<String> lines) {
        return EvidenceVerifier.verify(lines.iterator(), Optional.empty());
    }

    private static List<String> texts(EvidenceVerification verification) {
        return verification.differences().stream().map(Difference::text).toList();
    }

    private int lineWith(String text) {
        for (int i = 1; i < file.size(); i++) {
            if (file.get(i).contains(text)) {
                return i;
            }
        }
        throw new AssertionError("no line has " + text);
    }

    @Test
    void whatWasExported_isVerified() {
        EvidenceVerification verified = verify(file);
        assertThat(texts(verified)).isEmpty();
        assertThat(verified.outcome()).isEqualTo(Outcome.VERIFIED);
        assertThat(verified.decisions()).isEqualTo(file.size() - 2).isGreaterThan(20);
        assertThat(verified.verdicts().keySet()).containsExactly("GO", "HOLD");
        assertThat(verified.head()).isEqualTo(rehearsal.decision().sha256());
        assertThat(verified.engines()).containsExactly(EvidenceVerification.engine());
        assertThat(EvidenceVerification.engine()).matches("[0-9]+\\.[0-9]+\\.[0-9].*");
        assertThat(EvidenceVerifier.verify(file.iterator(), Optional.of(verified.head())).outcome())
                .isEqualTo(Outcome.VERIFIED);
    }

    @Test
    void aRegression_isVerifiedUpToItsNoGo() {
        rehearsal.startRun();
        rehearsal.step(2, 0, 0.1);
        rehearsal.tenSecondsTimes(20, 9, 900, 30, 100);
        file = export();
        EvidenceVerification verified = verify(file);
        assertThat(texts(verified)).isEmpty();
        assertThat(verified.run()).isEqualTo(2);
        assertThat(verified.verdicts()).containsEntry("NO_GO", 1);
    }

    @Test
    void anEarlierRun_canBeExportedByItsNumber() {
        rehearsal.startRun();
        rehearsal.pass(1);
        assertThat(
                        EvidenceFile.of(rehearsal.store, "orders", OptionalInt.of(1))
                                .orElseThrow()
                                .skip(1))
                .startsWith(file.get(1));
        assertThat(EvidenceFile.of(rehearsal.store, "orders", OptionalInt.of(3))).isEmpty();
        assertThat(EvidenceFile.of(rehearsal.store, "carts", OptionalInt.empty())).isEmpty();
    }

    @Test
    void oneCountChanged_isTold_withTheCountThatItWouldMake() {
        int at = lineWith("\"/orders\",9,900,1,100]");
        file.set(at, file.get(at).replace("\"/orders\",9,900,1,100]", "\"/orders\",9,900,0,100]"));
        EvidenceVerification verified = verify(file);
        assertThat(verified.outcome()).isEqualTo(Outcome.DIFFERS);
        assertThat(verified.differences().getFirst().line()).isEqualTo(at + 1);
        assertThat(texts(verified).get(0)).contains("its content has the digest");
        assertThat(texts(verified).get(1))
                .contains("metrics[0].candidate.bad is ")
                .contains(" when it is decided again");
    }

    /** Whoever can change a file can compute digests, too. */
    @Test
    void oneCountChanged_andEveryDigestMadeAnew_isTold_byTheVerdicts() {
        int at = lineWith("\"/orders\",9,900,1,100]");
        file.set(at, file.get(at).replace("\"/orders\",9,900,1,100]", "\"/orders\",9,900,0,100]"));
        forge();
        EvidenceVerification verified = verify(file);
        assertThat(verified.outcome()).isEqualTo(Outcome.DIFFERS);
        assertThat(verified.differences().getFirst().line()).isEqualTo(at + 1);
        assertThat(texts(verified).getFirst()).contains("metrics[0].candidate.bad is ");
    }

    @Test
    void aVerdictChanged_andEveryDigestMadeAnew_isTold() {
        int at = lineWith("\"verdict\":\"HOLD\"");
        file.set(at, file.get(at).replace("\"verdict\":\"HOLD\"", "\"verdict\":\"GO\""));
        forge();
        assertThat(texts(verify(file)).getFirst())
                .contains("verdict is \"GO\", and \"HOLD\" when it is decided again");
    }

    @Test
    void aForgedFile_isTold_byADigestThatWasNotedElsewhere() {
        String head = verify(file).head();
        // The last decision is left out, and the file closed again, without a trace in it.
        file.remove(file.size() - 2);
        forge();
        assertThat(verify(file).outcome()).isEqualTo(Outcome.VERIFIED);
        EvidenceVerification against = EvidenceVerifier.verify(file.iterator(), Optional.of(head));
        assertThat(against.outcome()).isEqualTo(Outcome.DIFFERS);
        assertThat(texts(against)).singleElement().asString().contains("expected " + head);
    }

    @Test
    void aDecisionLeftOut_isTold_whereTheNextOneStands() {
        int at = file.size() / 2;
        file.remove(at);
        EvidenceVerification verified = verify(file);
        assertThat(verified.outcome()).isEqualTo(Outcome.DIFFERS);
        assertThat(verified.differences().getFirst().line()).isEqualTo(at + 1);
        assertThat(texts(verified).getFirst()).contains("it follows").contains("and before it is");
        assertThat(texts(verified)).anyMatch(text -> text.startsWith("the end counts"));
    }

    @Test
    void twoDecisionsChangedOver_areTold() {
        int at = file.size() / 2;
        String one = file.get(at);
        file.set(at, file.get(at + 1));
        file.set(at + 1, one);
        EvidenceVerification verified = verify(file);
        assertThat(verified.outcome()).isEqualTo(Outcome.DIFFERS);
        assertThat(verified.differences().getFirst().line()).isEqualTo(at + 1);
    }

    @Test
    void aFileThatWasCut_isTold() {
        file.removeLast();
        assertThat(texts(verify(file)))
                .containsExactly("the file ends without its last line: it was cut");
        assertThat(verify(file.subList(0, 1)).outcome()).isEqualTo(Outcome.DIFFERS);
    }

    @Test
    void anotherDefinition_isTold_byItsDigest() {
        file.set(0, file.getFirst().replace("goMargin: 2", "goMargin: 3"));
        EvidenceVerification verified = verify(file);
        assertThat(verified.outcome()).isEqualTo(Outcome.DIFFERS);
        assertThat(verified.differences().getFirst())
                .satisfies(first -> assertThat(first.line()).isEqualTo(1))
                .satisfies(first -> assertThat(first.text()).contains("was pinned to"));
    }

    @Test
    void aDefinitionThatCannotBeRead_isTold_andTheChainIsHeldAnyway() {
        file.set(0, file.getFirst().replace("kind: Cutover", "kind: Detour"));
        file.remove(3);
        assertThat(texts(verify(file)))
                .anyMatch(text -> text.startsWith("the definition cannot be read"))
                .anyMatch(text -> text.contains("and before it is"));
    }

    @Test
    void anotherVersion_mayWordReasonsOtherwise_andNothingElse() {
        file.replaceAll(
                line ->
                        line.replace(
                                        "\"engine\":\"" + EvidenceVerification.engine() + "\"",
                                        "\"engine\":\"0.0.9\"")
                                .replace("is ruled out", "can be ruled out"));
        forge();
        EvidenceVerification verified = verify(file);
        assertThat(texts(verified)).isEmpty();
        assertThat(verified.engines()).containsExactly("0.0.9");

        int at = lineWith("\"verdict\":\"HOLD\"");
        file.set(at, file.get(at).replace("\"verdict\":\"HOLD\"", "\"verdict\":\"GO\""));
        forge();
        assertThat(verify(file).outcome()).isEqualTo(Outcome.DIFFERS);
    }

    @Test
    void anotherArithmetic_isNotComputedAgain_andTheChainIsHeld() {
        file.set(0, file.getFirst().replace(CutoverPlan.METHOD, "grid-mixture-0"));
        assertThat(verify(file).outcome()).isEqualTo(Outcome.OTHER_METHOD);
        file.remove(5);
        assertThat(verify(file).outcome()).isEqualTo(Outcome.DIFFERS);
    }

    /** As versions wrote it that knew no snapshot of a group, for plans that have one now. */
    @Test
    void anArithmeticThatKnewLess_isNotTakenForAChangedDefinition() {
        assertThat(file.getFirst()).contains("\"method\":\"grid-mixture-1+snapshot-by-group-1\"");
        String digest = CanonicalJson.read(file.getFirst()).path("configSha256").asText();
        file.set(
                0,
                file.getFirst()
                        .replace("+snapshot-by-group-1", "")
                        .replace(digest, "0".repeat(64)));
        EvidenceVerification verified = verify(file);
        assertThat(texts(verified)).isEmpty();
        assertThat(verified.outcome()).isEqualTo(Outcome.OTHER_METHOD);
    }

    @Test
    void aDefinitionThatIsNotTheRuns_isTold() {
        String digest = CanonicalJson.read(file.getFirst()).path("configSha256").asText();
        file.set(0, file.getFirst().replace(digest, "0".repeat(64)));
        assertThat(verify(file).outcome()).isEqualTo(Outcome.DIFFERS);
    }

    @Test
    void whatWasNeverExported_isNoEvidence() {
        assertThat(verify(List.of()).outcome()).isEqualTo(Outcome.NOT_EVIDENCE);
        assertThat(verify(List.of("hello")).outcome()).isEqualTo(Outcome.NOT_EVIDENCE);
        assertThat(verify(List.of("{\"format\":\"other\"}")).outcome())
                .isEqualTo(Outcome.NOT_EVIDENCE);
    }

    /** Changes one character that means something; nothing of that kind may pass. */
    @Property(tries = 60)
    void aDigitChangedAnywhereInADecision_isTold(@ForAll Random random) {
        rehearsal = rehearsal();
        aWholeCutover();
        int at = 1 + random.nextInt(file.size() - 2);
        String line = file.get(at);
        int evidence = line.indexOf("\"evidence\"");
        int digit;
        do {
            digit = evidence + random.nextInt(line.length() - evidence);
        } while (!Character.isDigit(line.charAt(digit)));
        char other = (char) ('0' + (line.charAt(digit) - '0' + 1 + random.nextInt(9)) % 10);
        String changed = line.substring(0, digit) + other + line.substring(digit + 1);
        Assume.that(!saysTheSame(line, changed));
        file.set(at, changed);
        EvidenceVerification verified = verify(file);
        assertThat(verified.outcome()).isEqualTo(Outcome.DIFFERS);
        assertThat(verified.differences().getFirst().line()).isEqualTo(at + 1);
    }

    /** The seventeenth digit of a number may make no other number. */
    private static boolean saysTheSame(String line, String changed) {
        try {
            return CanonicalJson.read(line).equals(CanonicalJson.read(changed));
        } catch (IllegalArgumentException notJson) {
            return false;
        }
    }

    /** Makes every digest, link and the end right again, as somebody would who knows how. */
    private void forge() {
        String previousId = "";
        String previousSha256 = "";
        for (int i = 1; i < file.size() - 1; i++) {
            var json = CanonicalJson.read(file.get(i));
            var evidence = (com.fasterxml.jackson.databind.node.ObjectNode) json.get("evidence");
            if (i > 1) {
                evidence.putObject("previous").put("id", previousId).put("sha256", previousSha256);
            }
            String text = CanonicalJson.canonical(evidence);
            previousId = json.get("id").asText();
            previousSha256 = CanonicalJson.sha256(text);
            file.set(
                    i,
                    "{\"id\":\"%s\",\"sha256\":\"%s\",\"evidence\":%s}"
                            .formatted(previousId, previousSha256, text));
        }
        file.set(
                file.size() - 1,
                "{\"decisions\":%d,\"end\":true,\"head\":\"%s\"}"
                        .formatted(file.size() - 2, previousSha256));
    }
}
