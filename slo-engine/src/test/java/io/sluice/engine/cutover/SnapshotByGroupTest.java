package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.measure.MeasurePlan.Side;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Once all traffic is the candidate's, each route is judged by what stands in for it. */
class SnapshotByGroupTest {
    private static final int HOUR = 360;

    private final Traffic traffic = new Traffic(3);

    private static Rehearsal rehearsal(Fixtures cutover) {
        return new Rehearsal(Fixtures.measures(cutover.build()));
    }

    private static Fixtures untilAll() {
        return Fixtures.cutover().metric("errors").step(0.5, 2, 1.2).step(1, 1.5, 1.2);
    }

    private static Fixtures allAtOnce() {
        return Fixtures.cutover().metric("errors").step(1, 1.5, 1.2);
    }

    /** Ten seconds: 970 requests of a route, 30 of a rare one, all of them at 1 %. */
    private void both(Rehearsal rehearsal, boolean candidateToo) {
        for (Map.Entry<String, Integer> route : Map.of("/orders", 970, "/rare", 30).entrySet()) {
            int half = route.getValue() / 2;
            rehearsal.count(
                    "errors",
                    route.getKey(),
                    traffic.errors(half, 0.01),
                    half,
                    candidateToo ? traffic.errors(half, 0.01) : 0,
                    candidateToo ? half : 0);
        }
        rehearsal.pass(10);
    }

    /** Ten seconds of the candidate alone, which is better on the frequent route. */
    private void alone(Rehearsal rehearsal, double onTheRareOne) {
        rehearsal.count("errors", "/orders", 0, 0, traffic.errors(970, 0.005), 970);
        rehearsal.count("errors", "/rare", 0, 0, traffic.errors(30, onTheRareOne), 30);
        rehearsal.pass(10);
    }

    private void throughTheFirstStep(Rehearsal rehearsal) {
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.5);
        for (int i = 0; i < HOUR; i++) {
            both(rehearsal, true);
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.step(1, 1, 1);
    }

    private Decision alone(Rehearsal rehearsal, int times, double onTheRareOne) {
        for (int i = 0; i < times && !rehearsal.decision().isFinal(); i++) {
            alone(rehearsal, onTheRareOne);
        }
        return rehearsal.decision();
    }

    private static void isNoGoOnTheRareRoute(Decision decision) {
        assertThat(decision.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(decision.reasons().getFirst().code()).isEqualTo(Code.REGRESSION);
        assertThat(decision.reasons().getFirst().text()).contains(", on /rare candidate ");
    }

    @Test
    void aFaultOnOneRouteAfterTheLastStep_isNoGoThere() {
        Rehearsal rehearsal = rehearsal(untilAll());
        throughTheFirstStep(rehearsal);
        isNoGoOnTheRareRoute(alone(rehearsal, HOUR, 0.2));
        assertThat(rehearsal.secondOpinion()).isEmpty();
    }

    @Test
    void withoutAFault_itIsGo() {
        Rehearsal rehearsal = rehearsal(untilAll());
        throughTheFirstStep(rehearsal);
        Decision decision = alone(rehearsal, HOUR, 0.01);
        assertThat(decision.verdict()).isEqualTo(Verdict.GO);
        assertThat(rehearsal.secondOpinion()).isEmpty();
    }

    /** The whole is proven long before it is known whether the route is bad by chance. */
    @Test
    void aRouteThatLooksBad_isWaitedFor() {
        Rehearsal rehearsal =
                rehearsal(
                        Fixtures.cutover()
                                .metric("errors")
                                .step(0.5, 2, 1.2)
                                .step(1, 1.5, 1.2, Duration.ofMinutes(20)));
        throughTheFirstStep(rehearsal);
        List<String> said = new ArrayList<>();
        for (int i = 0; i < HOUR && !rehearsal.decision().isFinal(); i++) {
            alone(rehearsal, 0.04);
            rehearsal.decision().reasons().forEach(reason -> said.add(reason.text()));
        }
        assertThat(said)
                .anySatisfy(
                        text ->
                                assertThat(text)
                                        .startsWith("errors: on /rare candidate ")
                                        .endsWith("worse there than x1.2 may still be chance"));
        isNoGoOnTheRareRoute(rehearsal.decision());
    }

    private void hourBefore(Rehearsal rehearsal) {
        for (int i = 0; i < HOUR; i++) {
            both(rehearsal, false);
        }
    }

    @Test
    void withoutEarlierSteps_theHourBeforeTheRunStandsInForEachRoute() {
        Rehearsal rehearsal = rehearsal(allAtOnce());
        hourBefore(rehearsal);
        rehearsal.startRun();
        rehearsal.step(1, 0, 1);
        alone(rehearsal, 10, 0.2);
        rehearsal.restart();
        isNoGoOnTheRareRoute(alone(rehearsal, HOUR, 0.2));
        assertThat(rehearsal.secondOpinion()).isEmpty();
    }

    @Test
    void aRecordedBaseline_standsInForEachRouteThatItKnows() {
        for (boolean known : new boolean[] {true, false}) {
            Rehearsal rehearsal = rehearsal(allAtOnce().recordedBaseline("before"));
            BadOfTotal rare = new BadOfTotal(300, 30_000);
            rehearsal.recorded.put(
                    "before",
                    Map.of(
                            rehearsal.measures.forCutover("orders", "errors", Side.BASELINE).id(),
                            new RecordedBaselines.Counts(
                                    10_000,
                                    1_000_000,
                                    Optional.empty(),
                                    known ? Map.of("/rare", rare) : Map.of())));
            rehearsal.startRun();
            rehearsal.step(1, 0, 1);
            Decision decision = alone(rehearsal, HOUR, 0.1);
            if (known) {
                isNoGoOnTheRareRoute(decision);
            } else {
                assertThat(decision.verdict()).isEqualTo(Verdict.GO);
            }
            assertThat(rehearsal.secondOpinion()).isEmpty();
        }
    }

    /** The rare route's errors go up and down by the hour, and nobody sees it in the whole. */
    @Test
    void howFarRoutesDriftByThemselves_isLeftRoomFor() {
        Rehearsal rehearsal = rehearsal(untilAll());
        Instant start = rehearsal.now;
        for (int minute = 0; minute < 48 * 60; minute++) {
            double ratio = minute / 60 % 2 == 0 ? 0.02 : 0.08;
            Instant at = start.plusSeconds(60L * minute);
            rehearsal.count(
                    "errors", "/orders", Side.BASELINE, traffic.errors(5_820, 0.01), 5_820, at);
            rehearsal.count("errors", "/rare", Side.BASELINE, traffic.errors(180, ratio), 180, at);
        }
        rehearsal.now = start.plusSeconds(48 * 3600);
        CutoverPlan plan =
                CutoverPlan.of(
                        rehearsal.measures.definitions().cutovers().get("orders"),
                        rehearsal.measures);
        Dispersion measured =
                new BaselineHistory(rehearsal.series, plan, rehearsal.now)
                        .variations()
                        .get("errors");
        assertThat(measured.drift()).isLessThan(1.5);
        assertThat(measured.groupDrifts()).containsOnlyKeys("/rare");
        assertThat(measured.drift("/rare")).isGreaterThan(4);
        assertThat(plan.noGoMargin(1, measured)).isEqualTo(1.2);
        assertThat(plan.groupNoGoMargin(1, measured, "/rare"))
                .isCloseTo(1.2 * measured.drift("/rare"), within(1e-5));
        assertThat(plan.groupNoGoMargin(1, measured, "/orders"))
                .isCloseTo(1.2 * measured.drift(), within(1e-5));
        assertThat(Dispersion.read(CanonicalJson.read(CanonicalJson.write(measured.describe()))))
                .isEqualTo(measured);
    }
}
