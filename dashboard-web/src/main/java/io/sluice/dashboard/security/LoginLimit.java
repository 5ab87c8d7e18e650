package io.sluice.dashboard.security;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an address may fail to log in: ten times, and then once every six seconds. Addresses
 * beyond the limit push the longest unheard out. Thread-safe.
 */
final class LoginLimit {
    static final int TRIES = 10;

    /** A failed try is forgiven after this. */
    static final Duration FORGIVEN_AFTER = Duration.ofSeconds(6);

    private static final int MAX_ADDRESSES = 10_000;

    /**
     * Failures that are not forgiven yet, as the instant at which all of them will be: each adds
     * {@link #FORGIVEN_AFTER} to it (a leaky bucket).
     */
    private final Map<String, Instant> forgiven = new LinkedHashMap<>(16, 0.75f, true);

    /** How long the address has to wait; zero if it may try. */
    synchronized Duration toWait(String address, Instant now) {
        Instant all = forgiven.getOrDefault(address, now);
        Duration open = Duration.between(now, all);
        Duration room = FORGIVEN_AFTER.multipliedBy(TRIES - 1L);
        Duration wait = open.minus(room);
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** A wrong token came from the address. */
    synchronized void failed(String address, Instant now) {
        Instant all = forgiven.getOrDefault(address, now);
        forgiven.put(address, (all.isBefore(now) ? now : all).plus(FORGIVEN_AFTER));
        if (forgiven.size() > MAX_ADDRESSES) {
            forgiven.remove(forgiven.keySet().iterator().next());
        }
    }
}
