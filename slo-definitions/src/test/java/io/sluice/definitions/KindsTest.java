package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.RecurrenceRule;
import io.sluice.definitions.model.SyntheticCheck;
import io.sluice.definitions.yaml.Problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What right files of our own kinds mean. */
class KindsTest {
    private static final String SLO =
            Definitions.slo(
                    "shop-errors",
                    """
                    indicatorRef: errors
                    budgetingMethod: Occurrences
                    timeWindow: [{duration: 30d, isRolling: true}]
                    objectives: [{target: 0.9}]
                    """);

    private static final String CUTOVER =
            """
            apiVersion: sluice.dev/v1
            kind: Cutover
            metadata: {name: move}
            spec:
              service: shop
              baseline: {where: [{attribute: side, equals: a}]}
              candidate: {where: [{attribute: side, equals: b}]}
              metrics: [{name: errors, indicatorRef: errors}]
              steps: [{share: 1, goMargin: 2, minimumDuration: 1h}]
            """;

    private static final String RESULTS =
            """
            apiVersion: sluice.dev/v1
            kind: Results
            metadata: {name: results}
            spec:
              before: {where: [{attribute: side, equals: a}]}
              after: {where: [{attribute: side, equals: b}]}
              cutovers: [move]
              rows: [{metric: Page load, unit: ms, statistic: p99, source: {type: spans, spec: {service: shop}}, valueUnit: ms}]
            """;

    private static Exclusion exclusion(String appliesTo, String when) {
        String file =
                """
                apiVersion: sluice.dev/v1
                kind: Exclusion
                metadata: {name: maintenance}
                spec:
                  reason: The database is moved.
                  appliesTo: {%s}
                  %s
                """;
        return Definitions.valid(file.formatted(appliesTo, when), SLO)
                .exclusions()
                .get("maintenance");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start: 2026-02-14T01:00:00+01:00, end: 2026-02-14T02:30Z",
                "start: 2026-02-14 00:00Z, end: 2026-02-14 03:30:00+01:00",
                "start: 2026-02-14 01:00, end: 2026-02-14T03:30, timeZone: Europe/Berlin",
                "start: 2026-02-14T00:00:00Z, end: 2026-02-14 03:30:00, timeZone: Europe/Berlin",
            })
    void exclusion_isOneTime(String times) {
        Exclusion read = exclusion("services: [shop]", "once: {" + times + "}");

        assertThat(read.reason()).isEqualTo("The database is moved.");
        assertThat(read.when())
                .isEqualTo(
                        new Exclusion.Once(
                                new Exclusion.Interval(
                                        Instant.parse("2026-02-14T00:00:00Z"),
                                        Instant.parse("2026-02-14T02:30:00Z"))));
    }

    @Test
    void exclusion_recursByARule() {
        Exclusion read =
                exclusion(
                        "services: [shop]",
                        "recurring: {start: 2026-01-04 04:00:00, timeZone: Europe/Berlin, duration: 90m,"
                                + " rule: freq=weekly;byday=SU}");

        assertThat(read.when())
                .isEqualTo(
                        new Exclusion.Recurring(
                                LocalDateTime.of(2026, 1, 4, 4, 0),
                                ZoneId.of("Europe/Berlin"),
                                Duration.ofMinutes(90),
                                new RecurrenceRule("FREQ=WEEKLY;BYDAY=SU")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "slos: [shop-errors]|true",
                "services: [shop]|true",
                "labels: {tier: service}|true",
                "labels: {tier: [business, service]}|true",
                "services: [shop], labels: {tier: service}|true",
            })
    void exclusion_appliesWhereAllThatIsGivenHolds(String appliesTo, boolean applies) {
        Exclusion read =
                exclusion(
                        appliesTo,
                        "once: {start: 2026-02-14T01:00:00Z, end: 2026-02-14T02:30:00Z}");
        DefinitionSet set = Definitions.valid(SLO);

        assertThat(read.appliesTo().matches(set.slos().get("shop-errors"))).isEqualTo(applies);
    }

    @Test
    void selector_leavesOutWhereOneThingDoesNotHold() {
        var slo = Definitions.valid(SLO).slos().get("shop-errors");

        assertThat(
                        List.of(
                                new Exclusion.Selector(List.of("other"), List.of(), Map.of()),
                                new Exclusion.Selector(
                                        List.of("shop-errors"), List.of("other"), Map.of()),
                                new Exclusion.Selector(
                                        List.of(), List.of("shop"), Map.of("tier", List.of("x"))),
                                new Exclusion.Selector(
                                        List.of(), List.of(), Map.of("team", List.of("service")))))
                .noneMatch(selector -> selector.matches(slo));
    }

    @Test
    void journey_hasStepsInOrder_andSides() {
        String file =
                """
                apiVersion: sluice.dev/v1
                kind: Journey
                metadata: {name: purchase}
                spec:
                  description: From the shelf to the till.
                  service: shop
                  sides:
                    - {name: legacy, where: [{attribute: side, equals: a}]}
                    - {name: platform, where: [{attribute: side, equals: b}]}
                  steps:
                    - {name: browse, displayName: Browses, indicatorRef: errors}
                    - {name: pay, indicatorRef: latency, op: lte, value: 200}
                """;

        Journey read = Definitions.valid(file).journeys().get("purchase");

        assertThat(read.service()).isEqualTo("shop");
        assertThat(read.sides())
                .containsExactly(
                        new Journey.Side("legacy", List.of(new Condition.In("side", List.of("a")))),
                        new Journey.Side(
                                "platform", List.of(new Condition.In("side", List.of("b")))));
        assertThat(read.steps())
                .extracting(Journey.Step::name, Journey.Step::displayName, Journey.Step::sli)
                .containsExactly(tuple("browse", "Browses", "errors"), tuple("pay", "", "latency"));
        assertThat(read.steps().get(1).threshold()).contains(new Objective.Threshold(Op.LTE, 200));
    }

    @Test
    void syntheticCheck_hasDefaults() {
        String file =
                """
                apiVersion: sluice.dev/v1
                kind: SyntheticCheck
                metadata: {name: storefront}
                spec: {service: shop, url: "https://shop.example/", interval: 5m}
                """;

        SyntheticCheck read = Definitions.valid(file).syntheticChecks().get("storefront");

        assertThat(read)
                .isEqualTo(
                        new SyntheticCheck(
                                read.metadata(),
                                "",
                                "shop",
                                URI.create("https://shop.example/"),
                                SyntheticCheck.Method.GET,
                                Map.of(),
                                Optional.empty(),
                                new SyntheticCheck.Expectation(
                                        List.of(new SyntheticCheck.Statuses(200, 299)),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()),
                                Duration.ofMinutes(5),
                                Duration.ofSeconds(10),
                                List.of()));
    }

    @Test
    void syntheticCheck_saysWhatIsAskedAndExpected() {
        String file =
                """
                apiVersion: sluice.dev/v1
                kind: SyntheticCheck
                metadata: {name: login}
                spec:
                  service: shop
                  url: https://shop.example/login?from=check
                  method: POST
                  headers: {Content-Type: application/json}
                  body: "{}"
                  expect: {status: [2xx, 304], bodyContains: Welcome, latency: 2s, certificateLeft: 14d}
                  interval: 1m
                  timeout: 5s
                  locations: [frankfurt, dublin]
                """;

        SyntheticCheck read = Definitions.valid(file).syntheticChecks().get("login");

        assertThat(read.method()).isEqualTo(SyntheticCheck.Method.POST);
        assertThat(read.headers()).containsExactly(Map.entry("Content-Type", "application/json"));
        assertThat(read.body()).contains("{}");
        assertThat(read.expectation())
                .isEqualTo(
                        new SyntheticCheck.Expectation(
                                List.of(
                                        new SyntheticCheck.Statuses(200, 299),
                                        new SyntheticCheck.Statuses(304, 304)),
                                Optional.of("Welcome"),
                                Optional.of(Duration.ofSeconds(2)),
                                Optional.of(Duration.ofDays(14))));
        assertThat(read.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(read.locations()).containsExactly("frankfurt", "dublin");
    }

    @Test
    void migration_hasPhasesWithCriteriaOfEveryKind() {
        String file =
                """
                apiVersion: sluice.dev/v1
                kind: Migration
                metadata: {name: away}
                spec:
                  phases:
                    - name: build
                      displayName: Build
                      months: {first: 1, last: 3}
                      criteria:
                        - {name: tests, attestation: {role: quality-lead, statement: It is tested.}}
                    - name: move
                      criteria:
                        - {name: half, trafficShare: {cutovers: [move], atLeast: 0.50, for: 7d}}
                        - {name: faster, result: {results: results, row: Page load, downBy: 40}}
                    - name: off
                      dependsOn: [build, move]
                      decommission: true
                      criteria:
                        - {name: soak, description: A week., objectives: {slos: [shop-errors], over: 7d}}
                        - {name: silence, noTraffic: {source: {type: spans, spec: {service: old}}, for: 7d}}
                        - {name: way-back, attestation: {role: sre, statement: It was tested., validFor: 14d}}
                  goals:
                    - {name: quick, result: {results: results, row: Page load, atMost: 1000}}
                """;

        Migration read = Definitions.valid(file, SLO, CUTOVER, RESULTS).migrations().get("away");

        assertThat(read.phases())
                .extracting(Migration.Phase::name)
                .containsExactly("build", "move", "off");
        Migration.Phase build = read.phases().get(0);
        assertThat(build.displayName()).isEqualTo("Build");
        assertThat(build.months()).contains(new Migration.Months(1, 3));
        assertThat(build.dependsOn()).isEmpty();
        assertThat(build.criteria())
                .containsExactly(
                        new Migration.Attestation(
                                "tests", "", "quality-lead", "It is tested.", Optional.empty()));
        Migration.Phase move = read.phases().get(1);
        assertThat(move.dependsOn()).containsExactly("build");
        assertThat(move.criteria())
                .containsExactly(
                        new Migration.TrafficShare(
                                "half",
                                "",
                                List.of("move"),
                                new BigDecimal("0.5"),
                                Duration.ofDays(7)),
                        new Migration.ResultReached(
                                "faster",
                                "",
                                "results",
                                "Page load",
                                new Migration.Reached(
                                        Migration.Direction.DOWN_BY, new BigDecimal(40))));
        Migration.Phase off = read.phases().get(2);
        assertThat(off.dependsOn()).containsExactly("build", "move");
        assertThat(off.decommission()).isTrue();
        assertThat(off.criteria().get(0))
                .isEqualTo(
                        new Migration.ObjectivesMet(
                                "soak", "A week.", List.of("shop-errors"), Duration.ofDays(7)));
        assertThat(off.criteria().get(1))
                .isInstanceOfSatisfying(
                        Migration.NoTraffic.class,
                        silence -> assertThat(silence.during()).isEqualTo(Duration.ofDays(7)));
        assertThat(off.criteria().get(2))
                .isInstanceOfSatisfying(
                        Migration.Attestation.class,
                        tested -> assertThat(tested.validFor()).contains(Duration.ofDays(14)));
        assertThat(read.goals()).hasSize(1);
    }

    @Test
    void everyPartOfACutover_isRead() {
        String cutover =
                """
                apiVersion: sluice.dev/v1
                kind: Cutover
                metadata: {name: guarded}
                spec:
                  service: shop
                  baseline: {where: [{attribute: side, equals: a}]}
                  candidate: {where: [{attribute: side, equals: b}]}
                  metrics:
                    - {name: errors, indicatorRef: errors, floor: 0.00010}
                  quantiles:
                    - {name: p99, indicatorRef: latency, quantile: 0.990, goMargin: 1.25}
                    - {name: p50, indicatorRef: latency, quantile: 0.5, required: true, weight: 2, goMargin: 1.5, noGoMargin: 1.2}
                  steps:
                    - {share: 0.1, goMargin: 2, minimumDuration: 1h, deadline: 4h, approvals: [sre, release-manager]}
                    - {share: 1, goMargin: 1.5, minimumDuration: 1h}
                  snapshot: {baseline: before, exclude: [outage], driftMargin: 1.1}
                  capacity: load
                """;
        String rest =
                """
                apiVersion: sluice.dev/v1
                kind: Exclusion
                metadata: {name: outage}
                spec:
                  reason: Flash Friday.
                  appliesTo: {slos: [shop-errors]}
                  once: {start: 2026-02-14T01:00:00Z, end: 2026-02-14T02:30:00Z}
                ---
                apiVersion: openslo/v1
                kind: SLI
                metadata: {name: rate}
                spec: {thresholdMetric: {metricSource: {type: spans, spec: {service: shop, value: countPerMinute}}}}
                ---
                apiVersion: openslo/v1
                kind: SLO
                metadata: {name: load, labels: {tier: service}, annotations: {sluice.dev/capacity-of: shop-errors}}
                spec:
                  service: shop
                  indicatorRef: rate
                  budgetingMethod: Timeslices
                  timeWindow: [{duration: 30d, isRolling: true}]
                  objectives: [{op: gte, value: 1000, target: 0.99, timeSliceTarget: 1, timeSliceWindow: 1m}]
                """;
        Loaded loaded = Definitions.load(cutover, rest, SLO, Definitions.SHOP);

        assertThat(loaded.problems()).isEmpty();
        Cutover read = loaded.definitions().orElseThrow().cutovers().get("guarded");
        assertThat(read.metrics().getFirst().floor()).contains(new BigDecimal("0.0001"));
        assertThat(read.quantiles())
                .extracting(
                        q -> q.name() + " " + q.quantile() + " " + q.required() + " " + q.weight())
                .containsExactly("p99 0.99 false 1.0", "p50 0.5 true 2.0");
        assertThat(read.quantiles())
                .extracting(q -> q.goMargin() + " " + q.noGoMargin())
                .containsExactly("1.25 1.0", "1.5 1.2");
        assertThat(read.steps().getFirst().deadline()).contains(Duration.ofHours(4));
        assertThat(read.steps().getFirst().approvals()).containsExactly("sre", "release-manager");
        assertThat(read.snapshot())
                .contains(
                        new Cutover.Snapshot(
                                Optional.of("before"), List.of("outage"), Optional.of(1.1)));
        assertThat(read.capacity()).contains("load");
    }

    private static final String BUDGETED =
            """
            apiVersion: sluice.dev/v1
            kind: Cutover
            metadata: {name: budgeted}
            spec:
              service: shop
              baseline: {where: [{attribute: side, equals: a}]}
              candidate: {where: [{attribute: side, equals: b}]}
              metrics: [{name: errors, indicatorRef: errors}]
              steps:
                - {share: 0.1, goMargin: 2, minimumDuration: 1h}
                - {share: 0.5, minimumDuration: 1h, STEP}
              snapshot: {driftMargin: measured}
            """;

    @Test
    void aStepsMargin_followsFromASliceOfAnSlosBudget() {
        Loaded loaded =
                Definitions.load(
                        BUDGETED.replace("STEP", "budget: {slo: shop-errors, slice: 0.05}"),
                        SLO,
                        Definitions.SHOP);
        assertThat(loaded.problems()).isEmpty();
        Cutover read = loaded.definitions().orElseThrow().cutovers().get("budgeted");
        Cutover.Step step = read.steps().getLast();
        assertThat(step.goMargin()).isEqualTo(1.5);
        Cutover.BudgetSlice budget = step.budget().orElseThrow();
        assertThat(budget.slo()).isEqualTo("shop-errors");
        assertThat(budget.slice()).isEqualTo(0.05);
        assertThat(budget.window()).isEqualTo(Duration.ofDays(30));
        assertThat(budget.allowedBadRatio()).isEqualByComparingTo("0.1");
        assertThat(read.snapshot())
                .contains(new Cutover.Snapshot(Optional.empty(), List.of(), Optional.empty()));
    }

    @Test
    void aMarginBesideABudget_andAnSloWithoutOne_areProblems() {
        assertThat(
                        Definitions.load(
                                        BUDGETED.replace(
                                                "STEP",
                                                "goMargin: 2, budget: {slo: load, slice: 1.5}"),
                                        SLO,
                                        Definitions.slo(
                                                "load",
                                                """
                                                indicatorRef: errors
                                                budgetingMethod: RatioTimeslices
                                                timeWindow: [{duration: 30d, isRolling: true}]
                                                objectives: [{target: 0.9, timeSliceWindow: 1m}]
                                                """),
                                        Definitions.SHOP)
                                .problems())
                .extracting(Problem::path, Problem::message)
                .containsExactlyInAnyOrder(
                        tuple(
                                "spec.steps[1].goMargin",
                                "this step's margin follows from its `budget`"),
                        tuple(
                                "spec.steps[1].budget.slo",
                                "SLO `load` has no budget of single events over a rolling window"),
                        tuple("spec.steps[1].budget.slice", "`slice` is out of range: `1.5`"));
    }

    @Test
    void aCriticalMetric_hasItsOwnRiskInPlaceOfAWeight() {
        String cutover =
                """
                apiVersion: sluice.dev/v1
                kind: Cutover
                metadata: {name: plain}
                spec:
                  service: shop
                  baseline: {where: [{attribute: side, equals: a}]}
                  candidate: {where: [{attribute: side, equals: b}]}
                  metrics: [{name: errors, indicatorRef: errors, noGo: 0.005}]
                  steps: [{share: 1, minimumDuration: 1h}]
                """;
        Loaded loaded = Definitions.load(cutover, SLO, Definitions.SHOP);
        assertThat(
                        loaded.definitions()
                                .orElseThrow()
                                .cutovers()
                                .get("plain")
                                .metrics()
                                .getFirst()
                                .ownNoGo())
                .contains(0.005);
        assertThat(
                        Definitions.load(
                                        cutover.replace("noGo: 0.005", "noGo: 0.005, weight: 2"),
                                        SLO,
                                        Definitions.SHOP)
                                .problems())
                .extracting(Problem::path, Problem::message)
                .contains(
                        tuple(
                                "spec.metrics[0].weight",
                                "a metric with its own `noGo` shares no allowance"));
    }

    @Test
    void aMetricWithALimit_isComparedWithNothing() {
        String cutover =
                """
                apiVersion: sluice.dev/v1
                kind: Cutover
                metadata: {name: mirrored}
                spec:
                  service: shop
                  baseline: {where: [{attribute: side, equals: a}]}
                  candidate: {where: [{attribute: side, equals: b}]}
                  metrics: [{name: parity, indicatorRef: errors, limit: 0.001}]
                  steps: [{share: 1, minimumDuration: 1h}]
                """;
        Loaded loaded = Definitions.load(cutover, SLO, Definitions.SHOP);
        assertThat(loaded.problems()).isEmpty();
        assertThat(
                        loaded.definitions()
                                .orElseThrow()
                                .cutovers()
                                .get("mirrored")
                                .metrics()
                                .getFirst()
                                .limit())
                .contains(new BigDecimal("0.001"));
        assertThat(
                        Definitions.load(
                                        cutover.replace("0.001", "0.001, floor: 0.1"),
                                        SLO,
                                        Definitions.SHOP)
                                .problems())
                .extracting(Problem::path, Problem::message)
                .containsExactly(
                        tuple(
                                "spec.metrics[0].floor",
                                "a metric with a `limit` is compared with nothing"));
    }

    @Test
    void margins_tightenWithExposure_unlessTheyAreGiven() {
        String cutover =
                """
                apiVersion: sluice.dev/v1
                kind: Cutover
                metadata: {name: plain}
                spec:
                  service: shop
                  baseline: {where: [{attribute: side, equals: a}]}
                  candidate: {where: [{attribute: side, equals: b}]}
                  metrics: [{name: errors, indicatorRef: errors}]
                  steps:
                    - {share: 0.01, minimumDuration: 1h}
                    - {share: 0.05, minimumDuration: 1h}
                    - {share: 0.10, minimumDuration: 1h}
                    - {share: 0.25, minimumDuration: 1h, goMargin: 1.4}
                    - {share: 0.50, minimumDuration: 1h}
                    - {share: 0.75, minimumDuration: 1h, goMargin: 1.3}
                    - {share: 1.00, minimumDuration: 1h}
                """;
        Loaded loaded = Definitions.load(cutover, SLO, Definitions.SHOP);
        assertThat(loaded.definitions().orElseThrow().cutovers().get("plain").steps())
                .extracting(Cutover.Step::goMargin)
                .containsExactly(3.0, 2.0, 2.0, 1.4, 1.5, 1.3, 1.25);
    }
}
