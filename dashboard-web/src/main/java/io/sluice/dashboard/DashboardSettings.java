package io.sluice.dashboard;

import io.sluice.dashboard.security.Tokens;

import java.util.Optional;
import java.util.Set;

/**
 * Where the dashboard listens, and to whom.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param allowedHosts names, without ports, that browsers and programs may call us by, beside
 *     {@code host} and the loopback names
 * @param tokens without them, only requests from this machine are answered
 * @param tls without it, whoever is between hears everything
 * @param connections that are served at a time; at least 1
 */
public record DashboardSettings(
        String host,
        int port,
        Set<String> allowedHosts,
        Optional<Tokens> tokens,
        Optional<Tls> tls,
        int connections) {
    public DashboardSettings {
        allowedHosts = Set.copyOf(allowedHosts);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + ", expected 0 to 65535");
        }
    }
}
