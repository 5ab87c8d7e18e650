package io.sluice.collector.scrape;

import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import java.util.Locale;
import java.util.Optional;

/** The text formats in which a target exposes its metrics. */
enum ExpositionFormat {
    /** Prometheus's own, 0.0.4, and 1.0.0 which adds quoted names. Timestamps are milliseconds. */
    PROMETHEUS,
    /** OpenMetrics 1.0: ends with {@code # EOF}. Timestamps are seconds. */
    OPEN_METRICS;

    /** What we ask for, best first; the order is Prometheus's own, without protobuf. */
    static final String ACCEPT =
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                    + "text/plain;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

    /**
     * The format of a Content-Type, whatever its parameters.
     *
     * @throws MalformedRequestException if it is none of these
     */
    static ExpositionFormat of(String contentType) throws MalformedRequestException {
        return known(contentType)
                .orElseThrow(
                        () ->
                                new MalformedRequestException(
                                        RejectReason.UNSUPPORTED,
                                        "Content-Type is '"
                                                + contentType
                                                + "', expected is text/plain or application/openmetrics-text"));
    }

    /** A Content-Type, or that of what is to be read instead if it names no format. */
    static String contentType(String contentType, ScrapeTerms.Fallback fallback) {
        return fallback == ScrapeTerms.Fallback.NONE || known(contentType).isPresent()
                ? contentType
                : fallback.contentType();
    }

    private static Optional<ExpositionFormat> known(String contentType) {
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return switch (type.strip().toLowerCase(Locale.ROOT)) {
            case "text/plain" -> Optional.of(PROMETHEUS);
            case "application/openmetrics-text" -> Optional.of(OPEN_METRICS);
            default -> Optional.empty();
        };
    }
}
