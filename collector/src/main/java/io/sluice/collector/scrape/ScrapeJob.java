package io.sluice.collector.scrape;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Targets that are scraped alike.
 *
 * @param targets those that are known beforehand
 * @param files which name more, in Prometheus's format of file discovery; the last part of a path
 *     may be a pattern such as {@code *.json}
 * @param attributes of the targets that files name, unless they say otherwise
 * @param maxTargets how many targets files may name; more are refused as a whole
 */
public record ScrapeJob(
        String name,
        List<ScrapeTarget> targets,
        List<Path> files,
        Map<String, String> attributes,
        ScrapeTerms terms,
        int maxTargets) {

    /** Unless configured. */
    public static final int DEFAULT_MAX_TARGETS = 1_000;

    public ScrapeJob {
        targets = List.copyOf(targets);
        files = List.copyOf(files);
        attributes = Map.copyOf(attributes);
    }

    /** One that has one target. */
    public static ScrapeJob of(ScrapeTarget target) {
        return new ScrapeJob(
                target.job(),
                List.of(target),
                List.of(),
                target.attributes(),
                target.terms(),
                DEFAULT_MAX_TARGETS);
    }
}
