package io.sluice.engine.store;

/**
 * A deployment that somebody reported.
 *
 * @param committedAtMillis 0 where it is not known
 */
public record StoredDeployment(
        String service, String version, long deployedAtMillis, long committedAtMillis) {}
