package io.sluice.examples.demo;

import io.sluice.examples.history.Backfill;
import io.sluice.examples.history.SpanCounts;
import io.sluice.examples.operations.OperatingFigures;
import io.sluice.examples.operations.OperationsEmitter;
import io.sluice.examples.proxy.ProxyCounts;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.shop.monolith.MonolithMetrics;
import io.sluice.examples.telemetry.BusinessKpis;
import io.sluice.examples.telemetry.Side;

import java.util.ArrayList;
import java.util.List;

/**
 * What was sent, told by the senders: the number that Sluice must have counted for each of the
 * shipped SLIs. It is made from the shop's own counters, never from anything that Sluice says.
 */
final class Ledger {
    private static final List<ShopService> MOVING =
            List.of(ShopService.CATALOG, ShopService.CART, ShopService.CHECKOUT, ShopService.AUTH);

    private final List<Entry> entries = new ArrayList<>();

    /**
     * One number.
     *
     * @param sli its name in the shipped definitions
     * @param side of a cutover ({@code baseline}, {@code candidate}), or {@code all}
     * @param signal {@code spans} or {@code metrics}
     * @param sent events that the SLI's total must have
     */
    record Entry(String sli, String side, String signal, long sent) {}

    Ledger(ShopFlow shop, MonolithMetrics monolith, BusinessKpis kpis, Backfill.Sent history) {
        for (ShopService service : MOVING) {
            cutover(service, shop.counts(), history.spans());
            platform(service, shop);
        }
        checkoutOfAllSides(shop.counts(), history.spans());
        metrics("order-throughput", kpis.sent(BusinessKpis.ORDERS));
        OperationsEmitter operations = shop.operations();
        metrics("cold-start", operations.largeColdStarts());
        metrics("connection-pool", operations.poolPoints());
        long costHistory = history.metrics().getOrDefault(OperatingFigures.COST_PER_ORDER, 0L);
        metrics("cost-per-order", operations.costPoints() + costHistory);
        long scraped = 0;
        for (ShopService service : ShopService.values()) {
            scraped += monolith.requests(service);
        }
        metrics("monolith-errors", scraped);
    }

    /** All numbers. */
    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Errors count among all requests, latencies among those that did not fail. */
    private void cutover(ShopService service, ProxyCounts proxy, SpanCounts history) {
        String errors = service.tag() + "-cutover-errors";
        String latency = service.tag() + "-cutover-latency";
        long legacy = proxy.requests(service, Side.LEGACY) + history.requests(service);
        long legacyFailures = proxy.failures(service, Side.LEGACY) + history.failures(service);
        spans(errors, "baseline", legacy);
        spans(latency, "baseline", legacy - legacyFailures);
        long platform = proxy.requests(service, Side.PLATFORM);
        spans(errors, "candidate", platform);
        spans(latency, "candidate", platform - proxy.failures(service, Side.PLATFORM));
    }

    /** The service's own spans. */
    private void platform(ShopService service, ShopFlow shop) {
        String name = service == ShopService.CHECKOUT ? "checkout-core" : service.tag();
        spans(name + "-errors", "all", shop.answered(service));
        spans(name + "-latency", "all", shop.answered(service) - shop.failed(service));
        spans(name + "-load", "all", shop.answered(service));
    }

    private void checkoutOfAllSides(ProxyCounts proxy, SpanCounts history) {
        ShopService checkout = ShopService.CHECKOUT;
        long requests = history.requests(checkout);
        long failures = history.failures(checkout);
        for (Side side : Side.values()) {
            requests += proxy.requests(checkout, side);
            failures += proxy.failures(checkout, side);
        }
        spans("checkout-success", "all", requests);
        spans("checkout-latency", "all", requests - failures);
    }

    private void spans(String sli, String side, long sent) {
        entries.add(new Entry(sli, side, "spans", sent));
    }

    private void metrics(String sli, long sent) {
        entries.add(new Entry(sli, "all", "metrics", sent));
    }
}
