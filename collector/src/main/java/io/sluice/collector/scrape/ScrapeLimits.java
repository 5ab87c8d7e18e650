package io.sluice.collector.scrape;

import static io.sluice.engine.limit.Limit.Unit.BYTES;
import static io.sluice.engine.limit.Limit.Unit.COUNT;
import static io.sluice.engine.limit.Limit.fixed;

import io.sluice.engine.limit.Limit;

import java.util.List;

/** What a job's scrapes are bounded by unless the job says otherwise. */
public final class ScrapeLimits {

    private static final String FAILED =
            "the whole scrape has failed, and up is 0; a job's own bound wins";

    private static final Limit SAMPLES =
            fixed(
                    "scrapeSamples",
                    COUNT,
                    ScrapeTerms.Limits.DEFAULT.maxSamples(),
                    "Samples of one scrape",
                    FAILED);

    private static final Limit LABELS =
            fixed(
                    "scrapeLabels",
                    COUNT,
                    ScrapeTerms.Limits.DEFAULT.maxLabels(),
                    "Labels of a scraped sample",
                    FAILED);

    private static final Limit BODY =
            fixed(
                    "scrapeBody",
                    BYTES,
                    ScrapeTerms.Limits.DEFAULT.maxBodyBytes(),
                    "What a target answers",
                    FAILED);

    private static final Limit TARGETS =
            fixed(
                    "scrapeTargets",
                    COUNT,
                    ScrapeJob.DEFAULT_MAX_TARGETS,
                    "Targets of a job's files",
                    "the file that has more is not in use; a job's own bound wins");

    /** In the order in which they are shown. */
    public static final List<Limit> ALL = List.of(SAMPLES, LABELS, BODY, TARGETS);

    private ScrapeLimits() {}
}
