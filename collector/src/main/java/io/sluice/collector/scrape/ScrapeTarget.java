package io.sluice.collector.scrape;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What is scraped, and how often.
 *
 * @param job what the target is one of; becomes the attribute {@code job}
 * @param url where it exposes its metrics; becomes the attribute {@code instance}
 * @param interval from one scrape to the next
 * @param attributes of the resource that the metrics are of, for example {@code service.name}
 */
public record ScrapeTarget(String job, URI url, Duration interval, Map<String, String> attributes) {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    public ScrapeTarget {
        attributes = Map.copyOf(attributes);
        if (url.getScheme() == null
                || !SCHEMES.contains(url.getScheme())
                || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "job " + job + ": expected an http or https URL, not " + url);
        }
        if (!interval.isPositive()) {
            throw new IllegalArgumentException(
                    "job " + job + ": expected an interval above zero, not " + interval);
        }
    }
}
