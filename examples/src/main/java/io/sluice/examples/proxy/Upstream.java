package io.sluice.examples.proxy;

import io.sluice.examples.http.HttpCaller;

/**
 * A running build that requests can be sent to.
 *
 * @param version as it stands in telemetry, for example {@code checkout-2.0.0-rc1}
 */
public record Upstream(String version, HttpCaller caller) {}
