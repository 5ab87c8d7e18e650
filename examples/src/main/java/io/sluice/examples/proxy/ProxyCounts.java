package io.sluice.examples.proxy;

import io.sluice.examples.shop.ShopService;
import io.sluice.examples.telemetry.Side;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The proxy's own account of what it answered, to be compared with what was counted from its spans.
 * Thread-safe.
 */
public final class ProxyCounts {
    private final Map<Key, LongAdder> requests = new ConcurrentHashMap<>();
    private final Map<Key, LongAdder> failures = new ConcurrentHashMap<>();

    private record Key(ShopService service, Side side) {}

    void answered(ShopService service, Side side, boolean failed) {
        Key key = new Key(service, side);
        requests.computeIfAbsent(key, k -> new LongAdder()).increment();
        if (failed) {
            failures.computeIfAbsent(key, k -> new LongAdder()).increment();
        }
    }

    /** Requests answered, one way or the other. */
    public long requests(ShopService service, Side side) {
        return sum(requests, service, side);
    }

    /** Requests answered with 5xx. */
    public long failures(ShopService service, Side side) {
        return sum(failures, service, side);
    }

    /** All requests. */
    public long requests() {
        return requests.values().stream().mapToLong(LongAdder::sum).sum();
    }

    private static long sum(Map<Key, LongAdder> counts, ShopService service, Side side) {
        LongAdder count = counts.get(new Key(service, side));
        return count == null ? 0 : count.sum();
    }
}
