package io.sluice.collector.scrape;

import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * What is scraped, and how.
 *
 * @param job what the target is one of; becomes the attribute {@code job}
 * @param url where it exposes its metrics; becomes the attribute {@code instance}
 * @param attributes of the resource that the metrics are of, for example {@code service.name}
 */
public record ScrapeTarget(String job, URI url, Map<String, String> attributes, ScrapeTerms terms) {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    public ScrapeTarget {
        attributes = Map.copyOf(attributes);
        if (url.getScheme() == null
                || !SCHEMES.contains(url.getScheme())
                || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "job " + job + ": expected an http or https URL, not " + url);
        }
    }

    /** For people and logs. */
    @Override
    public String toString() {
        return job + " " + url;
    }
}
