package io.sluice.examples.telemetry;

import java.net.URI;

/**
 * Where Sluice takes telemetry in.
 *
 * @param otlpHttp base address of OTLP/HTTP, without {@code /v1/traces}
 * @param otlpGrpc address of OTLP/gRPC
 * @param dogStatsdPort UDP port on the loopback address
 */
public record Collector(URI otlpHttp, URI otlpGrpc, int dogStatsdPort) {}
