package io.sluice.engine.cutover;

import io.sluice.engine.series.Sketch;

/**
 * The baseline's values that stand in for a live baseline once the candidate has all traffic.
 *
 * @param values not changed any more
 */
record QuantileSnapshot(Sketch values, Snapshot.Origin origin) {}
