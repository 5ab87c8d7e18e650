package io.sluice.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SpanKind;
import io.sluice.definitions.model.Tree;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.measure.MeasurePlan.Side;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class MeasurePlanTest {
    private static final EventSource.Spans PROXY =
            new EventSource.Spans(
                    Optional.of("proxy"),
                    Optional.empty(),
                    Optional.of(SpanKind.SERVER),
                    List.of(),
                    Optional.empty(),
                    List.of());
    private static final List<Condition> LEGACY = side("legacy");
    private static final List<Condition> PLATFORM = side("platform");

    private static List<Condition> side(String name) {
        return List.of(new Condition.In("shop.side", List.of(name)));
    }

    private static MeasurePlan plan(Objective... objectives) {
        DefinitionSet set =
                new TestDefinitions()
                        .set(
                                "set",
                                Arrays.stream(objectives)
                                        .map(
                                                o ->
                                                        TestDefinitions.slo(
                                                                o.sli(),
                                                                BudgetingMethod.OCCURRENCES,
                                                                o,
                                                                TestDefinitions.rolling(28)))
                                        .toArray(Slo[]::new));
        return MeasurePlan.compile(set);
    }

    private static Objective objective(
            String sli, Indicator indicator, Objective.Threshold threshold) {
        return new Objective(
                "",
                sli,
                indicator,
                Optional.ofNullable(threshold),
                new BigDecimal("0.99"),
                Optional.empty(),
                Optional.empty(),
                BigDecimal.ONE);
    }

    private static Objective ratio(String sli, Indicator.Polarity polarity, Condition part) {
        return objective(
                sli, new Indicator.Ratio(polarity, PROXY.and(List.of(part)), PROXY, false), null);
    }

    @Test
    void nothingDefined_measuresNothing() {
        assertThat(MeasurePlan.NOTHING.measures()).isEmpty();
        assertThatThrownBy(() -> MeasurePlan.NOTHING.forObjective("cart", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cart");
    }

    @Test
    void badPart_isTakenFromTheGoodOfTheTotal() {
        Condition failed = new Condition.Compare("http.response.status_code", Op.GTE, 500);
        MeasurePlan plan = plan(ratio("errors", Indicator.Polarity.BAD, failed));

        assertThat(plan.forObjective("errors", 0).taps())
                .containsExactly(
                        new Measure.Tap.Count(PROXY, 1, 1),
                        new Measure.Tap.Count(PROXY.and(List.of(failed)), -1, 0));
        assertThat(plan.forObjective("errors", 0).sketched()).isFalse();
    }

    @Test
    void goodPart_isAddedToTheGood() {
        Condition fine = new Condition.Exists("ok", true);
        MeasurePlan plan = plan(ratio("success", Indicator.Polarity.GOOD, fine));

        assertThat(plan.forObjective("success", 0).taps())
                .containsExactly(
                        new Measure.Tap.Count(PROXY, 0, 1),
                        new Measure.Tap.Count(PROXY.and(List.of(fine)), 1, 0));
    }

    @Test
    void rawShare_isTakenPointByPoint() {
        EventSource gauge =
                new EventSource.Metrics(
                        Optional.of("shop"), "share", List.of(), Optional.empty(), List.of());
        Measure measure =
                plan(objective("raw", new Indicator.Raw(Indicator.Polarity.BAD, gauge, true), null))
                        .forObjective("raw", 0);

        assertThat(measure.taps())
                .containsExactly(new Measure.Tap.Share(gauge, Indicator.Polarity.BAD));
        assertThat(measure.takesShares()).isTrue();
        assertThat(measure.sketched()).isFalse();
    }

    @Test
    void rawShareOfSloth_isAskedOverFiveMinutes() {
        EventSource template =
                new EventSource.Prometheus(Optional.empty(), "avg_over_time(bad[{{ .window }}])");
        Indicator raw = new Indicator.Raw(Indicator.Polarity.BAD, template, false);

        assertThat(plan(objective("raw", raw, null)).forObjective("raw", 0).totalSource())
                .isEqualTo(new EventSource.Prometheus(Optional.empty(), "avg_over_time(bad[5m])"));
    }

    @Test
    void rawShareThatNobodyHereCanAskFor_countsNothing() {
        EventSource foreign =
                new EventSource.Foreign(
                        Optional.of("cloudwatch"), Optional.empty(), new Tree.Fields(Map.of()));
        Indicator raw = new Indicator.Raw(Indicator.Polarity.GOOD, foreign, false);

        assertThat(plan(objective("raw", raw, null)).forObjective("raw", 0).taps())
                .containsExactly(new Measure.Tap.Count(foreign, 0, 0));
    }

    @Test
    void threshold_isJudgedPerEventAndSketched() {
        Objective.Threshold bound = new Objective.Threshold(Op.LTE, 200);
        Indicator latency =
                new Indicator.Threshold(
                        PROXY, Indicator.Value.DURATION, Indicator.Unit.MILLISECONDS);
        Measure measure = plan(objective("latency", latency, bound)).forObjective("latency", 0);

        assertThat(measure.taps())
                .containsExactly(
                        new Measure.Tap.Judge(
                                PROXY,
                                Indicator.Value.DURATION,
                                Indicator.Unit.MILLISECONDS,
                                Op.LTE,
                                200));
        assertThat(measure.sketched()).isTrue();
        assertThat(measure.totalSource()).isEqualTo(PROXY);
    }

    @Test
    void eventsPerMinute_areOnlyCounted() {
        Indicator rate =
                new Indicator.Threshold(
                        PROXY, Indicator.Value.COUNT_PER_MINUTE, Indicator.Unit.NONE);
        Objective.Threshold bound = new Objective.Threshold(Op.GTE, 500);

        assertThat(plan(objective("rate", rate, bound)).forObjective("rate", 0).taps())
                .containsExactly(new Measure.Tap.Count(PROXY, 1, 1));
    }

    @Test
    void sameThingUnderTwoNames_isMeasuredOnce() {
        Condition failed = new Condition.Exists("error", true);
        MeasurePlan plan =
                plan(
                        ratio("one", Indicator.Polarity.BAD, failed),
                        ratio("two", Indicator.Polarity.BAD, failed));

        assertThat(plan.measures()).hasSize(1);
        assertThat(plan.forObjective("one", 0)).isSameAs(plan.forObjective("two", 0));
    }

    @Test
    void cutoverMetric_isMeasuredOnBothSidesByRoute() {
        Condition failed = new Condition.Exists("error", true);
        Indicator errors =
                new Indicator.Ratio(
                        Indicator.Polarity.BAD, PROXY.and(List.of(failed)), PROXY, false);
        Cutover cutover =
                new Cutover(
                        TestDefinitions.named("cart"),
                        "",
                        "cart",
                        LEGACY,
                        PLATFORM,
                        Optional.of("http.route"),
                        new Cutover.Sealing(Duration.ofSeconds(10), Duration.ofSeconds(30)),
                        List.of(
                                new Cutover.Metric(
                                        "errors",
                                        "errors",
                                        errors,
                                        Optional.empty(),
                                        true,
                                        1,
                                        Optional.empty(),
                                        Optional.empty())),
                        List.of(),
                        List.of(
                                new Cutover.Step(
                                        1, 2, 1.5, Duration.ZERO, Optional.empty(), List.of())),
                        new Cutover.ErrorAllowance(0.05, 0.01),
                        new Cutover.DataGate(Duration.ofMinutes(1), 0, 0.01),
                        Optional.empty(),
                        Optional.empty(),
                        List.of());
        MeasurePlan plan = MeasurePlan.compile(set(Map.of("cart", cutover), Map.of()));

        EventSource byRoute = PROXY.groupedBy(Optional.of("http.route"));
        assertThat(plan.forCutover("cart", "errors", Side.BASELINE).totalSource())
                .isEqualTo(byRoute.and(LEGACY));
        assertThat(plan.forCutover("cart", "errors", Side.CANDIDATE).totalSource())
                .isEqualTo(byRoute.and(PLATFORM));
        assertThat(plan.forCutover("cart", "errors", Side.ALL).totalSource()).isEqualTo(byRoute);
        assertThat(plan.forCutover("cart", "errors", Side.BOTH).totalSource().where())
                .containsExactly(LEGACY.getFirst(), PLATFORM.getFirst());
        assertThat(plan.measures()).hasSize(4);
    }

    @Test
    void oneValueWithAComma_isNotTwoValues() {
        Condition one = new Condition.In("a", List.of("x, y"));
        Condition two = new Condition.In("a", List.of("x", "y"));

        assertThat(id(one)).isNotEqualTo(id(two));
    }

    @Property
    void idsAreEqualOnlyForEqualConditions(
            @ForAll List<String> values, @ForAll List<String> others, @ForAll String attribute) {
        Condition one = new Condition.In(attribute, values);
        Condition other = new Condition.In(attribute, others);

        assertThat(id(one).equals(id(other))).isEqualTo(values.equals(others));
        assertThat(id(one)).isNotEqualTo(id(new Condition.NotIn(attribute, values)));
    }

    @Test
    void id_staysTheSameForEver() {
        // Stored series are named by it.
        assertThat(id(new Condition.In("a", List.of("b"))))
                .isEqualTo("85d24fd6e8640dc5db1e430d28cec310");
    }

    private static MeasurePlan table(ResultsTable.Statistic... statistics) {
        EventSource bill =
                new EventSource.Metrics(
                        Optional.empty(), "bill", List.of(), Optional.empty(), List.of());
        List<ResultsTable.Row> rows =
                Arrays.stream(statistics)
                        .map(
                                statistic ->
                                        new ResultsTable.Row(
                                                "bill",
                                                "s",
                                                statistic,
                                                Optional.of(bill),
                                                Optional.empty(),
                                                Indicator.Unit.SECONDS,
                                                ResultsTable.Improvement.PERCENT,
                                                60))
                        .toList();
        ResultsTable table =
                new ResultsTable(
                        new Metadata("table", "table", Map.of(), Map.of()),
                        LEGACY,
                        PLATFORM,
                        List.of(),
                        rows);
        return MeasurePlan.compile(set(Map.of(), Map.of("table", table)));
    }

    private static DefinitionSet set(
            Map<String, Cutover> cutovers, Map<String, ResultsTable> tables) {
        return new DefinitionSet(
                "set", List.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(),
                cutovers, tables, Map.of(), Map.of(), Map.of(), Map.of());
    }

    @Test
    void aMean_isSummedUpBesideItsValues_whichItSharesWithAQuantile() {
        MeasurePlan plan = table(ResultsTable.Statistic.MEAN, ResultsTable.Statistic.P99);
        Measure sum = plan.sumForResults("table", 0, false).orElseThrow();
        Measure values = plan.forResults("table", 0, false).orElseThrow();

        assertThat(sum.sumsUp()).isTrue();
        assertThat(sum.sketched()).isFalse();
        assertThat(values.sumsUp()).isFalse();
        assertThat(sum.totalSource()).isEqualTo(values.totalSource());
        assertThat(plan.forResults("table", 1, false)).contains(values);
        assertThat(plan.sumForResults("table", 1, false)).isEmpty();
        assertThat(plan.measures()).hasSize(4);
        assertThat(sum.taps().getFirst().narrowed(LEGACY))
                .isEqualTo(
                        new Measure.Tap.Sum(
                                sum.totalSource().and(LEGACY),
                                Indicator.Value.POINT,
                                Indicator.Unit.SECONDS));
    }

    @Test
    void whatIsNoMean_isNotSummedUp() {
        assertThat(table(ResultsTable.Statistic.MAXIMUM).measures())
                .hasSize(2)
                .noneMatch(Measure::sumsUp);
    }

    private static String id(Condition part) {
        return plan(ratio("sli", Indicator.Polarity.BAD, part)).forObjective("sli", 0).id();
    }
}
