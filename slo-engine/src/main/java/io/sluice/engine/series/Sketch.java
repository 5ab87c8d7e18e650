package io.sluice.engine.series;

/** The values of a series, as a base-2 exponential histogram: OpenTelemetry's, scale 5, at most 320 buckets. */
public final class Sketch {}
