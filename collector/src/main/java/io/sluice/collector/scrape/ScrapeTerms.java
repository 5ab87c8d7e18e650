package io.sluice.collector.scrape;

import io.sluice.collector.ask.Access;

import java.time.Duration;

/**
 * How a target is scraped.
 *
 * @param interval from one scrape to the next
 * @param timeout a scrape that takes longer has failed; at most the interval
 * @param limits an exposition beyond them is refused as a whole
 * @param honorLabels what a label that the target's own attributes have, too, means: the label
 *     wins, or (Prometheus's default) it is called {@code exported_…}. A target whose labels are
 *     honored speaks for others, so what it shows for the first time may be old
 * @param honorTimestamps whether a sample's own time counts; if not, the scrape's
 * @param fallback the format of an exposition whose Content-Type says none
 */
public record ScrapeTerms(
        Duration interval,
        Duration timeout,
        Limits limits,
        boolean honorLabels,
        boolean honorTimestamps,
        Fallback fallback,
        Access access) {

    /** Unless configured; at most the interval. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /**
     * What a target may expose.
     *
     * @param maxSamples lines with a value
     * @param maxLabels of one sample
     * @param maxBodyBytes of the exposition, compressed or not
     */
    public record Limits(int maxSamples, int maxLabels, int maxBodyBytes) {

        /** 200,000 samples with 64 labels each, in 16 MiB. */
        public static final Limits DEFAULT = new Limits(200_000, 64, 16 << 20);

        public Limits {
            if (maxSamples < 1 || maxLabels < 1 || maxBodyBytes < 1) {
                throw new IllegalArgumentException(
                        "limits of %d samples, %d labels and %d bytes: each must be positive"
                                .formatted(maxSamples, maxLabels, maxBodyBytes));
            }
        }
    }

    /** What is read although its Content-Type is none of a format's. */
    public enum Fallback {
        /** Nothing: the scrape has failed. */
        NONE(""),
        TEXT("text/plain"),
        OPEN_METRICS("application/openmetrics-text"),
        PROTOBUF(
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited");

        private final String contentType;

        Fallback(String contentType) {
            this.contentType = contentType;
        }

        /** The Content-Type that it is taken for; empty for none. */
        String contentType() {
            return contentType;
        }
    }

    public ScrapeTerms {
        if (!interval.isPositive()) {
            throw new IllegalArgumentException("expected an interval above zero, not " + interval);
        }
        if (!timeout.isPositive() || timeout.compareTo(interval) > 0) {
            throw new IllegalArgumentException(
                    "expected a timeout above zero and up to the interval of "
                            + interval
                            + ", not "
                            + timeout);
        }
    }

    /** The usual terms. */
    public static ScrapeTerms every(Duration interval) {
        return new ScrapeTerms(
                interval,
                usualTimeout(interval),
                Limits.DEFAULT,
                false,
                true,
                Fallback.NONE,
                Access.OPEN);
    }

    /** {@link #DEFAULT_TIMEOUT}, or the interval if that is shorter. */
    public static Duration usualTimeout(Duration interval) {
        return interval.compareTo(DEFAULT_TIMEOUT) < 0 ? interval : DEFAULT_TIMEOUT;
    }
}
