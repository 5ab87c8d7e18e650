package io.sluice.examples.history;

import io.sluice.examples.shop.ShopService;

import java.util.EnumMap;
import java.util.Map;

/**
 * How many requests of the monolith there were, and how many of them failed. Immutable.
 *
 * @param requestsByService a missing service has none
 * @param failuresByService of those, how many were answered with 5xx
 */
public record SpanCounts(
        Map<ShopService, Long> requestsByService, Map<ShopService, Long> failuresByService) {
    /** None. */
    public static final SpanCounts NONE = new SpanCounts(Map.of(), Map.of());

    public SpanCounts {
        requestsByService = Map.copyOf(requestsByService);
        failuresByService = Map.copyOf(failuresByService);
    }

    /** Both together. */
    public SpanCounts plus(SpanCounts other) {
        return new SpanCounts(
                sum(requestsByService, other.requestsByService),
                sum(failuresByService, other.failuresByService));
    }

    private static Map<ShopService, Long> sum(
            Map<ShopService, Long> one, Map<ShopService, Long> other) {
        Map<ShopService, Long> sum = new EnumMap<>(ShopService.class);
        sum.putAll(one);
        other.forEach((service, count) -> sum.merge(service, count, Long::sum));
        return sum;
    }

    /** Requests of one service. */
    public long requests(ShopService service) {
        return requestsByService.getOrDefault(service, 0L);
    }

    /** Failed requests of one service. */
    public long failures(ShopService service) {
        return failuresByService.getOrDefault(service, 0L);
    }

    /** Requests of all services. */
    public long requests() {
        return requestsByService.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Failed requests of all services. */
    public long failures() {
        return failuresByService.values().stream().mapToLong(Long::longValue).sum();
    }
}
