package io.sluice.collector.scrape;

import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats in which a target exposes its metrics. */
enum ExpositionFormat {
    /** Prometheus's own, 0.0.4, and 1.0.0 which adds quoted names. Timestamps are milliseconds. */
    PROMETHEUS,
    /** OpenMetrics 1.0: ends with {@code # EOF}. Timestamps are seconds. */
    OPEN_METRICS,
    /** Prometheus's own messages, each behind its length; the only one with native histograms. */
    PROTOBUF;

    private static final String FAMILIES = "io.prometheus.client.MetricFamily";

    /**
     * What we ask for, best first; the order is Prometheus's own when it wants native histograms.
     */
    static final String ACCEPT =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                    + "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
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
                                                + "', expected is text/plain, application/openmetrics-text, or"
                                                + " application/vnd.google.protobuf with delimited messages "
                                                + FAMILIES));
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
            case "application/vnd.google.protobuf" ->
                    isParameter(contentType, "proto", FAMILIES)
                                    && isParameter(contentType, "encoding", "delimited")
                            ? Optional.of(PROTOBUF)
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean isParameter(String contentType, String name, String value) {
        return Arrays.stream(contentType.split(";"))
                .map(parameter -> parameter.replaceAll("[\\s\"]", ""))
                .anyMatch(parameter -> parameter.equalsIgnoreCase(name + "=" + value));
    }

    /** A walk over the first {@code length} bytes, which must not change meanwhile. */
    Samples walk(byte[] body, int length) {
        return this == PROTOBUF
                ? new FamilyCursor(body, length)
                : new ExpositionCursor(body, length, this);
    }
}
