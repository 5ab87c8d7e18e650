package io.sluice.collector.remotewrite;

/** What a series is, in the order of {@code io.prometheus.write.v2.Metadata.MetricType}. */
enum SeriesType {
    UNSPECIFIED,
    COUNTER,
    GAUGE,
    HISTOGRAM,
    GAUGE_HISTOGRAM,
    SUMMARY,
    INFO,
    STATE_SET;

    private static final SeriesType[] VALUES = values();

    /** The type of that number on the wire; one that nobody knows yet says nothing. */
    static SeriesType of(long number) {
        return number >= 0 && number < VALUES.length ? VALUES[(int) number] : UNSPECIFIED;
    }
}
