package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

/**
 * One hour of one series, packed.
 *
 * @param hour the hour's start, seconds since the epoch, a multiple of 3600
 * @param counts packed buckets; the format is the series package's
 * @param sketches packed sketches, for series that have them
 */
public record StoredBlock(SeriesKey series, long hour, byte[] counts, byte @Nullable [] sketches) {}
