package io.sluice.examples.telemetry;

/** Which of the two OTLP transports a service sends its spans by; the shop uses both. */
public enum Protocol {
    HTTP,
    GRPC
}
