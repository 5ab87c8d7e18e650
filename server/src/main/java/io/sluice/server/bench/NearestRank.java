package io.sluice.server.bench;

/** The quantiles of what was measured: always one of the values, none in between. */
final class NearestRank {
    private NearestRank() {}

    /** The value that so large a share does not exceed; NaN if there are none. */
    static double of(double[] sorted, double quantile) {
        int rank = (int) Math.ceil(quantile * sorted.length);
        return sorted.length == 0 ? Double.NaN : sorted[Math.max(0, rank - 1)];
    }
}
