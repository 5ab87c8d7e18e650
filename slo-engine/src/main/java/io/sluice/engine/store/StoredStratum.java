package io.sluice.engine.store;

/**
 * Sealed counts of one stratum: a time interval, a metric and a group, both sides.
 *
 * @param start seconds since the epoch
 */
public record StoredStratum(
        String cutover,
        int run,
        int step,
        String metric,
        long start,
        String group,
        long baselineBad,
        long baselineTotal,
        long candidateBad,
        long candidateTotal) {}
