package io.sluice.engine.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.migration.MigrationStatus.Attested;
import io.sluice.engine.migration.MigrationStatus.CriterionStatus;
import io.sluice.engine.migration.MigrationStatus.Met;
import io.sluice.engine.migration.MigrationStatus.PhaseState;
import io.sluice.engine.results.ResultsCalculator;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.store.InMemoryStore;
import io.sluice.engine.store.StoredDeployment;
import io.sluice.engine.store.StoredRun;
import io.sluice.engine.store.StoredStep;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** A migration in which an hour stands for the weeks of a real one. */
class MigrationEvaluatorTest {
    private static final Instant NOW = Instant.parse("2026-02-14T12:00:00Z");

    private static final String DEFINITIONS =
            """
            apiVersion: openslo/v1
            kind: Service
            metadata: {name: shop}
            spec: {}
            ---
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: errors}
            spec:
              ratioMetric:
                bad: {metricSource: {type: spans, spec: {service: proxy, where: [{attribute: code, atLeast: 500}]}}}
                total: {metricSource: {type: spans, spec: {service: proxy}}}
            ---
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: success, labels: {tier: business}}
            spec:
              service: shop
              indicatorRef: errors
              budgetingMethod: Occurrences
              timeWindow: [{duration: 28d, isRolling: true}]
              objectives: [{target: 0.99}]
            ---
            apiVersion: sluice.dev/v1
            kind: Cutover
            metadata: {name: cart}
            spec:
              service: shop
              baseline: {where: [{attribute: side, equals: legacy}]}
              candidate: {where: [{attribute: side, equals: platform}]}
              metrics: [{name: errors, indicatorRef: errors}]
              steps: [{share: 1, goMargin: 2, minimumDuration: 0s}]
            ---
            apiVersion: sluice.dev/v1
            kind: Results
            metadata: {name: table}
            spec:
              before: {where: [{attribute: side, equals: legacy}]}
              after: {where: [{attribute: side, equals: platform}]}
              cutovers: [cart]
              rows:
                - {metric: Deployment frequency, unit: a month, statistic: deploymentsPerMonth, minimumWindow: 1m}
            ---
            apiVersion: sluice.dev/v1
            kind: Migration
            metadata: {name: shop}
            spec:
              phases:
                - name: half
                  criteria:
                    - {name: half, trafficShare: {cutovers: [cart], atLeast: 0.5, for: 1h}}
                    - {name: often, result: {results: table, row: Deployment frequency, atLeast: 1000}}
                - name: off
                  dependsOn: [half]
                  decommission: true
                  criteria:
                    - name: silence
                      noTraffic:
                        source: {type: spans, spec: {service: proxy, where: [{attribute: side, equals: legacy}]}}
                        for: 48h
                    - {name: soak, objectives: {slos: [success], over: 1h}}
                    - name: way-back
                      attestation: {role: release-manager, statement: It was tried., validFor: 14d}
            """;

    private final DefinitionSet definitions = read(DEFINITIONS);
    private final MeasurePlan plan = MeasurePlan.compile(definitions);
    private final SeriesTable series = new SeriesTable();
    private final InMemoryStore store = new InMemoryStore();
    private final Attestations attestations = new Attestations(store);
    private long countedSince;

    private static DefinitionSet read(String text) {
        return new DefinitionLoader()
                .loadSources(List.of(new SourceFile("shop.yaml", text)))
                .definitions()
                .orElseThrow();
    }

    private MigrationStatus status(Instant at) {
        return status(definitions, at);
    }

    private MigrationStatus status(DefinitionSet set, Instant at) {
        History history =
                new History() {
                    @Override
                    public long countedSince(String measure) {
                        return countedSince;
                    }

                    @Override
                    public OptionalDouble progress(String measure) {
                        return OptionalDouble.empty();
                    }
                };
        return new MigrationEvaluator(
                        series,
                        new SloEvaluator(series, history),
                        new ResultsCalculator(series, store),
                        history,
                        attestations)
                .evaluate(
                        MeasurePlan.compile(set),
                        Objects.requireNonNull(set.migrations().get("shop")),
                        at);
    }

    private CriterionStatus criterion(String name) {
        return criterion(status(NOW), name);
    }

    private static CriterionStatus criterion(MigrationStatus status, String name) {
        return status.phases().stream()
                .flatMap(phase -> phase.criteria().stream())
                .filter(c -> c.criterion().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void add(String measure, Instant at, long bad, long total) {
        series.add(
                new SeriesKey(measure, ""),
                at.getEpochSecond() / 10 * 10,
                total - bad,
                total,
                1000 * (total - bad),
                1000 * total,
                null,
                NOW.getEpochSecond());
    }

    private void traffic(Instant at, long legacy, long platform, long bad) {
        add(plan.forCutover("cart", "errors", Side.BASELINE).id(), at, 0, legacy);
        add(plan.forCutover("cart", "errors", Side.CANDIDATE).id(), at, bad, platform);
        add(plan.forObjective("success", 0).id(), at, bad, legacy + platform);
        if (legacy > 0) {
            add(plan.forMigration("shop", "off", "silence").id(), at, 0, legacy);
        }
    }

    /** The proxy is heard of all the time, and sends all traffic to the platform. */
    private void aQuietWeek() {
        for (Instant at = NOW.minus(Duration.ofHours(49));
                at.isBefore(NOW);
                at = at.plusSeconds(10)) {
            series.add(
                    SeriesKey.heartbeat("proxy"),
                    at.getEpochSecond() / 10 * 10,
                    0,
                    1,
                    0,
                    1000,
                    null,
                    NOW.getEpochSecond());
        }
        for (int minute = 0; minute < 49 * 60; minute++) {
            traffic(NOW.minus(Duration.ofMinutes(minute + 1)), 0, 100, 0);
        }
    }

    private void deployments() {
        store.commit(
                tx -> {
                    tx.putRun(
                            new StoredRun(
                                    "cart",
                                    1,
                                    "v2",
                                    "ann",
                                    NOW.minus(Duration.ofHours(2)).toEpochMilli(),
                                    0,
                                    ""));
                    tx.putStep(
                            new StoredStep(
                                    "cart",
                                    1,
                                    0,
                                    1,
                                    NOW.minus(Duration.ofHours(1)).toEpochMilli()));
                    for (int i = 0; i < 4; i++) {
                        tx.putDeployment(
                                new StoredDeployment(
                                        "cart", "v" + i, NOW.minusSeconds(60).toEpochMilli(), 0));
                    }
                });
    }

    private void attest(Instant at) {
        attestations.add(
                definitions, "shop", new Attested("off", "way-back", "ann", at, "drill 7"));
    }

    @Test
    void withoutAnything_nothingIsMet_andNothingSpeaksAgainstIt() {
        MigrationStatus status = status(NOW);
        assertThat(status.phases())
                .extracting(MigrationStatus.PhaseStatus::state)
                .containsExactly(PhaseState.IN_PROGRESS, PhaseState.WAITING);
        assertThat(status.phases().stream().flatMap(p -> p.criteria().stream()))
                .extracting(CriterionStatus::met)
                .containsExactly(
                        Met.UNMEASURED,
                        Met.UNMEASURED,
                        Met.UNMEASURED,
                        Met.UNMEASURED,
                        Met.AWAITED);
        assertThat(status.decommission().orElseThrow().verdict()).isEqualTo(Verdict.HOLD);
    }

    @Test
    void everythingMet_isGo() {
        aQuietWeek();
        deployments();
        attest(NOW.minus(Duration.ofDays(3)));
        MigrationStatus status = status(NOW);
        assertThat(status.phases().stream().flatMap(p -> p.criteria().stream()))
                .allSatisfy(c -> assertThat(c.met()).as(c.evidence()).isEqualTo(Met.MET));
        assertThat(status.phases())
                .extracting(MigrationStatus.PhaseStatus::state)
                .containsOnly(PhaseState.DONE);
        MigrationStatus.Decommission decommission = status.decommission().orElseThrow();
        assertThat(decommission.verdict()).isEqualTo(Verdict.GO);
        assertThat(decommission.reasons())
                .extracting(MigrationStatus.Reason::text)
                .contains("silence: no event in the last 2 days")
                .anyMatch(reason -> reason.startsWith("way-back: ann attested it at "));
    }

    @Test
    void aPhase_isNotDoneBeforeThoseThatItDependsOn() {
        aQuietWeek();
        attest(NOW);
        MigrationStatus status = status(NOW);
        assertThat(status.phases().getLast().state()).isEqualTo(PhaseState.WAITING);
        assertThat(status.decommission().orElseThrow().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(status.decommission().orElseThrow().reasons().getFirst())
                .isEqualTo(new MigrationStatus.Reason.Waits(List.of("half")))
                .extracting(MigrationStatus.Reason::text)
                .asString()
                .contains("depends on phases that are not all done: half");
    }

    @Test
    void trafficOfToday_isNoGo_andThatOfYesterdayWaits() {
        aQuietWeek();
        deployments();
        attest(NOW);
        traffic(NOW.minus(Duration.ofHours(30)), 3, 0, 0);
        CriterionStatus waits = criterion("silence");
        assertThat(waits.met()).isEqualTo(Met.AWAITED);
        assertThat(waits.evidence())
                .isEqualTo(
                        "3 events in the last 2 days, the last before 2026-02-13T06:00:10Z; if it"
                                + " was the last one, this is met from 2026-02-15T06:00:10Z on");
        assertThat(status(NOW).decommission().orElseThrow().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(status(Instant.parse("2026-02-15T06:00:10Z")).phases().getLast().criteria())
                .first()
                .satisfies(c -> assertThat(c.evidence()).startsWith("no event"));

        traffic(NOW.minus(Duration.ofHours(3)), 1, 0, 0);
        assertThat(criterion("silence").met()).isEqualTo(Met.NOT_MET);
        MigrationStatus.Decommission decommission = status(NOW).decommission().orElseThrow();
        assertThat(decommission.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(decommission.reasons().getFirst().text()).startsWith("silence: 4 events");
    }

    @Test
    void silenceThatNobodyListenedTo_isUnmeasured() {
        assertThat(criterion("silence").evidence())
                .contains("proxy was heard of in 0 % of the time, needs 99 %");
        aQuietWeek();
        assertThat(criterion("silence").met()).isEqualTo(Met.MET);
        countedSince = NOW.minus(Duration.ofHours(47)).getEpochSecond();
        assertThat(criterion("silence").met()).isEqualTo(Met.UNMEASURED);
        assertThat(criterion("silence").evidence())
                .contains("it is counted since 2026-02-12T13:00:00Z only");
    }

    @Test
    void aMissedTarget_isNoGo_andASoakThatIsNotLongEnoughIsUnmeasured() {
        for (int minute = 1; minute <= 20; minute++) {
            traffic(NOW.minus(Duration.ofMinutes(minute)), 0, 100, 0);
        }
        assertThat(criterion("soak").met()).isEqualTo(Met.UNMEASURED);
        assertThat(criterion("soak").evidence()).contains("of the time, needs 90 %");
        aQuietWeek();
        traffic(NOW.minus(Duration.ofMinutes(5)), 0, 100, 90);
        assertThat(criterion("soak").met()).isEqualTo(Met.NOT_MET);
        assertThat(criterion("soak").evidence())
                .isEqualTo("success missed its target in the last 60 min");
        assertThat(status(NOW).decommission().orElseThrow().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void aShare_isOfWholeCounts_andItsTimeMustHaveBeenSeen() {
        traffic(NOW.minus(Duration.ofMinutes(30)), 50, 50, 0);
        assertThat(criterion("half").met()).isEqualTo(Met.UNMEASURED);
        assertThat(criterion("half").evidence())
                .isEqualTo(
                        "50 of 100 requests were the new side's (50 %) in the last 60 min, at least"
                                + " 50 % must be; cart's traffic is known since"
                                + " 2026-02-14T11:30:00Z");
        traffic(NOW.minus(Duration.ofMinutes(90)), 1, 1, 0);
        assertThat(criterion("half").met()).isEqualTo(Met.MET);
        traffic(NOW.minus(Duration.ofMinutes(20)), 1, 0, 0);
        assertThat(criterion("half").met()).isEqualTo(Met.NOT_MET);
        assertThat(criterion("half").evidence()).contains("50 of 101", "(49.5 %)");
    }

    @Test
    void aShare_isNotToldByWhatIsHeldToALimit() {
        String errors = "metrics: [{name: errors, indicatorRef: errors}]";
        String parity = "{name: parity, indicatorRef: parity, limit: 0.001}";
        String sli =
                """
                ---
                apiVersion: openslo/v1
                kind: SLI
                metadata: {name: parity}
                spec:
                  ratioMetric:
                    bad: {metricSource: {type: spans, spec: {service: mirror, where: [{attribute: same, equals: false}]}}}
                    total: {metricSource: {type: spans, spec: {service: mirror}}}
                """;
        traffic(NOW.minus(Duration.ofMinutes(90)), 1, 1, 0);
        traffic(NOW.minus(Duration.ofMinutes(30)), 50, 50, 0);
        DefinitionSet parityFirst =
                read(DEFINITIONS.replace(errors, errors.replace("[", "[" + parity + ", ")) + sli);
        assertThat(share(parityFirst).met()).isEqualTo(Met.MET);
        DefinitionSet parityAlone =
                read(DEFINITIONS.replace(errors, "metrics: [" + parity + "]") + sli);
        assertThat(share(parityAlone).met()).isEqualTo(Met.UNMEASURED);
        assertThat(share(parityAlone).evidence())
                .contains("cart has no metric that counts both sides");
    }

    private CriterionStatus share(DefinitionSet set) {
        return status(set, NOW).phases().getFirst().criteria().getFirst();
    }

    @Test
    void aResult_isComparedBeforeItIsRounded() {
        deployments();
        // Four in an hour are 2,922 a month.
        assertThat(criterion("often").met()).isEqualTo(Met.MET);
        assertThat(criterion("often").evidence())
                .isEqualTo("2,922 a month after; wanted is at least 1,000 a month");
    }

    @ParameterizedTest
    @CsvSource({"1000.50, '1,000.5'", "12345678, '12,345,678'", "0.125, 0.125", "1e6, '1,000,000'"})
    void whatIsWanted_isAllThatTheDefinitionSays(String amount, String words) {
        deployments();
        DefinitionSet more = read(DEFINITIONS.replace("atLeast: 1000", "atLeast: " + amount));
        assertThat(criterion(status(more, NOW), "often").evidence())
                .isEqualTo("2,922 a month after; wanted is at least " + words + " a month");
    }

    @Test
    void aChangeFromNothing_isNoPercentage() {
        DefinitionSet more =
                read(
                        DEFINITIONS
                                .replace(
                                        "row: Deployment frequency, atLeast: 1000",
                                        "row: Served, upBy: 50")
                                .replace(
                                        "rows:\n",
                                        """
                                        rows:
                                            - metric: Served
                                              unit: "%"
                                              statistic: ratio
                                              source: {type: spans, spec: {service: proxy}}
                                              part: {type: spans, spec: {service: proxy, kind: server}}
                                        """));
        MeasurePlan measures = MeasurePlan.compile(more);
        String before = measures.forResults("table", 0, false).orElseThrow().id();
        String after = measures.forResults("table", 0, true).orElseThrow().id();
        add(before, NOW.minus(Duration.ofHours(3)), 100, 100);
        add(after, NOW.minus(Duration.ofMinutes(5)), 0, 100);
        deployments();
        CriterionStatus often = criterion(status(more, NOW), "often");
        assertThat(often.met()).isEqualTo(Met.UNMEASURED);
        assertThat(often.evidence())
                .isEqualTo("it was 0 before, so no change of it is so many percent");
    }

    @Test
    void anAttestation_expires_andTheNewestCounts() {
        attest(NOW.minus(Duration.ofDays(15)));
        assertThat(criterion("way-back").met()).isEqualTo(Met.AWAITED);
        assertThat(criterion("way-back").evidence())
                .isEqualTo(
                        "ann attested it at 2026-01-30T12:00:00Z; that expired at"
                                + " 2026-02-13T12:00:00Z");
        attest(NOW.minus(Duration.ofDays(14)));
        assertThat(criterion("way-back").met()).isEqualTo(Met.AWAITED);
        attest(NOW.minus(Duration.ofDays(14)).plusMillis(1));
        assertThat(criterion("way-back").met()).isEqualTo(Met.MET);
        assertThat(criterion("way-back").attested().orElseThrow().note()).isEqualTo("drill 7");
        assertThat(attestations.all("shop")).hasSize(3);
        assertThat(new Attestations(store).all("shop")).isEqualTo(attestations.all("shop"));
    }

    @Test
    void onlyWhatIsAttested_canBe() {
        Attested measured = new Attested("off", "soak", "ann", NOW, "");
        assertThatThrownBy(() -> attestations.add(definitions, "shop", measured))
                .isInstanceOf(IllegalArgumentException.class);
        Stream.of(
                        new Attested("", "way-back", "ann", NOW, ""),
                        new Attested("none", "way-back", "ann", NOW, ""),
                        new Attested("off", "none", "ann", NOW, ""))
                .forEach(
                        unknown ->
                                assertThatThrownBy(
                                                () ->
                                                        attestations.add(
                                                                definitions, "shop", unknown))
                                        .isInstanceOf(NoSuchElementException.class));
        assertThat(attestations.all("shop")).isEmpty();
    }
}
