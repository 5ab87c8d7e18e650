package io.sluice.examples.proxy;

import io.sluice.examples.shop.ShopService;
import io.sluice.examples.telemetry.Side;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which share of each service's visits goes to the platform. Thread-safe.
 *
 * <p>A visit sticks to its side: its key is hashed to a point in [0, 1), a different one per
 * service, and the platform has the points below the share. When the share grows, who is on the
 * platform stays there.
 */
public final class TrafficSplit {
    private final Map<ShopService, Double> shares = new ConcurrentHashMap<>();

    /** The platform's share of a service, 0 to 1; 0 until it is set. */
    public double share(ShopService service) {
        return shares.getOrDefault(service, 0.0);
    }

    /** Sets the platform's share from the next request on. */
    public void setShare(ShopService service, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share " + share + " is not within 0..1");
        }
        shares.put(service, share);
    }

    /** All shares. */
    public Map<ShopService, Double> shares() {
        Map<ShopService, Double> all = new EnumMap<>(ShopService.class);
        for (ShopService service : ShopService.values()) {
            all.put(service, share(service));
        }
        return all;
    }

    /** The side of a visit for a service. */
    public Side side(ShopService service, String visit) {
        return point(service, visit) < share(service) ? Side.PLATFORM : Side.LEGACY;
    }

    /** Spreads visits evenly over [0, 1): the finaliser of SplitMix64 over the key's hash. */
    private static double point(ShopService service, String visit) {
        long z =
                visit.hashCode() * 0x9E3779B97F4A7C15L
                        + service.tag().hashCode() * 0xD1B54A32D192ED03L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 11) * 0x1.0p-53;
    }
}
