package io.sluice.definitions.model;

/** OTLP's span kinds; the ordinal is the number on the wire. */
public enum SpanKind {
    UNSPECIFIED,
    INTERNAL,
    SERVER,
    CLIENT,
    PRODUCER,
    CONSUMER
}
