package io.sluice.engine.series;

/** A window sum in the making. Not thread-safe. */
final class Tally {
    private long good;
    private long total;
    private long goodExtra;
    private long totalExtra;
    private long measured;
    private long minutes;

    /**
     * Adds counts.
     *
     * @param goodExtra what the adjusted count has beyond {@code 1000 * good}; zero unless events
     *     were sampled
     * @param totalExtra likewise
     */
    void add(long good, long total, long goodExtra, long totalExtra) {
        this.good += good;
        this.total += total;
        this.goodExtra += goodExtra;
        this.totalExtra += totalExtra;
    }

    /** Adds how many buckets were measured. */
    void addMeasured(long buckets) {
        measured += buckets;
    }

    long measured() {
        return measured;
    }

    /** Adds minutes of an hour in which there were events: bit n for minute n. */
    void addMinutes(long more) {
        minutes |= more;
    }

    long minutes() {
        return minutes;
    }

    void addTo(Counts counts, int at) {
        counts.add(at, good, total, goodExtra, totalExtra);
    }

    WindowSum toSum() {
        if (good == 0 && total == 0 && goodExtra == 0 && totalExtra == 0) {
            return WindowSum.EMPTY;
        }
        return new WindowSum(good, total, 1000 * good + goodExtra, 1000 * total + totalExtra);
    }
}
