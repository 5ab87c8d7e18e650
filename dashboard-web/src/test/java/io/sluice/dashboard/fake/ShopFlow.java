package io.sluice.dashboard.fake;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.model.SpanKind;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The shop's promises, as the shipped files make them: 18 objectives in three tiers, four cutovers.
 */
final class ShopFlow {
    private ShopFlow() {}

    static final AlertPolicy WORKBOOK =
            new AlertPolicy(
                    metadata("workbook", "Workbook pairs"),
                    "The SRE workbook's pairs",
                    true,
                    true,
                    true,
                    List.of(
                            condition("fast-burn", AlertPolicy.Severity.PAGE, 14.4, 60, 5),
                            condition("burn", AlertPolicy.Severity.PAGE, 6, 360, 30),
                            condition("slow-burn", AlertPolicy.Severity.TICKET, 3, 1440, 120),
                            condition("trickle", AlertPolicy.Severity.TICKET, 1, 4320, 360)),
                    List.of());

    private static AlertPolicy.AlertCondition condition(
            String name,
            AlertPolicy.Severity severity,
            double threshold,
            int longMinutes,
            int shortMinutes) {
        return new AlertPolicy.AlertCondition(
                name,
                severity,
                Op.GTE,
                threshold,
                Duration.ofMinutes(longMinutes),
                Duration.ofMinutes(shortMinutes),
                Duration.ZERO,
                3);
    }

    static List<Slo> slos() {
        List<Slo> slos = new ArrayList<>();
        slos.add(
                errors(
                        "checkout-success",
                        "Checkout success",
                        "checkout",
                        Tier.BUSINESS,
                        "0.9995"));
        slos.add(
                latency(
                        "checkout-latency",
                        "Checkout latency",
                        "checkout",
                        Tier.BUSINESS,
                        "0.95",
                        5_000));
        slos.add(
                throughput("order-throughput", "Order throughput", "checkout", Tier.BUSINESS, 500));
        service(slos, "catalog", "Product Catalog", "0.999", 200, 10_000);
        service(slos, "cart", "Cart", "0.998", 300, 5_000);
        service(slos, "checkout-core", "Checkout Core", "0.995", 2_000, 1_000);
        service(slos, "auth", "Auth", "0.999", 150, 15_000);
        slos.add(
                gauge(
                        "cost-per-order",
                        "Infrastructure cost per order",
                        "shop-operations",
                        "shopflow.cost.per_order",
                        0.5));
        slos.add(
                gauge(
                        "cold-start",
                        "Lambda cold start above 1 GB",
                        "shop-operations",
                        "faas.init_duration",
                        1));
        slos.add(
                gauge(
                        "pool-utilization",
                        "Connection pool utilisation",
                        "shop-operations",
                        "db.client.connections.utilization",
                        0.7));
        return slos;
    }

    /** One of many, with words and numbers of its own. */
    static Slo numbered(int i) {
        String service =
                List.of("billing", "stock", "mail", "search", "media").get(i % 5) + "-" + i;
        return errors(
                service + "-errors",
                service + " in region " + Integer.toString(i * 7919 % 46_656, 36),
                service,
                Tier.SERVICE,
                i % 3 == 0 ? "0.999" : "0.995");
    }

    /** An SLO whose texts are all this one. */
    static Slo titled(String name, String text) {
        Slo like = errors(name, text, text, Tier.OPERATIONAL, "0.99");
        return new Slo(
                like.metadata(),
                text,
                text,
                like.tier(),
                like.method(),
                like.window(),
                false,
                like.objectives(),
                like.alertPolicies());
    }

    private static void service(
            List<Slo> slos,
            String service,
            String title,
            String target,
            int p99Millis,
            int perMinute) {
        slos.add(errors(service + "-errors", title + " errors", service, Tier.SERVICE, target));
        slos.add(
                latency(
                        service + "-latency",
                        title + " latency",
                        service,
                        Tier.SERVICE,
                        "0.99",
                        p99Millis));
        slos.add(
                throughput(
                        service + "-capacity",
                        title + " capacity",
                        service,
                        Tier.SERVICE,
                        perMinute));
    }

    static DefinitionSet definitions(
            List<Slo> slos, List<Cutover> cutovers, List<ResultsTable> results) {
        return new DefinitionSet(
                "5f1c09e7aa41c2d0",
                List.of(
                        new SourceFile("services/services.yaml", "# The services.\n"),
                        new SourceFile(
                                "business/checkout.yaml",
                                """
                                # What a customer sees of the checkout.
                                apiVersion: openslo/v1
                                kind: Service
                                metadata: {name: checkout-success}
                                ---
                                apiVersion: openslo/v1
                                kind: SLO
                                metadata:
                                  name: checkout-success
                                spec: {description: "<b>99.95 %</b>"}
                                """)),
                Map.of(),
                Map.of(),
                Map.of(),
                byName(slos, Slo::name),
                Map.of(),
                Map.of(WORKBOOK.metadata().name(), WORKBOOK),
                byName(cutovers, Cutover::name),
                byName(results, table -> table.metadata().name()),
                Map.of(MAINTENANCE.name(), MAINTENANCE),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static <T> Map<String, T> byName(List<T> objects, Function<T, String> name) {
        return objects.stream()
                .collect(Collectors.toMap(name, object -> object, (a, b) -> a, LinkedHashMap::new));
    }

    /** An hour of this morning. */
    private static final Exclusion MAINTENANCE =
            new Exclusion(
                    metadata("database-move", "Database move"),
                    "The carts' database gets a new disk.",
                    new Exclusion.Selector(List.of(), List.of("checkout"), Map.of()),
                    new Exclusion.Once(
                            new Exclusion.Interval(
                                    FakeEngine.NOW.minus(Duration.ofHours(4)),
                                    FakeEngine.NOW.minus(Duration.ofHours(3)))));

    static final Journey PURCHASE =
            new Journey(
                    metadata("purchase", "Browse, cart, checkout"),
                    "What a customer does to buy something",
                    "shop",
                    List.of(side("legacy"), side("platform")),
                    List.of(
                            step("browse", "Opens a product", "catalog"),
                            step("cart", "Puts it into the cart", "cart"),
                            step("checkout", "Places the order", "checkout")));

    private static Journey.Side side(String name) {
        return new Journey.Side(name, List.of(new Condition.In("shop.side", List.of(name))));
    }

    private static Journey.Step step(String name, String title, String service) {
        EventSource.Spans all = proxySpans(service);
        return new Journey.Step(
                name,
                title,
                "purchase-" + name,
                new Indicator.Ratio(
                        Indicator.Polarity.BAD,
                        all.and(
                                List.of(
                                        new Condition.Compare(
                                                "http.response.status_code", Op.GTE, 500))),
                        all,
                        false),
                Optional.empty());
    }

    static Cutover cutover(String service, String title) {
        EventSource.Spans all = proxySpans(service);
        EventSource.Spans failed =
                (EventSource.Spans)
                        all.and(
                                List.of(
                                        new Condition.Compare(
                                                "http.response.status_code", Op.GTE, 500)));
        Indicator latency =
                new Indicator.Threshold(all, Indicator.Value.DURATION, Indicator.Unit.MILLISECONDS);
        return new Cutover(
                metadata(service, title),
                "From the monolith to the platform, by path at the strangler proxy.",
                service,
                List.of(new Condition.In("shop.side", List.of("legacy"))),
                List.of(new Condition.In("shop.side", List.of("platform"))),
                Optional.of("http.route"),
                new Cutover.Sealing(Duration.ofSeconds(10), Duration.ofSeconds(5)),
                List.of(
                        new Cutover.Metric(
                                "errors",
                                service + "-errors",
                                new Indicator.Ratio(Indicator.Polarity.BAD, failed, all, true),
                                Optional.empty(),
                                true,
                                0.7,
                                Optional.of(new BigDecimal("0.995")),
                                Optional.empty()),
                        new Cutover.Metric(
                                "slow",
                                service + "-latency",
                                latency,
                                Optional.of(
                                        new Objective.Threshold(
                                                Op.LTE, service.equals("checkout") ? 2_000 : 300)),
                                false,
                                0.3,
                                Optional.empty(),
                                Optional.empty())),
                service.equals("cart")
                        ? List.of(
                                new Cutover.QuantileMetric(
                                        "latency-p99",
                                        "cart-latency",
                                        (Indicator.Threshold) latency,
                                        new BigDecimal("0.99"),
                                        false,
                                        1,
                                        1.25,
                                        1.1))
                        : List.of(),
                List.of(
                        new Cutover.Step(
                                0.01, 3, 1.5, Duration.ofSeconds(30), Optional.empty(), List.of()),
                        new Cutover.Step(
                                0.10, 2, 1.4, Duration.ofSeconds(30), Optional.empty(), List.of()),
                        new Cutover.Step(
                                0.50,
                                1.5,
                                1.25,
                                Duration.ofSeconds(30),
                                Optional.empty(),
                                List.of()),
                        new Cutover.Step(
                                1.00,
                                1.25,
                                1.2,
                                Duration.ofSeconds(30),
                                Optional.empty(),
                                List.of())),
                new Cutover.ErrorAllowance(0.05, 0.01),
                new Cutover.DataGate(Duration.ofSeconds(60), 100, 0.01),
                Optional.empty(),
                Optional.empty(),
                List.of(service + "-errors"));
    }

    private static EventSource.Spans proxySpans(String service) {
        return new EventSource.Spans(
                Optional.of("strangler-proxy"),
                Optional.empty(),
                Optional.of(SpanKind.SERVER),
                List.of(new Condition.In("shop.service", List.of(service))),
                Optional.of("http.route"),
                List.of("shop.upstream.version", "enduser.region"));
    }

    private static Slo errors(String name, String title, String service, Tier tier, String target) {
        EventSource.Spans all = proxySpans(service);
        EventSource good =
                all.and(List.of(new Condition.Compare("http.response.status_code", Op.LT, 500)));
        return slo(
                name,
                title,
                "%s %% of requests are answered without a fault of ours."
                        .formatted(new BigDecimal(target).movePointRight(2).stripTrailingZeros()),
                service,
                tier,
                BudgetingMethod.OCCURRENCES,
                new Objective(
                        "",
                        name,
                        new Indicator.Ratio(Indicator.Polarity.GOOD, good, all, true),
                        Optional.empty(),
                        new BigDecimal(target),
                        Optional.empty(),
                        Optional.empty(),
                        BigDecimal.ONE));
    }

    private static Slo latency(
            String name, String title, String service, Tier tier, String target, int millis) {
        return slo(
                name,
                title,
                "%s %% of requests that did not fail take at most %,d ms."
                        .formatted(
                                new BigDecimal(target)
                                        .movePointRight(2)
                                        .stripTrailingZeros()
                                        .toPlainString(),
                                millis),
                service,
                tier,
                BudgetingMethod.OCCURRENCES,
                new Objective(
                        "",
                        name,
                        new Indicator.Threshold(
                                proxySpans(service),
                                Indicator.Value.DURATION,
                                Indicator.Unit.MILLISECONDS),
                        Optional.of(new Objective.Threshold(Op.LTE, millis)),
                        new BigDecimal(target),
                        Optional.empty(),
                        Optional.empty(),
                        BigDecimal.ONE));
    }

    private static Slo throughput(
            String name, String title, String service, Tier tier, int perMinute) {
        return slo(
                name,
                title,
                "Carries %,d requests per minute within its other objectives.".formatted(perMinute),
                service,
                tier,
                BudgetingMethod.TIMESLICES,
                new Objective(
                        "",
                        name,
                        new Indicator.Threshold(
                                proxySpans(service),
                                Indicator.Value.COUNT_PER_MINUTE,
                                Indicator.Unit.NONE),
                        Optional.of(new Objective.Threshold(Op.GTE, perMinute)),
                        new BigDecimal("0.99"),
                        Optional.of(BigDecimal.ONE),
                        Optional.of(Duration.ofMinutes(1)),
                        BigDecimal.ONE));
    }

    private static Slo gauge(
            String name, String title, String service, String metric, double below) {
        return slo(
                name,
                title,
                "",
                service,
                Tier.OPERATIONAL,
                BudgetingMethod.TIMESLICES,
                new Objective(
                        "",
                        name,
                        new Indicator.Threshold(
                                new EventSource.Metrics(
                                        Optional.of(service),
                                        metric,
                                        List.of(),
                                        Optional.empty(),
                                        List.of()),
                                Indicator.Value.POINT,
                                Indicator.Unit.NONE),
                        Optional.of(new Objective.Threshold(Op.LT, below)),
                        new BigDecimal("0.99"),
                        Optional.of(new BigDecimal("0.95")),
                        Optional.of(Duration.ofMinutes(1)),
                        BigDecimal.ONE));
    }

    private static Slo slo(
            String name,
            String title,
            String description,
            String service,
            Tier tier,
            BudgetingMethod method,
            Objective objective) {
        return new Slo(
                metadata(name, title),
                description,
                service,
                tier,
                method,
                new TimeWindow.Rolling(Duration.ofDays(28)),
                false,
                List.of(objective),
                List.of(WORKBOOK));
    }

    private static Metadata metadata(String name, String title) {
        return new Metadata(name, title, Map.of(), Map.of());
    }
}
