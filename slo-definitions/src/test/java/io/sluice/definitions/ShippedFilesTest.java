package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SyntheticCheck;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The shipped files carry ShopFlow's figures, exactly. */
class ShippedFilesTest {
    private static final Loaded LOADED = new DefinitionLoader().load(List.of(Definitions.SHIPPED));

    private static DefinitionSet set() {
        return LOADED.definitions().orElseThrow();
    }

    @Test
    void shippedFiles_haveNoProblem_andSayWhatNothingHeedsYet() {
        assertThat(LOADED.problems())
                .extracting(problem -> problem.severity() + " " + problem.message())
                .containsExactlyInAnyOrder(
                        "NOTE no migration is followed yet",
                        "NOTE nothing makes this request yet",
                        "NOTE nothing makes this request yet",
                        "NOTE nothing makes this request yet");
        assertThat(set().slos()).hasSize(18);
    }

    @ParameterizedTest
    @CsvSource({
        // slo, tier, target, op, value, unit
        "checkout-success, BUSINESS, 0.9995, , , ",
        "checkout-latency, BUSINESS, 0.95, LTE, 5, SECONDS",
        "order-throughput, BUSINESS, 0.99, GTE, 500, NONE",
        "catalog-errors, SERVICE, 0.999, , , ",
        "catalog-latency, SERVICE, 0.99, LTE, 200, MILLISECONDS",
        "catalog-capacity, SERVICE, 0.99, GTE, 10000, NONE",
        "cart-errors, SERVICE, 0.998, , , ",
        "cart-latency, SERVICE, 0.99, LTE, 300, MILLISECONDS",
        "cart-capacity, SERVICE, 0.99, GTE, 5000, NONE",
        "checkout-core-errors, SERVICE, 0.995, , , ",
        "checkout-core-latency, SERVICE, 0.99, LTE, 2000, MILLISECONDS",
        "checkout-core-capacity, SERVICE, 0.99, GTE, 1000, NONE",
        "auth-errors, SERVICE, 0.999, , , ",
        "auth-latency, SERVICE, 0.99, LTE, 150, MILLISECONDS",
        "auth-capacity, SERVICE, 0.99, GTE, 15000, NONE",
        "cost-per-order, OPERATIONAL, 0.99, LT, 0.5, NONE",
        "cold-start, OPERATIONAL, 0.99, LT, 1, SECONDS",
        "connection-pool, OPERATIONAL, 0.99, LT, 0.7, NONE",
    })
    void slo_carriesItsTarget(
            String name, Tier tier, BigDecimal target, Op op, Double value, Indicator.Unit unit) {
        Slo slo = set().slos().get(name);

        assertThat(slo.tier()).isEqualTo(tier);
        assertThat(slo.window()).isEqualTo(new TimeWindow.Rolling(Duration.ofDays(30)));
        assertThat(slo.objectives()).hasSize(1);
        Objective objective = slo.objectives().getFirst();
        assertThat(objective.target()).isEqualTo(target);
        if (op == null) {
            assertThat(objective.indicator()).isInstanceOf(Indicator.Ratio.class);
            assertThat(objective.threshold()).isEmpty();
        } else {
            assertThat(objective.threshold()).contains(new Objective.Threshold(op, value));
            assertThat(((Indicator.Threshold) objective.indicator()).unit()).isEqualTo(unit);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order-throughput",
                "catalog-capacity",
                "cart-capacity",
                "checkout-core-capacity",
                "auth-capacity",
                "cost-per-order",
                "cold-start",
                "connection-pool"
            })
    void targetWithoutPercentage_isOfOneMinuteSlices_andSaysSo(String name) {
        Slo slo = set().slos().get(name);

        assertThat(slo.method()).isEqualTo(BudgetingMethod.TIMESLICES);
        assertThat(slo.metadata().annotations()).containsKey("sluice.dev/assumed-target");
        assertThat(slo.objectives().getFirst().timeSliceWindow()).contains(Duration.ofMinutes(1));
        assertThat(slo.objectives().getFirst().timeSliceTarget()).contains(BigDecimal.ONE);
    }

    @Test
    void capacity_isProvenByTheServicesOwnObjectives_andWakesNobody() {
        Slo slo = set().slos().get("checkout-core-capacity");

        assertThat(slo.metadata().annotations())
                .containsEntry(
                        "sluice.dev/capacity-of", "checkout-core-errors, checkout-core-latency");
        assertThat(slo.alertPolicies()).isEmpty();
    }

    @Test
    void businessObjectives_areMeasuredAtTheProxy_andServicesAtTheirOwnSpans() {
        assertThat(
                        set().slos()
                                .get("checkout-latency")
                                .objectives()
                                .getFirst()
                                .indicator()
                                .sources())
                .allSatisfy(source -> assertThat(source.service()).contains("strangler-proxy"));
        assertThat(set().slos().get("cart-errors").objectives().getFirst().indicator().sources())
                .allSatisfy(source -> assertThat(source.service()).contains("cart"))
                .allSatisfy(source -> assertThat(source.groupBy()).contains("http.route"));
    }

    @Test
    void sloWithoutPolicy_hasTheWorkbooksPairs() {
        AlertPolicy policy = set().slos().get("catalog-errors").alertPolicies().getFirst();

        assertThat(policy.alertWhenNoData()).isTrue();
        assertThat(policy.conditions())
                .extracting(c -> c.threshold() + " " + c.longWindow() + " " + c.shortWindow())
                .containsExactly(
                        "14.4 PT1H PT5M", "6.0 PT6H PT30M", "3.0 PT24H PT2H", "1.0 PT72H PT6H");
    }

    @ParameterizedTest
    @CsvSource({"catalog, 200", "cart, 300", "checkout, 2000", "auth, 150"})
    void cutover_comparesTheProxysSpansOfBothSides(String name, double slowOverMillis) {
        Cutover cutover = set().cutovers().get(name);

        assertThat(InWords.describe(cutover.baseline())).isEqualTo("shop.side is legacy");
        assertThat(InWords.describe(cutover.candidate())).isEqualTo("shop.side is platform");
        assertThat(cutover.stratifyBy()).contains("http.route");
        assertThat(cutover.sealing())
                .isEqualTo(new Cutover.Sealing(Duration.ofSeconds(10), Duration.ofSeconds(5)));
        assertThat(cutover.steps())
                .extracting(step -> step.share() + " " + step.goMargin())
                .containsExactly("0.01 3.0", "0.1 2.0", "0.5 1.5", "1.0 1.25");
        assertThat(cutover.metrics())
                .extracting(metric -> metric.name() + " " + metric.required())
                .containsExactly("errors true", "slow false");
        assertThat(cutover.metrics().get(1).threshold())
                .isEqualTo(Optional.of(new Objective.Threshold(Op.LTE, slowOverMillis)));
        assertThat(cutover.metrics())
                .flatExtracting(metric -> metric.indicator().sources())
                .allSatisfy(
                        source ->
                                assertThat(InWords.describe(source))
                                        .startsWith(
                                                "spans of service strangler-proxy, kind server,"
                                                        + " where shop.service is "
                                                        + name));
    }

    @Test
    void resultsTable_coversWhatTelemetryCanTell() {
        ResultsTable table = set().resultsTables().get("shopflow");

        assertThat(table.cutovers()).containsExactly("catalog", "cart", "checkout", "auth");
        assertThat(table.rows())
                .extracting(ResultsTable.Row::metric)
                .containsExactly(
                        "Page load time (P99)",
                        "Checkout completion time",
                        "Concurrent users supported",
                        "Availability",
                        "Deployment frequency",
                        "Lead time for changes",
                        "Infrastructure cost per month",
                        "Cart abandonment",
                        "Site-wide conversion");
    }

    @Test
    void migration_hasFourPhasesInFourteenMonths() {
        assertThat(set().migrations().get("shopflow").phases())
                .extracting(
                        Migration.Phase::displayName,
                        phase -> phase.months().orElseThrow(),
                        Migration.Phase::decommission)
                .containsExactly(
                        tuple("Foundation", new Migration.Months(1, 3), false),
                        tuple("High-impact services", new Migration.Months(4, 8), false),
                        tuple("Supporting services", new Migration.Months(9, 12), false),
                        tuple("Decommission", new Migration.Months(13, 14), true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foundation|test-coverage|quality-lead says: 90 % of the new code is covered by automated tests.",
                "foundation|no-incidents|incident-manager says: There were zero production incidents.",
                "high-impact-services|half-of-the-traffic|at least 50 % of the traffic of catalog, cart, checkout and auth is the candidates', over 7d",
                "high-impact-services|quicker-pages|Page load time (P99) is down by at least 40 %",
                "supporting-services|checkout-flow-moved|at least 100 % of the traffic of cart, checkout and auth is the candidates', over 7d",
                "supporting-services|checkout-flow-decoupled|architect says: The full checkout flow is decoupled from the monolith; none of its 17 synchronous calls is left.",
                "decommission|all-traffic|at least 100 % of the traffic of catalog, cart, checkout and auth is the candidates', over 30d",
                "decommission|silence|no spans of service strangler-proxy, kind server, where shop.side is legacy, for 30d",
                "decommission|soak|checkout-success and checkout-latency met, over 30d",
                "decommission|no-incidents|incident-manager says: There were 30 days without an incident. (not older than 7d)",
                "decommission|rollback-path|release-manager says: Traffic was sent back to the monolith and forth again, and the shop worked on both. (not older than 14d)",
            })
    void phase_hasItsCriterion(String phase, String name, String words) {
        assertThat(
                        set().migrations().get("shopflow").phases().stream()
                                .filter(p -> p.name().equals(phase))
                                .flatMap(p -> p.criteria().stream())
                                .filter(c -> c.name().equals(name))
                                .map(c -> InWords.describe(c, set().resultsTables())))
                .containsExactly(words);
    }

    @Test
    void goals_areThoseOfTheWhole() {
        assertThat(set().migrations().get("shopflow").goals())
                .extracting(goal -> InWords.describe(goal, set().resultsTables()))
                .containsExactly(
                        "Concurrent users supported is at least 30000 users",
                        "Page load time (P99) is at most 1000 ms",
                        "Infrastructure cost per month is down by at least 30 %",
                        "Deployment frequency is at least 20 a month",
                        "Availability is at least 99.95 %",
                        "Site-wide conversion is up by at least 15 %");
    }

    @Test
    void purchase_leadsFromTheShelfToTheOrder_onEitherSide() {
        Journey journey = set().journeys().get("purchase");

        assertThat(journey.sides())
                .extracting(side -> side.name() + ": " + InWords.describe(side.where()))
                .containsExactly("legacy: shop.side is legacy", "platform: shop.side is platform");
        assertThat(journey.steps())
                .extracting(Journey.Step::name)
                .containsExactly("browse", "cart", "checkout");
        assertThat(journey.steps())
                .flatExtracting(step -> step.indicator().sources())
                .allSatisfy(source -> assertThat(source.service()).contains("strangler-proxy"));
    }

    @ParameterizedTest
    @CsvSource({"browse, catalog, 1000", "cart, cart, 1000", "checkout, checkout, 5000"})
    void journeysPages_areAskedFor_everyFiveMinutes_fromSeveralPlaces(
            String name, String service, long millis) {
        SyntheticCheck check = set().syntheticChecks().get(name);

        assertThat(check.service()).isEqualTo(service);
        assertThat(check.interval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(check.locations()).hasSizeGreaterThan(1);
        assertThat(check.expectation().latency()).contains(Duration.ofMillis(millis));
    }

    @Test
    void monolithsBackup_isNightly_whereverTheClocksStand_andOver() {
        Exclusion exclusion = set().exclusions().get("monolith-backup");

        assertThat(InWords.describe(exclusion.when()))
                .isEqualTo(
                        "30m from 2025-01-06 05:15:00 in America/New_York on,"
                                + " FREQ=DAILY;UNTIL=20260316T235959Z");
        assertThat(
                        exclusion
                                .when()
                                .within(
                                        Instant.parse("2026-03-07T00:00:00Z"),
                                        Instant.parse("2026-11-01T00:00:00Z")))
                .hasSize(10)
                .startsWith(
                        new Exclusion.Interval(
                                Instant.parse("2026-03-07T10:15:00Z"),
                                Instant.parse("2026-03-07T10:45:00Z")),
                        new Exclusion.Interval(
                                Instant.parse("2026-03-08T09:15:00Z"),
                                Instant.parse("2026-03-08T09:45:00Z")));
        assertThat(set().slos().values().stream().filter(exclusion.appliesTo()::matches))
                .extracting(Slo::name)
                .containsExactly(
                        "cart-capacity",
                        "cart-errors",
                        "cart-latency",
                        "checkout-core-capacity",
                        "checkout-core-errors",
                        "checkout-core-latency");
    }

    @Test
    void setReadFromItsOwnFiles_isEqual() {
        Loaded again = new DefinitionLoader().loadSources(set().files());

        assertThat(again.definitions()).contains(set());
    }
}
