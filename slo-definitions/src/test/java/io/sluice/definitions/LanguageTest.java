package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SpanKind;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.definitions.model.Tree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What right files mean. */
class LanguageTest {
    private static final String OCCURRENCES =
            "indicatorRef: errors\nbudgetingMethod: Occurrences\n";
    private static final String MONTH = "timeWindow: [{duration: 30d, isRolling: true}]\n";

    private static Slo slo(String spec) {
        return Definitions.valid(Definitions.slo("slo", spec)).slos().get("slo");
    }

    private static EventSource source(String spec) {
        String sli =
                """
                apiVersion: openslo/v1
                kind: SLI
                metadata: {name: sli}
                spec:
                  ratioMetric:
                    good: {metricSource: {type: spans, spec: {service: good}}}
                    total: {metricSource: {%s}}
                """;
        return Definitions.valid(sli.formatted(spec))
                .slis()
                .get("sli")
                .indicator()
                .sources()
                .get(1);
    }

    @ParameterizedTest
    @CsvSource({
        "target: 0.999, 0.999",
        "target: 0.9990, 0.999",
        "target: 99.9e-2, 0.999",
        "target: 0, 0",
        "targetPercent: 99.9, 0.999",
        "targetPercent: 90, 0.9",
        "targetPercent: 99.99999999, 0.9999999999",
    })
    void target_isExact(String written, BigDecimal exact) {
        assertThat(
                        slo(OCCURRENCES + MONTH + "objectives: [{" + written + "}]")
                                .objectives()
                                .getFirst()
                                .target())
                .isEqualTo(exact);
    }

    @ParameterizedTest
    @CsvSource({"5h, PT5H", "1d, PT24H", "4w, PT672H", "1M, PT720H", "1Q, PT2160H", "1Y, PT8760H"})
    void rollingWindow_hasAFixedLength(String written, Duration length) {
        Slo slo =
                slo(
                        OCCURRENCES
                                + "timeWindow: [{duration: "
                                + written
                                + ", isRolling: true}]\nobjectives: [{target: 0.9}]");

        assertThat(slo.window()).isEqualTo(new TimeWindow.Rolling(length));
    }

    @ParameterizedTest
    @CsvSource({"1d, 1, DAY", "2w, 2, WEEK", "1M, 1, MONTH", "1Q, 1, QUARTER", "1Y, 1, YEAR"})
    void calendarWindow_keepsItsUnit(String written, int count, TimeWindow.Period unit) {
        Slo slo =
                slo(
                        OCCURRENCES
                                + "timeWindow: [{duration: "
                                + written
                                + ", calendar: {startTime: 2026-01-31 12:30:00, timeZone:"
                                + " Europe/Berlin}}]\n"
                                + "objectives: [{target: 0.9}]");

        assertThat(slo.window())
                .isEqualTo(
                        new TimeWindow.Calendar(
                                count,
                                unit,
                                LocalDateTime.of(2026, 1, 31, 12, 30),
                                ZoneId.of("Europe/Berlin")));
    }

    @Test
    void timeslices_keepTargetAndLengthOfASlice() {
        Slo slo =
                slo(
                        """
                        indicatorRef: latency
                        budgetingMethod: Timeslices
                        timeWindow: [{duration: 30d, isRolling: true}]
                        objectives: [{displayName: Fast, op: lt, value: 0.5, target: 0.99, timeSliceTarget: 0.950, timeSliceWindow: 5m}]
                        """);

        assertThat(slo.method()).isEqualTo(BudgetingMethod.TIMESLICES);
        Objective objective = slo.objectives().getFirst();
        assertThat(objective.displayName()).isEqualTo("Fast");
        assertThat(objective.sli()).isEqualTo("latency");
        assertThat(objective.threshold()).contains(new Objective.Threshold(Op.LT, 0.5));
        assertThat(objective.timeSliceTarget()).contains(new BigDecimal("0.95"));
        assertThat(objective.timeSliceWindow()).contains(Duration.ofMinutes(5));
    }

    @Test
    void spans_areMatchedByServiceNameKindAndAttributes() {
        EventSource source =
                source(
                        """
                        type: spans, spec: {service: s, name: n, kind: client, groupBy: g, breakdownBy: [b, c], where: [
                          {attribute: a, equals: on}, {attribute: a, equals: 0x1F}, {attribute: a, equals: True},
                          {attribute: a, equals: "0.50"}, {attribute: a, notEquals: x}, {attribute: a, in: [x, 404]},
                          {attribute: a, notIn: [no]}, {attribute: a, startsWith: /p}, {attribute: a, exists: false},
                          {attribute: a, above: 1}, {attribute: a, atLeast: 1.5}, {attribute: a, below: -2}, {attribute: a, atMost: 1e3}]}
                        """);

        assertThat(source)
                .isEqualTo(
                        new EventSource.Spans(
                                Optional.of("s"),
                                Optional.of("n"),
                                Optional.of(SpanKind.CLIENT),
                                List.of(
                                        new Condition.In("a", List.of("on")),
                                        new Condition.In("a", List.of("31")),
                                        new Condition.In("a", List.of("true")),
                                        new Condition.In("a", List.of("0.50")),
                                        new Condition.NotIn("a", List.of("x")),
                                        new Condition.In("a", List.of("x", "404")),
                                        new Condition.NotIn("a", List.of("no")),
                                        new Condition.StartsWith("a", "/p"),
                                        new Condition.Exists("a", false),
                                        new Condition.Compare("a", Op.GT, 1),
                                        new Condition.Compare("a", Op.GTE, 1.5),
                                        new Condition.Compare("a", Op.LT, -2),
                                        new Condition.Compare("a", Op.LTE, 1000)),
                                Optional.of("g"),
                                List.of("b", "c")));
    }

    @Test
    void points_areMatchedByMetric() {
        assertThat(source("type: metrics, spec: {metric: m}"))
                .isEqualTo(
                        new EventSource.Metrics(
                                Optional.empty(), "m", List.of(), Optional.empty(), List.of()));
    }

    @Test
    void events_areMatchedByNameAndAttributes() {
        assertThat(
                        source(
                                "type: events, spec: {service: s, name: n, where: [{attribute: a,"
                                        + " exists: true}], groupBy: g}"))
                .isEqualTo(
                        new EventSource.Events(
                                Optional.of("s"),
                                Optional.of("n"),
                                List.of(new Condition.Exists("a", true)),
                                Optional.of("g"),
                                List.of()));
    }

    private static final String PROMETHEUS =
            """
            apiVersion: openslo/v1
            kind: DataSource
            metadata: {name: metrics}
            spec: {type: PROMETHEUS, connectionDetails: {url: "http://localhost:9090", tries: [1, 2.5, true, null, 0x1F]}}
            """;

    private static String sli(String metric) {
        return """
        apiVersion: openslo/v1
        kind: SLI
        metadata: {name: sli}
        spec: {%s}
        """
                .formatted(metric);
    }

    @Test
    void prometheusSource_isAQuery_ofTheDataSourceThatItRefersTo() {
        DefinitionSet set =
                Definitions.valid(
                        PROMETHEUS,
                        sli(
                                "ratioMetric: {good: {metricSource: {type: Prometheus, spec: {query: up}}}, total:"
                                        + " {metricSource: {metricSourceRef: metrics, spec: {promql: sum(up)}}}}"));

        assertThat(set.slis().get("sli").indicator().sources())
                .containsExactly(
                        new EventSource.Prometheus(Optional.empty(), "up"),
                        new EventSource.Prometheus(Optional.of("metrics"), "sum(up)"));
        assertThat(set.dataSources().get("metrics").connectionDetails())
                .isEqualTo(
                        new Tree.Fields(
                                Map.of(
                                        "url",
                                        new Tree.Text("http://localhost:9090"),
                                        "tries",
                                        new Tree.Items(
                                                List.of(
                                                        new Tree.Numeral(new BigDecimal(1)),
                                                        new Tree.Numeral(new BigDecimal("2.5")),
                                                        new Tree.Truth(true),
                                                        new Tree.Nothing(),
                                                        new Tree.Text("0x1F"))))));
    }

    @Test
    void sourceOfAnotherTool_isKeptAsItIs() {
        DefinitionSet set =
                Definitions.valid(
                        sli(
                                "thresholdMetric: {metricSource: {type: Redshift, spec: {region: eu, ids: [a]}}}"));

        assertThat(set.slis().get("sli").indicator())
                .isEqualTo(
                        new Indicator.Threshold(
                                new EventSource.Foreign(
                                        Optional.of("Redshift"),
                                        Optional.empty(),
                                        new Tree.Fields(
                                                Map.of(
                                                        "region",
                                                        new Tree.Text("eu"),
                                                        "ids",
                                                        new Tree.Items(
                                                                List.of(new Tree.Text("a")))))),
                                Indicator.Value.POINT,
                                Indicator.Unit.NONE));
    }

    @ParameterizedTest
    @CsvSource({"success, GOOD", "failure, BAD"})
    void rawRatio_isOneSource_andWhatItsShareMeans(String word, Indicator.Polarity meaning) {
        DefinitionSet set =
                Definitions.valid(
                        sli(
                                "ratioMetric: {counter: true, rawType: "
                                        + word
                                        + ", raw: {metricSource: {type: metrics, spec: {metric: share}}}}"));

        assertThat(set.slis().get("sli").indicator())
                .isEqualTo(
                        new Indicator.Raw(
                                meaning,
                                new EventSource.Metrics(
                                        Optional.empty(),
                                        "share",
                                        List.of(),
                                        Optional.empty(),
                                        List.of()),
                                true));
    }

    @Test
    void compositeSlo_hasAnIndicatorAndAWeightPerObjective() {
        Slo slo =
                Definitions.valid(
                                Definitions.slo(
                                        "slo",
                                        """
                                        budgetingMethod: Occurrences
                                        timeWindow: [{duration: 30d, isRolling: true}]
                                        objectives:
                                          - {indicatorRef: errors, target: 0.99, compositeWeight: 2.50}
                                          - indicator:
                                              metadata: {name: slow}
                                              spec: {thresholdMetric: {metricSource: {type: spans, spec: {service: shop, unit: ms}}}}
                                            op: lte
                                            value: 200
                                            target: 0.9
                                        """))
                        .slos()
                        .get("slo");

        assertThat(slo.composite()).isTrue();
        assertThat(slo.objectives())
                .extracting(Objective::sli, Objective::weight)
                .containsExactly(
                        tuple("errors", new BigDecimal("2.5")), tuple("slow", BigDecimal.ONE));
    }

    @ParameterizedTest
    @CsvSource({
        "'{name: slo}', SERVICE",
        "'{name: slo, labels: {tier: [operational]}}', OPERATIONAL",
        "'{name: slo, labels: {tier: business}}', BUSINESS"
    })
    void tier_isALabel_andAServicesPromiseWithout(String metadata, Tier tier) {
        Loaded loaded =
                Definitions.load(
                        Definitions.SHOP,
                        Definitions.slo("slo", OCCURRENCES + MONTH + "objectives: [{target: 0.9}]")
                                .replaceFirst("metadata: .*", "metadata: " + metadata));

        assertThat(loaded.definitions().orElseThrow().slos().get("slo").tier()).isEqualTo(tier);
    }

    @Test
    void partOfARatio_hasTheGroupsOfItsTotal() {
        String sli =
                """
                apiVersion: openslo/v1
                kind: SLI
                metadata: {name: sli}
                spec:
                  ratioMetric:
                    counter: true
                    bad: {metricSource: {type: metrics, spec: {metric: bad}}}
                    total: {metricSource: {type: metrics, spec: {metric: all, groupBy: g, breakdownBy: [b]}}}
                """;

        Indicator.Ratio ratio =
                (Indicator.Ratio) Definitions.valid(sli).slis().get("sli").indicator();

        assertThat(ratio.polarity()).isEqualTo(Indicator.Polarity.BAD);
        assertThat(ratio.counter()).isTrue();
        assertThat(ratio.part().groupBy()).contains("g");
        assertThat(ratio.part().breakdownBy()).containsExactly("b");
    }

    @Test
    void alertPolicy_isReadInlineAndByReference() {
        String parts =
                """
                - apiVersion: openslo/v1
                  kind: AlertNotificationTarget
                  metadata: {name: mail}
                  spec: {target: email, description: To whom it concerns}
                - apiVersion: openslo/v1
                  kind: AlertCondition
                  metadata:
                    name: fast
                    annotations: {sluice.dev/short-window: 90s, sluice.dev/minimum-bad-events: "0"}
                  spec:
                    severity: Critical
                    condition: {kind: burnrate, op: gte, threshold: 10, lookbackWindow: 2h, alertAfter: 5m}
                - apiVersion: openslo/v1
                  kind: AlertPolicy
                  metadata: {name: referred}
                  spec:
                    alertWhenNoData: true
                    alertWhenResolved: true
                    alertWhenBreaching: false
                    conditions: [{conditionRef: fast}]
                    notificationTargets: [{targetRef: mail}]
                """;
        String slo =
                Definitions.slo(
                        "slo",
                        """
                        indicatorRef: errors
                        budgetingMethod: Occurrences
                        timeWindow: [{duration: 30d, isRolling: true}]
                        objectives: [{target: 0.99}]
                        alertPolicies:
                          - alertPolicyRef: referred
                          - kind: AlertPolicy
                            metadata: {name: inline}
                            spec:
                              conditions:
                                - kind: AlertCondition
                                  metadata: {name: slow}
                                  spec: {severity: ticket, condition: {kind: burnrate, op: gt, threshold: 1.5, lookbackWindow: 1d}}
                              notificationTargets: [{targetRef: mail}]
                        """);

        List<AlertPolicy> policies =
                Definitions.valid(parts, slo).slos().get("slo").alertPolicies();

        assertThat(policies)
                .extracting(p -> p.metadata().name())
                .containsExactly("referred", "inline");
        assertThat(policies.get(0).alertWhenBreaching()).isFalse();
        assertThat(policies.get(0).conditions())
                .containsExactly(
                        new AlertCondition(
                                "fast",
                                Severity.PAGE,
                                Op.GTE,
                                10,
                                Duration.ofHours(2),
                                Duration.ofSeconds(90),
                                Duration.ofMinutes(5),
                                0));
        assertThat(policies.get(1).alertWhenBreaching()).isTrue();
        assertThat(policies.get(1).alertWhenNoData()).isFalse();
        assertThat(policies.get(1).conditions())
                .containsExactly(
                        new AlertCondition(
                                "slow",
                                Severity.TICKET,
                                Op.GT,
                                1.5,
                                Duration.ofDays(1),
                                Duration.ofHours(2),
                                Duration.ZERO,
                                5));
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "'alertPolicies:\n', 1", "'alertPolicies: []\n', 0"})
    void sloThatSaysNothingOfAlerts_hasTheDefaults_andOneThatSaysNoneHasNone(
            String line, int policies) {
        assertThat(
                        slo(OCCURRENCES + MONTH + "objectives: [{target: 0.99}]\n" + line)
                                .alertPolicies())
                .hasSize(policies);
    }

    @Test
    void cutover_hasDefaults() {
        String cutover =
                """
                apiVersion: sluice.dev/v1
                kind: Cutover
                metadata: {name: cutover}
                spec:
                  service: shop
                  baseline: {where: [{attribute: side, equals: a}]}
                  candidate: {where: [{attribute: side, equals: b}]}
                  metrics:
                    - {name: errors, indicatorRef: errors}
                    - {name: slow, indicatorRef: latency, op: lt, value: 200, required: false, weight: 0.5, target: 0.9}
                  steps:
                    - {share: 0.1, goMargin: 2, minimumDuration: PT1M30S}
                    - {share: 1, goMargin: 1.5, noGoMargin: 1, minimumDuration: 0s}
                """;

        Cutover read = Definitions.valid(cutover).cutovers().get("cutover");

        assertThat(read.stratifyBy()).isEmpty();
        assertThat(read.sealing())
                .isEqualTo(new Cutover.Sealing(Duration.ofSeconds(10), Duration.ofSeconds(30)));
        assertThat(read.errorAllowance()).isEqualTo(new Cutover.ErrorAllowance(0.05, 0.01));
        assertThat(read.data()).isEqualTo(new Cutover.DataGate(Duration.ofMinutes(1), 100, 0.01));
        assertThat(read.objectives()).isEmpty();
        assertThat(read.steps())
                .containsExactly(
                        new Cutover.Step(
                                0.1, 2, 1.2, Duration.ofSeconds(90), Optional.empty(), List.of()),
                        new Cutover.Step(1, 1.5, 1, Duration.ZERO, Optional.empty(), List.of()));
        assertThat(read.metrics().get(0).required()).isTrue();
        assertThat(read.metrics().get(0).weight()).isEqualTo(1);
        assertThat(read.metrics().get(1).required()).isFalse();
        assertThat(read.metrics().get(1).weight()).isEqualTo(0.5);
        assertThat(read.metrics().get(1).target()).contains(new BigDecimal("0.9"));
        assertThat(read.metrics().get(1).threshold()).contains(new Objective.Threshold(Op.LT, 200));
    }

    @Test
    void resultsRow_hasDefaults() {
        String files =
                """
                apiVersion: sluice.dev/v1
                kind: Cutover
                metadata: {name: cutover}
                spec:
                  service: shop
                  baseline: {where: [{attribute: side, equals: a}]}
                  candidate: {where: [{attribute: side, equals: b}]}
                  metrics: [{name: errors, indicatorRef: errors}]
                  steps: [{share: 1, goMargin: 2, minimumDuration: 1h}]
                ---
                apiVersion: sluice.dev/v1
                kind: Results
                metadata: {name: results}
                spec:
                  before: {where: [{attribute: side, equals: a}]}
                  after: {where: [{attribute: side, equals: b}]}
                  cutovers: [cutover]
                  rows:
                    - {metric: Deployments, unit: a month, statistic: deploymentsPerMonth, minimumWindow: 7d}
                    - {metric: Load, unit: ms, statistic: p99, source: {type: spans, spec: {service: shop}}, valueUnit: ms}
                """;

        ResultsTable table = Definitions.valid(files).resultsTables().get("results");

        assertThat(table.rows().get(0).source()).isEmpty();
        assertThat(table.rows().get(0).minimumWindowSeconds()).isEqualTo(7 * 86_400);
        assertThat(table.rows().get(0).improvement()).isEqualTo(ResultsTable.Improvement.PERCENT);
        assertThat(table.rows().get(1).source()).isPresent();
        assertThat(table.rows().get(1).valueUnit()).isEqualTo(Indicator.Unit.MILLISECONDS);
        assertThat(table.rows().get(1).minimumWindowSeconds()).isEqualTo(60);
    }

    @Test
    void label_hasOneValueOrSeveral() {
        String service =
                """
                apiVersion: openslo/v1
                kind: Service
                metadata: {name: labelled, displayName: Labelled, labels: {team: a, teams: [a, b], none: []}, annotations: {x/y: "1"}}
                spec: {description: Says what it is.}
                """;

        var read = Definitions.valid(service).services().get("labelled");

        assertThat(read.metadata().labels())
                .containsEntry("team", List.of("a"))
                .containsEntry("teams", List.of("a", "b"))
                .containsEntry("none", List.of());
        assertThat(read.metadata().annotations()).containsEntry("x/y", "1");
        assertThat(read.description()).isEqualTo("Says what it is.");
    }

    @Test
    void anchorsAndAliases_standForTheirValue() {
        String slos =
                """
                - &slo
                  apiVersion: openslo/v1
                  kind: SLO
                  metadata: {name: one, labels: &labels {tier: service}}
                  spec: &spec
                    service: shop
                    indicatorRef: errors
                    budgetingMethod: Occurrences
                    timeWindow: [{duration: 30d, isRolling: true}]
                    objectives: [{target: 0.9}]
                - apiVersion: openslo/v1
                  kind: SLO
                  metadata: {name: two, labels: *labels}
                  spec: *spec
                """;

        assertThat(Definitions.valid(slos).slos()).containsOnlyKeys("one", "two");
    }
}
